using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Files;

namespace TlsTrust.Environment.Repairs;

/// <summary>Switches verification on again, and keeps what is needed to put things back as they were.</summary>
public sealed class TrustRepair(IMachine machine)
{
    private readonly RepairRecord _record = new(machine);

    /// <summary>The scopes that have a record of their own; what a project's files held lies with the user's.</summary>
    public static IReadOnlyList<TrustScope> Scopes { get; } = [TrustScope.Process, TrustScope.User, TrustScope.Machine];

    /// <summary>Takes the switches out: the one line or option goes, everything else stays byte for byte.</summary>
    /// <param name="settings">What; as <see cref="InsecureScan"/> gave it. What is not there any more is left alone.</param>
    /// <param name="apply">False only says what would be done.</param>
    /// <exception cref="ProvisioningException">The record is somebody else's, or can't be read.</exception>
    public IEnumerable<TrustEnvironmentChange> Repair(IReadOnlyCollection<InsecureSetting> settings, bool apply) =>
        InsecureRepair.Undo(machine, settings, apply, apply ? _record : null);

    /// <summary>
    /// Puts back what repairs of a scope took away, the last first and byte for byte; what somebody changed since is left as it is.
    /// </summary>
    /// <param name="scope">Process, User (with the files of projects) or Machine.</param>
    /// <param name="apply">False only says what would be done.</param>
    /// <exception cref="ProvisioningException">The record is somebody else's, or a file can't be written.</exception>
    public IReadOnlyList<TrustEnvironmentChange> PutBack(TrustScope scope, bool apply)
    {
        IReadOnlyList<RepairStep> steps = _record.Read(scope);
        if (steps.Count == 0)
        {
            return [];
        }

        List<TrustEnvironmentChange> changes = [];
        try
        {
            using (ProvisionLock? held = apply ? ProvisionLock.Take(machine, scope) : null)
            {
                // A file that was repaired twice goes back in two steps; without applying, the first of them is what it would meet.
                Dictionary<string, byte[]> assumed = new(machine.PathComparer());
                for (int left = steps.Count - 1; left >= 0; left--)
                {
                    changes.Add(steps[left].Path is null ? PutBackVariable(steps[left], apply) : PutBackFile(steps[left], assumed, apply));
                    if (apply)
                    {
                        _record.Write(scope, [.. steps.Take(left)]);
                    }
                }
            }

            if (apply)
            {
                ProvisionFolders.LetGo(machine, scope);
            }

            return changes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException(Refusal.FileNotWritable, fault.Message, "Mend what the message names, and run it again.",
                fault);
        }
    }

    private TrustEnvironmentChange PutBackVariable(RepairStep step, bool apply)
    {
        string? now = Now(step);
        if (now != step.After)
        {
            return Change(step, now, now, now == step.Before ? "is as it was" : "was changed since; left as it is", done: true);
        }

        if (apply && step.Scope == TrustScope.Process)
        {
            machine.SetVariable(step.Setting, step.Before);
        }
        else if (apply)
        {
            machine.StoreVariable(step.Scope == TrustScope.Machine, step.Setting, step.Before is null ? null
                : new StoredVariable(step.Before, step.Expands));
            machine.TellStoredVariablesChanged();
        }

        return Change(step, now, step.Before, "as it was before the repair: verification is off again", apply && Now(step) == step.Before);
    }

    private string? Now(RepairStep step) => step.Scope == TrustScope.Process ? machine.GetVariable(step.Setting)
        : machine.StoredVariables(step.Scope == TrustScope.Machine).GetValueOrDefault(step.Setting)?.Text;

    private static TrustEnvironmentChange PutBackFile(RepairStep step, Dictionary<string, byte[]> assumed, bool apply)
    {
        string path = step.Path!;
        byte[]? now = assumed.GetValueOrDefault(path) ?? (File.Exists(path) ? InputFile.ReadAllBytes(path) : null);
        if (now is null || !now.AsSpan().SequenceEqual(step.FileAfter))
        {
            bool isBefore = now is not null && now.AsSpan().SequenceEqual(step.FileBefore);
            return Change(step, null, null, isBefore ? "is as it was" : "was edited since; left as it is", done: true);
        }

        assumed[path] = step.FileBefore!;
        if (apply)
        {
            GuardedFile.Change(path, content => content is not null && content.AsSpan().SequenceEqual(step.FileAfter) ? step.FileBefore
                : throw new IOException($"'{path}' was changed by somebody else at this moment; nothing was written."));
        }

        bool done = apply && InputFile.ReadAllBytes(path).AsSpan().SequenceEqual(step.FileBefore);
        return Change(step, "repaired", "as it was", "restored byte for byte: verification is off again", done);
    }

    private static TrustEnvironmentChange Change(RepairStep step, string? before, string? after, string effect, bool done) => new()
    {
        Program = step.Program,
        Setting = step.Setting,
        File = step.Path,
        Scope = step.Scope,
        Before = before,
        After = after,
        Effect = effect,
        Verified = done ? ChangeCheck.ReadBack : ChangeCheck.NotChecked,
    };
}

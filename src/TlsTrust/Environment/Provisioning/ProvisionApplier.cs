using System.Text;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Planning;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.SystemStores;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning;

/// <summary>Carries plans out, and decides nothing. Where somebody was faster, the planner plans again on what is there now.</summary>
internal sealed class ProvisionApplier(IMachine machine, ProvisionPlanner planner)
{
    /// <summary>Whoever finds a file changed ten times in a row has another problem than two runs at once.</summary>
    private const int MaximumTurns = 10;

    private const UnixFileMode UsualMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public IReadOnlyList<TrustEnvironmentChange> Apply(ProvisionPlan plan)
    {
        try
        {
            using ProvisionLock held = plan.Request.Target is null ? ProvisionLock.Take(machine, plan.Request.Scope)
                : ProvisionLock.Take(ProvisionFolders.For(machine, plan.Request));
            for (int turn = 1; ; turn++)
            {
                plan = planner.StillHolds(plan) ? plan : planner.Plan(plan.Request);
                try
                {
                    return plan.Request.Target is null ? ApplyScope(plan) : ApplyTarget(plan);
                }
                catch (IOException) when (turn < MaximumTurns && !planner.StillHolds(plan))
                {
                    Thread.Sleep(Pause);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException(Refusal.FileNotWritable, fault.Message,
                "Mend what the message names; Remove-TrustBundleEnvironment takes back what was already done.", fault);
        }
    }

    private List<TrustEnvironmentChange> ApplyScope(ProvisionPlan plan)
    {
        Check(plan.Files.Where(file => file.IsChange));
        ProvisionFolders.HoldProcess(machine, plan.Request.Scope);
        plan.Record!.Write(machine);
        Write(plan.Files.Where(file => file.Kind == PlannedFileKind.Own));
        WriteDirectory(plan);
        if (plan.Request.Scope == TrustScope.Machine)
        {
            LetEverybodyRead(plan);
        }

        foreach (PlannedSystemStore planned in plan.SystemStores)
        {
            KnownSystemStores.Open(machine, plan.Request.Scope, planned.Store)!.Add(planned.Anchors);
        }

        Write(plan.Files.Where(file => file.Kind != PlannedFileKind.Own));
        foreach (PlannedVariable variable in plan.Variables.Where(variable => variable.Before != variable.After))
        {
            if (plan.Request.Scope == TrustScope.Process)
            {
                machine.SetVariable(variable.Name, variable.After);
            }
            else
            {
                machine.StoreVariable(plan.Request.Scope == TrustScope.Machine, variable.Name, new StoredVariable(variable.After));
            }
        }

        if (plan.Request.Scope != TrustScope.Process && plan.Variables.Any(variable => variable.Before != variable.After))
        {
            machine.TellStoredVariablesChanged();
        }

        return [.. plan.Changes.Select(change => ReadBack(plan, plan.Record.Tell(change)))];
    }

    private List<TrustEnvironmentChange> ApplyTarget(ProvisionPlan plan)
    {
        Write(plan.Files);
        WriteDirectory(plan);
        if (plan.Request.Target == ProvisionTarget.GitHubActions)
        {
            string file = machine.Variable("GITHUB_ENV") ?? throw new ProvisioningException(
                Refusal.NotSupported,
                "GITHUB_ENV is not set; this is no step of a GitHub Actions job.",
                "Run it in a workflow, or use -Target Bash.");
            GuardedFile.Change(file, content =>
            {
                string old = content is null ? string.Empty : Encoding.UTF8.GetString(content);
                HashSet<string> present = [.. old.Split('\n')];
                string added = string.Concat(plan.Lines.Where(line => !present.Contains(line)).Select(line => line + "\n"));
                return Encoding.UTF8.GetBytes(old + (old.Length > 0 && !old.EndsWith('\n') && added.Length > 0 ? "\n" : string.Empty)
                    + added);
            });
        }

        return [.. plan.Changes];
    }

    // A file that its reader would refuse can lock everybody out of sudo: it is asked before.
    private void Check(IEnumerable<PlannedFile> files)
    {
        foreach (PlannedFile file in files)
        {
            if (ScopeFiles.Check(file.Path) is not { } command || machine.FindExecutable(command[0]) is not { } tool)
            {
                continue;
            }

            DirectoryInfo folder = Directory.CreateTempSubdirectory("tlstrust-");
            try
            {
                string draft = Path.Combine(folder.FullName, Path.GetFileName(file.Path));
                File.WriteAllBytes(draft, file.After);
                if (machine.Run(tool, [.. command.Skip(1).Select(argument => argument == "{}" ? draft : argument)],
                    CheckLimit) is not { ExitCode: 0 })
                {
                    throw new ProvisioningException(Refusal.NotSupported,
                        $"{command[0]} refuses what '{file.Path}' would hold; nothing was changed.",
                            "Leave -IncludeServices out, and report it.");
                }
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static void Write(IEnumerable<PlannedFile> files)
    {
        foreach (PlannedFile file in files.Where(file => file.IsChange))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
            if (file.LinkTarget is not null)
            {
                RootLink.Write(file.Path, file.LinkTarget);
                continue;
            }

            // A link of ours gives way whole: what it leads to is somebody else's.
            bool wasLink = file.Kind == PlannedFileKind.Own && new FileInfo(file.Path).LinkTarget is not null;
            if (wasLink)
            {
                File.Delete(file.Path);
            }

            byte[]? expected = wasLink ? null : file.Before;
            AtomicFile.Write(file.Path, file.After, new AtomicWriteOptions
            {
                Expected = expected is null ? null : (ReadOnlyMemory<byte>?)expected,
                Overwrite = expected is not null,
                NewFileMode = file.Mode ?? UsualMode,
            });
        }
    }

    private static void WriteDirectory(ProvisionPlan plan)
    {
        if (plan.Directory is { } directory)
        {
            HashedDirectoryWriter.Write(directory, new BundleParts(plan.Added, plan.Kept, plan.Roots).All);
        }
    }

    // An administrator's umask may hide from everybody what everybody is to use.
    private void LetEverybodyRead(ProvisionPlan plan)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode Open = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        string own = ProvisionRecord.FolderFor(machine, TrustScope.Machine);
        ProvisionRecord record = plan.Record!;
        string[] hashed = plan.Directory is { } directory ? Directory.GetFiles(directory, "tlstrust-*.pem") : [];
        string[] files = [.. record.OwnFiles.Concat(hashed).Where(path => File.Exists(path) && new FileInfo(path).LinkTarget is null)];
        foreach (string path in files)
        {
            File.SetUnixFileMode(path, Readable);
        }

        // Only folders that were made for it: what an administrator has closed stays closed.
        foreach (string folder in files.Select(path => Path.GetDirectoryName(path)!).Concat(record.Folders ?? []).Append(own).Distinct()
            .Where(Directory.Exists))
        {
            if (folder == own || ProvisionFolders.Holds(machine, plan.Request, folder) || folder == plan.Directory
                || record.Folders?.Contains(folder) == true)
            {
                File.SetUnixFileMode(folder, Open);
            }
        }
    }

    private TrustEnvironmentChange ReadBack(ProvisionPlan plan, TrustEnvironmentChange change)
    {
        if (change.Program == TrustEnvironmentChange.SystemProgram)
        {
            bool holds = KnownSystemStores.Open(machine, plan.Request.Scope, change.File!) is { } store
                && plan.Anchors.Where(anchor => anchor.Subject.ToString() == change.Setting).All(store.Holds);
            return change with { Verified = holds ? ChangeCheck.ReadBack : ChangeCheck.Failed, VerifiedDetail = holds ? Reached(plan)
                : "the store was read back and does not have it" };
        }

        bool good = change.File is { } path ? plan.Files.FirstOrDefault(file => file.Path == path) is { Configuration: { } id }
                && File.Exists(path) && ConfigurationProvision.Value(id, path, InputFile.ReadAllBytes(path)) == change.After
            : Stored(plan.Request.Scope, change.Setting) == change.After;
        return change with
        {
            Effect = change.IsChange ? change.Effect : "already so",
            Verified = !good ? ChangeCheck.Failed : plan.Overridden.Contains(change.Program) ? ChangeCheck.Overridden
                : ChangeCheck.ReadBack,
            VerifiedDetail = good
                ? $"read back; {plan.Added.Count} added, " +
                    $"{(plan.Kept.Count > 0 ? $"{plan.Kept.Count} kept, " : string.Empty)}{plan.Roots.Count} public roots"
                : "something else was read back; a later file of the login may set it again",
        };
    }

    // Which programs trust it by their defaults.
    private string Reached(ProvisionPlan plan)
    {
        TrustInspector inspector = new(machine);
        string[] reached = [.. Catalogue.ProgramCatalogue.Programs
            .Where(program =>
                inspector.Executable(program) is { } executable
                    && inspector.Effective(program, plan.Request.Scope, executable).Anchors.IsSupersetOf(plan.Anchors))
            .Select(program => program.Id)];
        return reached.Length == 0 ? "read back" : $"read back; trusted by {string.Join(", ", reached)}";
    }

    private string? Stored(TrustScope scope, string variable) => scope == TrustScope.Process ? machine.GetVariable(variable)
        : machine.Platform == StorePlatform.Windows
            ? machine.StoredVariables(scope == TrustScope.Machine).GetValueOrDefault(variable)?.Value
        : new SettingLookup(machine, scope).Variables.GetValueOrDefault(variable);
}

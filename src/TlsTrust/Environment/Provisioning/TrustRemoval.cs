using TlsTrust.Certificates;
using TlsTrust.Environment.Inspection;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Records;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Environment.Provisioning.SystemStores;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning;

/// <summary>Takes provisioning back.</summary>
public sealed class TrustRemoval(IMachine machine)
{
    private readonly ScopeRecords _scopes = new(machine);

    /// <summary>Restores what was there before, byte for byte; what somebody changed since is left, and only our lines go.</summary>
    /// <param name="scope">Whose provisioning.</param>
    /// <param name="apply">False only says what would be done.</param>
    /// <exception cref="ProvisioningException">The right is missing, or a file can't be written.</exception>
    public IReadOnlyList<TrustEnvironmentChange> Remove(TrustScope scope, bool apply)
    {
        _scopes.RequirePermission(scope);
        try
        {
            if (!Directory.Exists(ProvisionRecord.FolderFor(machine, scope)) && !BlockFiles(scope).Any())
            {
                return [];
            }

            using ProvisionLock? held = apply ? ProvisionLock.Take(machine, scope) : null;
            List<TrustEnvironmentChange> changes = [];
            ProvisionRecord? record = _scopes.OwnRecord(scope);
            foreach (RecordedVariable variable in record?.Variables ?? [])
            {
                changes.AddRange(Restore(scope, variable, apply));
            }

            if (apply && scope != TrustScope.Process && record?.Variables.Count > 0)
            {
                if (record.MadeKey)
                {
                    machine.ForgetStoredVariables(scope == TrustScope.Machine);
                }

                machine.TellStoredVariablesChanged();
            }

            foreach (RecordedFile file in record?.Files ?? [])
            {
                changes.AddRange(Restore(scope, file, apply));
            }

            foreach (IGrouping<string, RecordedSystemAnchor> store in (record?.SystemAnchors ?? []).GroupBy(anchor => anchor.Store))
            {
                changes.AddRange(Restore(scope, store.Key, [.. store], apply));
            }

            // A block without a record: the record was lost, or a crash came before it.
            foreach (string path in BlockFiles(scope).Where(path => record?.Files.Any(file => Same(file.Path, path)) != true))
            {
                if (apply)
                {
                    GuardedFile.Change(path, MarkedBlock.TakeOut);
                }

                changes.Add(ScopeRecords.Change(scope, "block", path, "the lines of TlsTrust", null, "taken out", apply));
            }

            if (record is not null && changes.Count == 0)
            {
                changes.Add(ScopeRecords.Change(scope, "bundle", record.Bundle, "nothing named it", null, "deleted", apply));
            }

            if (apply)
            {
                ClearAfterKill(scope, record); // before folders are looked at that have to be empty to go
                DeleteOwn(record);
            }

            if (apply && record is not null)
            {
                File.Delete(ProvisionRecord.PathFor(machine, scope));
            }

            if (apply)
            {
                held!.Dispose();
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

    private bool Same(string path, string other) => path.Equals(other, machine.PathComparison());

    private IEnumerable<string> BlockFiles(TrustScope scope) => scope == TrustScope.Process || machine.Platform == StorePlatform.Windows
        ? []
        : ScopeFiles.Known(machine, scope).Where(path => File.Exists(path) && MarkedBlock.IsIn(InputFile.ReadAllBytes(path)));

    private IEnumerable<TrustEnvironmentChange> Restore(TrustScope scope, RecordedVariable variable, bool apply)
    {
        string? now = Now(scope, variable.Name);
        if (now == variable.Before && now != variable.After)
        {
            yield break; // as it was: the run was stopped before it came here, or somebody put it back
        }

        if (now != variable.After)
        {
            yield return ScopeRecords.Change(scope, variable.Name, null, now, now, "was changed since; left as it is", done: true);
            yield break;
        }

        if (apply && scope == TrustScope.Process)
        {
            machine.SetVariable(variable.Name, variable.Before);
        }
        else if (apply)
        {
            machine.StoreVariable(scope == TrustScope.Machine, variable.Name, variable.Stored);
        }

        string? fault = apply && Now(scope, variable.Name) != variable.Before ? "something else was read back" : null;
        yield return ScopeRecords.Change(scope, variable.Name, null, now, variable.Before, variable.Stored is null ? "deleted, not blanked"
            : "restored", apply, fault);
    }

    private IEnumerable<TrustEnvironmentChange> Restore(TrustScope scope, string id, IReadOnlyList<RecordedSystemAnchor> recorded,
        bool apply)
    {
        Certificate[] anchors = [.. recorded.SelectMany(anchor => anchor.Certificates())];
        ISystemStore? store = KnownSystemStores.Open(machine, scope, id);
        if (store is not null && apply)
        {
            store.Remove(anchors);
            if (recorded[0].Before is { } before)
            {
                store.PutBack(before);
            }
        }

        foreach (Certificate anchor in anchors)
        {
            // A group policy may have brought it as well; and what a system says it has taken out may still be there.
            bool stays = apply && store?.Holds(anchor) == true;
            string effect = store is null ? "the store is gone, or its tool" : stays ? "still trusted"
                : "taken out; what others put there stays";
            yield return ScopeRecords.Change(scope, anchor.Subject.ToString(), id, "trusted", stays ? "trusted" : null, effect,
                store is null || apply, stays ? $"the store was read back and still has it (SHA-1 {anchor.Sha1})" : null);
        }
    }

    private string? Now(TrustScope scope, string variable) => scope == TrustScope.Process
        ? machine.GetVariable(variable)
        : machine.StoredVariables(scope == TrustScope.Machine).GetValueOrDefault(variable)?.Text;

    private static IEnumerable<TrustEnvironmentChange> Restore(TrustScope scope, RecordedFile file, bool apply)
    {
        byte[]? now = File.Exists(file.Path) ? InputFile.ReadAllBytes(file.Path) : null;
        bool asBefore = now is null ? file.Before is null : file.Before is not null && now.AsSpan().SequenceEqual(file.Before);
        if (asBefore)
        {
            yield break;
        }

        bool untouched = now is not null && now.AsSpan().SequenceEqual(file.After);
        byte[]? rest = file.WithoutOurs(now);
        bool taken = now is not null && (rest is null || !now.AsSpan().SequenceEqual(rest));
        string effect = untouched ? file.Before is null ? "deleted; it was not there before" : "restored byte for byte"
            : taken ? "was edited since; only the lines of TlsTrust are taken out"
            : "was edited since; left as it is";
        if (apply)
        {
            GuardedFile.Change(file.Path, file.WithoutOurs);
        }

        yield return ScopeRecords.Change(scope, "file", file.Path, taken ? "the lines of TlsTrust" : "edited", taken ? null
            : "edited", effect, apply);
    }

    private void DeleteOwn(ProvisionRecord? record)
    {
        foreach (string path in record?.OwnFiles ?? [])
        {
            // Put back from the record just now, when somebody's file stood at the destination.
            if (record!.Files.Any(file => Same(file.Path, path) && file.Before is not null))
            {
                continue;
            }

            // A place that was chosen by hand: only what was composed here goes.
            if (record.Scope == TrustScope.Machine && Same(path, record.Bundle) && File.Exists(path)
                && !ProvisionFolders.Holds(machine, record.Scope, path) && !BundleComposer.IsOurs(InputFile.ReadAllBytes(path)))
            {
                continue;
            }

            File.Delete(path);
            if (Path.GetFileName(Path.GetDirectoryName(path)) == FolderNames.PhpFolder)
            {
                DeleteIfEmpty(Path.GetDirectoryName(path)!);
            }
        }

        if (record?.Directory is { } directory && Directory.Exists(directory))
        {
            HashedDirectoryWriter.Write(directory, []);
            DeleteIfEmpty(directory);
        }

        foreach (string folder in (record?.Folders ?? []).OrderByDescending(folder => folder.Length))
        {
            DeleteIfEmpty(folder);
        }
    }

    private static void DeleteIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    // A run that was killed may have left a half-written file beside any that it was about to replace.
    private void ClearAfterKill(TrustScope scope, ProvisionRecord? record)
    {
        string own = ProvisionFolders.For(machine, scope);
        string[] inOwn = Directory.Exists(own) ? [.. Directory.EnumerateFiles(own, ".*.tlstrust-tmp")] : [];
        foreach (string path in inOwn)
        {
            File.Delete(path);
        }

        IEnumerable<string> files = scope == TrustScope.Process || machine.Platform == StorePlatform.Windows ? []
            : ScopeFiles.Known(machine, scope);
        foreach (string path in files.Concat(record?.OwnFiles ?? []).Concat((record?.Files ?? []).Select(file => file.Path)).Distinct())
        {
            AtomicFile.ClearAfterKill(path);
        }
    }
}

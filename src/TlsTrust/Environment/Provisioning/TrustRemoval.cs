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

/// <summary>Takes provisioning back, and renews it.</summary>
public sealed class TrustRemoval(IMachine machine, PublicRootSet? publicRoots = null)
{
    /// <summary>Restores what was there before, byte for byte; what somebody changed since is left, and only our lines go.</summary>
    /// <param name="scope">Whose provisioning.</param>
    /// <param name="apply">False only says what would be done.</param>
    /// <exception cref="ProvisioningException">The right is missing, or a file can't be written.</exception>
    public IReadOnlyList<TrustEnvironmentChange> Remove(TrustScope scope, bool apply)
    {
        RequirePermission(scope);
        try
        {
            if (!Directory.Exists(ProvisionRecord.FolderFor(machine, scope)) && !BlockFiles(scope).Any())
            {
                return [];
            }

            using ProvisionLock? held = apply ? ProvisionLock.Take(machine, scope) : null;
            List<TrustEnvironmentChange> changes = [];
            ProvisionRecord? record = OwnRecord(scope);
            foreach (RecordedVariable variable in record?.Variables ?? [])
            {
                changes.AddRange(Restore(scope, variable, apply));
            }

            if (apply && scope != TrustScope.Process && record?.Variables.Count > 0)
            {
                machine.TellStoredVariablesChanged();
            }

            foreach (RecordedFile file in record?.Files ?? [])
            {
                changes.AddRange(Restore(scope, file, apply));
            }

            foreach (IGrouping<string, RecordedSystemAnchor> store in (record?.SystemAnchors ?? []).GroupBy(anchor => anchor.Store))
            {
                changes.AddRange(Restore(scope, store.Key, [.. store.SelectMany(anchor => anchor.Certificates())], apply));
            }

            // A block without a record: the record was lost, or a crash came before it.
            foreach (string path in BlockFiles(scope).Where(path => record?.Files.Any(file => file.Path == path) != true))
            {
                if (apply)
                {
                    GuardedFile.Change(path, MarkedBlock.TakeOut);
                }

                changes.Add(Change(scope, "block", path, "the lines of TlsTrust", null, "taken out", apply));
            }

            if (record is not null && changes.Count == 0)
            {
                changes.Add(Change(scope, "bundle", record.Bundle, "nothing named it", null, "deleted", apply));
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
                ProvisionFolders.LetProcessGo(machine, scope);
                DeleteEmptyFolders(scope);
                ProvisionFolders.Sweep(machine);
            }

            return changes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException(Refusal.FileNotWritable, fault.Message, "Mend what the message names, and run it again.",
                fault);
        }
    }

    /// <summary>Makes the bundles of a scope anew from the CAs that were added and the system's roots of today.</summary>
    /// <param name="scope">Whose provisioning.</param>
    /// <param name="apply">False only says what would be done.</param>
    /// <returns>
    /// One change for each file; <see cref="TrustEnvironmentChange.IsChange"/> is false where nothing had to change. Nothing when nothing
    /// was provisioned.
    /// </returns>
    /// <exception cref="ProvisioningException">The right is missing, or a file can't be written.</exception>
    public IReadOnlyList<TrustEnvironmentChange> Update(TrustScope scope, bool apply)
    {
        RequirePermission(scope);
        try
        {
            if (OwnRecord(scope) is null)
            {
                return [];
            }

            using ProvisionLock? held = apply ? ProvisionLock.Take(machine, scope) : null;
            if (OwnRecord(scope) is not { } record)
            {
                return [];
            }

            RootSource? chosen = record.PublicRoots is { } choice ? Source(choice) : null;
            IReadOnlyList<Certificate> roots = record.WithoutPublicRoots ? [] : chosen?.Roots
                ?? BundleComposer.SystemRoots(machine, publicRoots ?? PublicRootSet.BuiltIn).Roots;
            BundleParts parts = new(record.AddedCertificates, record.KeptAnchors, roots);
            List<TrustEnvironmentChange> changes =
                [record.Link is null ? Renew(scope, "bundle", record.Bundle, BundleComposer.Pem(parts), apply)
                    : RenewLink(record, chosen, parts, apply)];
            if (record.CaOnlyBundle is { } caOnly)
            {
                changes.Add(Renew(scope, "added CAs", caOnly, BundleComposer.Pem(parts, withRoots: false), apply));
            }

            if (record.KeyStore is { } keyStore)
            {
                changes.Add(Renew(scope, "key store", keyStore, BundleComposer.KeyStore(parts.All), apply));
            }

            foreach (RecordedSystemAnchor anchor in record.SystemAnchors ?? [])
            {
                changes.AddRange(RenewSystem(scope, anchor, apply));
            }

            if (apply && changes.Any(change => change.IsChange && record.Files.Any(file => file.Path == change.File)))
            {
                // What stood there before us is put back only when it is known for ours that stands there now.
                (record with { Files =
                    [.. record.Files.Select(file =>
                        changes.Any(change => change.File == file.Path) ? file with { After = File.ReadAllBytes(file.Path) }
                            : file)] }).Write(machine);
            }

            if (record.Directory is { } directory)
            {
                changes.Add(RenewDirectory(scope, directory, parts.All, apply));
            }

            return changes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException(Refusal.FileNotWritable, fault.Message, "Mend what the message names, and run it again.",
                fault);
        }
    }

    // A new JDK, or a store that was made anew, has lost it.
    private IEnumerable<TrustEnvironmentChange> RenewSystem(TrustScope scope, RecordedSystemAnchor recorded, bool apply)
    {
        Certificate[] anchors = [.. recorded.Certificates()];
        if (KnownSystemStores.Open(machine, scope, recorded.Store) is not { } store || anchors.All(store.Holds))
        {
            yield break;
        }

        if (apply)
        {
            store.Add(anchors);
        }

        yield return Change(scope, anchors[0].Subject.ToString(), recorded.Store, null, "trusted", "was gone; put there again", apply);
    }

    // The choice of then; where it is gone, the best of today.
    private RootSource Source(string choice)
    {
        RootSources sources = new(machine, new StorePlaces(machine), publicRoots ?? PublicRootSet.BuiltIn);
        return sources.Choose(choice) ?? sources.Choose("Auto")!;
    }

    private TrustEnvironmentChange RenewLink(ProvisionRecord record, RootSource? chosen, BundleParts parts, bool apply)
    {
        if (StoreFile.Read(record.Bundle) is { Fault: null, Entries.Count: > 0 } && new FileInfo(record.Bundle).LinkTarget == record.Link)
        {
            return Change(record.Scope, "bundle", record.Bundle, record.Link, record.Link, "a link to a store that its owner renews",
                done: true);
        }

        string? link = chosen is null ? null : RootLink.For(machine, new ProvisionRequest { Anchors = [], Scope = record.Scope }, chosen);
        if (apply)
        {
            File.Delete(record.Bundle);
            if (link is not null)
            {
                RootLink.Write(record.Bundle, link);
            }
            else
            {
                GuardedFile.Write(record.Bundle, BundleComposer.Pem(parts));
            }

            (record with { Link = link }).Write(machine);
        }

        return Change(record.Scope, "bundle", record.Bundle, $"{record.Link} (gone)", link
            ?? chosen?.ToString(), "the store that it was a link to is gone; another takes its place", apply);
    }

    // Only a record that nobody else could have written, and that names only what is written here.
    private ProvisionRecord? OwnRecord(TrustScope scope)
    {
        RecordGuard.DemandOwn(machine, scope);
        ProvisionRecord? record = ProvisionRecord.Read(machine, scope);
        if (record is not null)
        {
            RecordGuard.DemandConfined(machine, record);
        }

        return record;
    }

    private void RequirePermission(TrustScope scope)
    {
        if (scope == TrustScope.Machine && machine.Root is "/" or "" && !machine.IsAdministrator)
        {
            throw new ProvisioningException(Refusal.PermissionDenied, "The scope Machine is every user's.",
                machine.Platform == StorePlatform.Windows ? "Run it as administrator (an elevated PowerShell)." : "Run it as root (sudo).");
        }
    }

    private IEnumerable<string> BlockFiles(TrustScope scope) => scope == TrustScope.Process || machine.Platform == StorePlatform.Windows
        ? []
        : ScopeFiles.Known(machine, scope).Where(path => File.Exists(path) && MarkedBlock.IsIn(File.ReadAllBytes(path)));

    private IEnumerable<TrustEnvironmentChange> Restore(TrustScope scope, RecordedVariable variable, bool apply)
    {
        string? now = Now(scope, variable.Name);
        if (now == variable.Before && now != variable.After)
        {
            yield break; // as it was: the run was stopped before it came here, or somebody put it back
        }

        if (now != variable.After)
        {
            yield return Change(scope, variable.Name, null, now, now, "was changed since; left as it is", done: true);
            yield break;
        }

        if (apply && scope == TrustScope.Process)
        {
            machine.SetVariable(variable.Name, variable.Before);
        }
        else if (apply)
        {
            machine.StoreVariable(scope == TrustScope.Machine, variable.Name, variable.Before is null ? null
                : new StoredVariable(variable.Before, variable.Expands));
        }

        bool good = apply && Now(scope, variable.Name) == variable.Before;
        yield return Change(scope, variable.Name, null, now, variable.Before, variable.Before is null ? "deleted, not blanked"
            : "restored", good);
    }

    private IEnumerable<TrustEnvironmentChange> Restore(TrustScope scope, string id, IReadOnlyList<Certificate> anchors, bool apply)
    {
        ISystemStore? store = KnownSystemStores.Open(machine, scope, id);
        if (store is not null && apply)
        {
            store.Remove(anchors);
        }

        foreach (Certificate anchor in anchors)
        {
            string effect = store is null ? "the store is gone, or its tool" : "taken out; what others put there stays";
            yield return Change(scope, anchor.Subject.ToString(), id, "trusted", null, effect, store is null
                || (apply && !store.Holds(anchor)));
        }
    }

    private string? Now(TrustScope scope, string variable) => scope == TrustScope.Process
        ? machine.Variables.GetValueOrDefault(variable)
        : machine.StoredVariables(scope == TrustScope.Machine).GetValueOrDefault(variable)?.Text;

    private static IEnumerable<TrustEnvironmentChange> Restore(TrustScope scope, RecordedFile file, bool apply)
    {
        byte[]? now = File.Exists(file.Path) ? File.ReadAllBytes(file.Path) : null;
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

        yield return Change(scope, "file", file.Path, taken ? "the lines of TlsTrust" : "edited", taken ? null : "edited", effect, apply);
    }

    private void DeleteOwn(ProvisionRecord? record)
    {
        foreach (string path in record?.OwnFiles ?? [])
        {
            // Put back from the record just now, when somebody's file stood at the destination.
            if (record!.Files.Any(file => file.Path == path && file.Before is not null))
            {
                continue;
            }

            // A place that was chosen by hand: only what was composed here goes.
            if (record.Scope == TrustScope.Machine && path == record.Bundle && File.Exists(path)
                && !ProvisionFolders.Holds(machine, record.Scope, path) && !BundleComposer.IsOurs(File.ReadAllBytes(path)))
            {
                continue;
            }

            File.Delete(path);
            if (Path.GetFileName(Path.GetDirectoryName(path)) == "php")
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

    private void DeleteEmptyFolders(TrustScope scope)
    {
        string folder = ProvisionRecord.FolderFor(machine, scope);
        string[] rest = Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
        if (rest is [{ } only] && Path.GetFileName(only) == ".lock")
        {
            File.Delete(only);
            Directory.Delete(folder);
        }
    }

    private static TrustEnvironmentChange Renew(TrustScope scope, string what, string path, byte[] content, bool apply)
    {
        byte[]? now = File.Exists(path) ? File.ReadAllBytes(path) : null;
        bool same = now is not null && now.AsSpan().SequenceEqual(content);
        if (apply && !same)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            GuardedFile.Write(path, content);
        }

        string? before = now is null ? null : $"{Count(path)} certificates, {now.Length} bytes";
        return Change(scope, what, path, before, same ? before : $"{content.Length} bytes", same ? "already as the system's roots are today"
            : now is null ? "was gone; made anew" : "renewed", apply || same);
    }

    private static int Count(string path) => StoreFile.Read(path).Entries.Count;

    private static TrustEnvironmentChange RenewDirectory(TrustScope scope, string directory, IReadOnlyList<Certificate> certificates,
        bool apply)
    {
        string[] wanted = [.. HashedDirectoryWriter.Names(certificates).Select(name => name.Name).Order(StringComparer.Ordinal)];
        string[] now = Directory.Exists(directory)
            ? [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)!).Where(HashedDirectory.IsHashName)
                .Order(StringComparer.Ordinal)] : [];
        if (apply)
        {
            HashedDirectoryWriter.Write(directory, certificates);
        }

        bool same = wanted.SequenceEqual(now);
        return Change(scope, "hashed directory", directory, $"{now.Length} names", $"{wanted.Length} names", same
            ? "already as the system's roots are today" : "renewed", apply || same);
    }

    private static TrustEnvironmentChange Change(TrustScope scope, string setting, string? file, string? before, string? after,
        string effect, bool done) => new()
    {
        Program = "all",
        Setting = setting,
        File = file,
        Scope = scope,
        Before = before,
        After = after,
        Effect = effect,
        Verified = done ? ChangeCheck.ReadBack : ChangeCheck.NotChecked,
    };
}

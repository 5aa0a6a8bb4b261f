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

/// <summary>Renews what was provisioned.</summary>
public sealed class TrustRenewal(IMachine machine, PublicRootSet? publicRoots = null)
{
    private readonly ScopeRecords _scopes = new(machine);

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
        _scopes.RequirePermission(scope);
        try
        {
            if (_scopes.OwnRecord(scope) is null)
            {
                return [];
            }

            using ProvisionLock? held = apply ? ProvisionLock.Take(machine, scope) : null;
            if (_scopes.OwnRecord(scope) is not { } record)
            {
                return [];
            }

            RootSource? chosen = record.PublicRoots is { } choice ? Source(choice) : null;
            IReadOnlyList<Certificate> roots = record.WithoutPublicRoots ? [] : chosen?.Roots
                ?? BundleComposer.SystemRoots(TrustStores.Default(new StoreView(machine)), publicRoots ?? PublicRootSet.BuiltIn).Roots;
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

            if (apply && changes.Any(change => change.IsChange && record.Files.Any(file => IsOf(change, file))))
            {
                // What stood there before us is put back only when it is known for ours that stands there now.
                (record with { Files =
                    [.. record.Files.Select(file =>
                        changes.Any(change => IsOf(change, file)) ? file with { After = InputFile.ReadAllBytes(file.Path) }
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

    private bool IsOf(TrustEnvironmentChange change, RecordedFile file) => file.Path.Equals(change.File, machine.PathComparison());

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

        yield return ScopeRecords.Change(scope, anchors[0].Subject.ToString(), recorded.Store, null, "trusted", "was gone; put there again",
            apply);
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
            return ScopeRecords.Change(record.Scope, "bundle", record.Bundle, record.Link, record.Link,
                "a link to a store that its owner renews",
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

        return ScopeRecords.Change(record.Scope, "bundle", record.Bundle, $"{record.Link} (gone)", link
            ?? chosen?.ToString(), "the store that it was a link to is gone; another takes its place", apply);
    }

    private static TrustEnvironmentChange Renew(TrustScope scope, string what, string path, byte[] content, bool apply)
    {
        byte[]? now = File.Exists(path) ? InputFile.ReadAllBytes(path) : null;
        bool same = now is not null && now.AsSpan().SequenceEqual(content);
        if (apply && !same)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            GuardedFile.Write(path, content);
        }

        string? before = now is null ? null : $"{Count(path)} certificates, {now.Length} bytes";
        return ScopeRecords.Change(scope, what, path, before, same ? before : $"{content.Length} bytes", same
            ? "already as the system's roots are today"
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
        return ScopeRecords.Change(scope, "hashed directory", directory, $"{now.Length} names", $"{wanted.Length} names", same
            ? "already as the system's roots are today" : "renewed", apply || same);
    }
}

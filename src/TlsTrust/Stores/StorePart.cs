namespace TlsTrust.Stores;

/// <summary>How forgiving a store is read.</summary>
public enum StoreReading
{
    /// <summary>As an OpenSSL client: a damaged file and a name that is no hash lose what they hold.</summary>
    AsOpenSsl,

    /// <summary>Everything that is there, for looking issuers up.</summary>
    Tolerant,
}

/// <summary>One file or directory of a store, being read.</summary>
internal sealed class StorePart
{
    internal List<StoredCertificate> Anchors { get; } = [];

    internal List<StoredCertificate> Lost { get; } = [];

    internal List<StoredCertificate> Distrusted { get; } = [];

    internal List<StoreFault> Faults { get; } = [];

    internal static StorePart Faulty(string path, string reason, bool isMissing = false)
    {
        StorePart part = new();
        part.Faults.Add(new() { Path = path, Reason = reason, IsMissing = isMissing, Severity = Severity.Error });
        return part;
    }

    internal void Add(StoredCertificate stored, StoreEntry entry, bool loaded) =>
        (entry.RejectsServers ? Distrusted : loaded ? Anchors : Lost).Add(stored);

    internal void Add(StorePart other)
    {
        Anchors.AddRange(other.Anchors);
        Lost.AddRange(other.Lost);
        Distrusted.AddRange(other.Distrusted);
        Faults.AddRange(other.Faults);
    }

    /// <summary>The store. While other anchors are left, what one part lost is a warning.</summary>
    internal TrustStore ToStore(string name) =>
        new(
            name,
            Anchors,
            Faults.Select(fault =>
                Anchors.Count > 0 && fault.Severity == Severity.Error ? fault with { Severity = Severity.Warning } : fault)
                .OrderByDescending(fault => fault.Severity),
            Lost,
            Distrusted);
}

using TlsTrust.Certificates;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>
/// A store that belongs to a system or a program, into which a CA is put by that system's own way. Ours are known by their fingerprint in
/// the name.
/// </summary>
internal interface ISystemStore
{
    /// <summary>What it is, for records and messages: <c>/usr/local/share/ca-certificates</c>, <c>java:/path</c>.</summary>
    public string Id { get; }

    /// <summary>Whether the store has the CA, by whomever it came.</summary>
    public bool Holds(Certificate anchor);

    /// <summary>The store's bytes, where it is one file whose bytes differ each time it is written; null else.</summary>
    public byte[]? Content => null;

    /// <summary>Every file and command of adding these.</summary>
    public IReadOnlyList<string> Steps(IReadOnlyList<Certificate> anchors);

    /// <summary>Adds them; those that are there stay as they are.</summary>
    /// <exception cref="IOException">The system's tool failed; what was begun is taken back.</exception>
    public void Add(IReadOnlyList<Certificate> anchors);

    /// <summary>Takes ours out; what others put there stays.</summary>
    /// <exception cref="IOException">The system's tool failed.</exception>
    public void Remove(IReadOnlyList<Certificate> anchors);

    /// <summary>Puts earlier bytes back, where the store holds just the certificates that they hold.</summary>
    public void PutBack(byte[] content)
    {
    }
}

/// <summary>The name of one of ours in a store: new for each certificate, since tools don't see that a file's content changed.</summary>
internal static class OwnName
{
    public static string Of(Certificate anchor) => $"tlstrust-{anchor.Sha256[..32].ToLowerInvariant()}";
}

using TlsTrust.Certificates;
using TlsTrust.Paths;

namespace TlsTrust.Stores;

/// <summary>The anchors one client has, where each is stored, and what is wrong with the store.</summary>
public sealed class TrustStore
{
    private readonly Lazy<CertificateIndex> _index;
    private readonly Lazy<CertificateIndex> _distrusted;

    /// <summary>A store of these anchors.</summary>
    /// <param name="name">What it consists of, and why: <c>SSL_CERT_FILE /x.pem + /usr/lib/ssl/certs</c>.</param>
    /// <param name="anchors">What is trusted.</param>
    /// <param name="faults">What is wrong with it.</param>
    /// <param name="lost">Certificates that are in its files, and that a client of the store does not load.</param>
    /// <param name="distrusted">Certificates the platform or the store refuses whatever else says.</param>
    public TrustStore(
        string name,
        IEnumerable<StoredCertificate> anchors,
        IEnumerable<StoreFault>? faults = null,
        IEnumerable<StoredCertificate>? lost = null,
        IEnumerable<StoredCertificate>? distrusted = null)
    {
        Name = name;
        Distrusted = [.. distrusted ?? []];
        HashSet<Certificate> refused = [.. Distrusted.Select(stored => stored.Certificate)];

        // The first location wins: OpenSSL asks the file before the directory.
        HashSet<Certificate> seen = [];
        Anchors = [.. anchors.Where(stored => !refused.Contains(stored.Certificate) && seen.Add(stored.Certificate))];
        Lost = [.. (lost ?? []).Where(stored => seen.Add(stored.Certificate))];
        Faults = [.. faults ?? []];
        _index = new(() => new CertificateIndex(Anchors.Select(stored => stored.Certificate)));
        _distrusted = new(() => new CertificateIndex(Distrusted.Select(stored => stored.Certificate)));
    }

    /// <summary>What it consists of, and why.</summary>
    public string Name { get; }

    /// <summary>The name of the store that others were added to, and the files of these; empty where nothing was added.</summary>
    public IReadOnlyList<string> Parts { get; private init; } = [];

    /// <summary>What is trusted, each certificate once.</summary>
    public IReadOnlyList<StoredCertificate> Anchors { get; }

    /// <summary>The anchors by subject and key identifier.</summary>
    public CertificateIndex Index => _index.Value;

    /// <summary>What is wrong with the store, the worst first as found.</summary>
    public IReadOnlyList<StoreFault> Faults { get; }

    /// <summary>
    /// Certificates that lie in the store's files and that its clients do not load: beside a defect, or under a name that is no hash.
    /// </summary>
    public IReadOnlyList<StoredCertificate> Lost { get; }

    /// <summary>Certificates that are refused although somebody may trust them.</summary>
    public IReadOnlyList<StoredCertificate> Distrusted { get; }

    /// <summary><see cref="Distrusted"/> by subject and key identifier.</summary>
    public CertificateIndex DistrustedIndex => _distrusted.Value;

    /// <summary>True when there is at least one anchor.</summary>
    public bool IsUsable => Anchors.Count > 0;

    /// <summary>Where an anchor is stored; null when it is none of this store.</summary>
    public string? LocationOf(Certificate anchor) => OriginOf(anchor)?.ToString();

    /// <summary>Where an anchor is stored, as data; null when it is none of this store.</summary>
    public CertificateOrigin? OriginOf(Certificate anchor) =>
        Anchors.FirstOrDefault(stored => stored.Certificate.Equals(anchor))?.Origin;

    /// <summary>This store and further anchors.</summary>
    /// <param name="anchors">The anchors.</param>
    /// <param name="files">The files that they are from, so that the store can be put together again.</param>
    public TrustStore With(IEnumerable<StoredCertificate> anchors, IReadOnlyList<string>? files = null)
    {
        StoredCertificate[] added = [.. anchors];
        return added.Length == 0 ? this : new($"{Name} + {added.Length} additional", [.. Anchors, .. added], Faults, Lost, Distrusted)
        {
            Parts = files is null ? [] : [.. Parts.Count > 0 ? Parts : [Name], .. files],
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

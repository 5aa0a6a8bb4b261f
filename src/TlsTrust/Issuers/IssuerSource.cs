using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Stores;

namespace TlsTrust.Issuers;

/// <summary>A set of certificates that may hold an issuer, indexed on first use.</summary>
public sealed class IssuerSource
{
    private readonly Lazy<(CertificateIndex Index, Dictionary<Certificate, CertificateOrigin> Locations)> _content;

    /// <summary>A source that is read when it is first asked.</summary>
    /// <param name="kind">Where it is from.</param>
    /// <param name="name">What to call it: a path, a store.</param>
    /// <param name="load">Reads it; must not throw.</param>
    public IssuerSource(IssuerSourceKind kind, string name, Func<IEnumerable<StoredCertificate>> load)
    {
        Kind = kind;
        Name = name;
        _content = new(() =>
        {
            Dictionary<Certificate, CertificateOrigin> locations = [];
            foreach (StoredCertificate stored in load())
            {
                locations.TryAdd(stored.Certificate, stored.Origin);
            }

            return (new CertificateIndex(locations.Keys), locations);
        });
    }

    /// <summary>Where it is from.</summary>
    public IssuerSourceKind Kind { get; }

    /// <summary>What to call it.</summary>
    public string Name { get; }

    /// <summary>How many different certificates it holds.</summary>
    public int Count => _content.Value.Locations.Count;

    /// <summary>The anchors of the store in use.</summary>
    public static IssuerSource From(TrustStore store) => new(IssuerSourceKind.TrustStore, store.Name, () => store.Anchors);

    /// <summary>Certificates at hand.</summary>
    public static IssuerSource From(IssuerSourceKind kind, string name, IEnumerable<Certificate> certificates) =>
        new(kind, name, () => certificates.Select((certificate, position) =>
            new StoredCertificate(certificate, kind == IssuerSourceKind.Presented ? CertificateOrigin.Sent(position)
                : OriginOf(kind, name))));

    /// <summary>Publicly known roots.</summary>
    public static IssuerSource From(PublicRootSet roots) =>
        new(IssuerSourceKind.PublicRoots, roots.Source, () =>
            roots.Roots.Select(root => new StoredCertificate(root, OriginOf(IssuerSourceKind.PublicRoots, roots.Source))));

    /// <summary>Certificates whose subject is the issuer of the certificate: by name only, the key is not checked.</summary>
    public IEnumerable<StoredCertificate> Named(Certificate child)
    {
        (CertificateIndex index, Dictionary<Certificate, CertificateOrigin> locations) = _content.Value;
        foreach (Certificate candidate in index.IssuersOf(child))
        {
            yield return new StoredCertificate(candidate, locations.TryGetValue(candidate, out CertificateOrigin? origin) ? origin
                : OriginOf(Kind, Name));
        }
    }

    private static CertificateOrigin OriginOf(IssuerSourceKind kind, string name) => new()
    {
        Kind = kind switch
        {
            IssuerSourceKind.File => CertificateOriginKind.File,
            IssuerSourceKind.TrustStore => CertificateOriginKind.Store,
            IssuerSourceKind.MachineStore => CertificateOriginKind.MachineStore,
            IssuerSourceKind.Cache => CertificateOriginKind.Cache,
            IssuerSourceKind.PublicRoots => CertificateOriginKind.PublicRoots,
            IssuerSourceKind.Download => CertificateOriginKind.Download,
            _ => CertificateOriginKind.Unknown,
        },
        Location = name,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}

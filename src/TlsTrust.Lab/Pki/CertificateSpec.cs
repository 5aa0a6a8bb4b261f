using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Lab.Pki;

/// <summary>What a certificate of the lab shall say. Everything left alone is what a sound CA would write.</summary>
public sealed record CertificateSpec
{
    /// <summary>Subject as X.500 text, for example <c>CN=localhost, O=TlsTrust Lab</c>; empty for an empty name.</summary>
    public required string Subject { get; init; }

    /// <summary>
    /// The subject's key; null makes a new one of <see cref="KeyKind"/>. Giving another certificate's key makes a cross-sign.
    /// </summary>
    public LabKey? Key { get; init; }

    /// <summary>The kind of a new key.</summary>
    public LabKeyKind KeyKind { get; init; }

    /// <summary>Start of validity; null for 30 days before the lab's time (CA certificates: two years).</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>End of validity; null for 90 days after the lab's time (CA certificates: five years).</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>DNS names of the subject alternative name.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>IP addresses of the subject alternative name.</summary>
    public IReadOnlyList<string> IpAddresses { get; init; } = [];

    /// <summary>The CA flag of basic constraints; null leaves the extension out.</summary>
    public bool? IsCA { get; init; }

    /// <summary>Path length constraint; null for none.</summary>
    public int? PathLength { get; init; }

    /// <summary>Key usage; null for what fits the CA flag, <see cref="X509KeyUsageFlags.None"/> leaves the extension out.</summary>
    public X509KeyUsageFlags? KeyUsage { get; init; }

    /// <summary>
    /// Extended key usages as OIDs; null for server authentication on a leaf and none on a CA; empty leaves the extension out.
    /// </summary>
    public IReadOnlyList<string>? ExtendedKeyUsages { get; init; }

    /// <summary>Where the issuer's certificate is to be had (authority information access).</summary>
    public IReadOnlyList<string> CaIssuersUrls { get; init; } = [];

    /// <summary>OCSP responders.</summary>
    public IReadOnlyList<string> OcspUrls { get; init; } = [];

    /// <summary>CRL distribution points.</summary>
    public IReadOnlyList<string> CrlUrls { get; init; } = [];

    /// <summary>DNS subtrees a CA may issue for; empty for no such constraint.</summary>
    public IReadOnlyList<string> PermittedDns { get; init; } = [];

    /// <summary>DNS subtrees a CA must not issue for.</summary>
    public IReadOnlyList<string> ExcludedDns { get; init; } = [];

    /// <summary>Writes a subject key identifier.</summary>
    public bool SubjectKeyIdentifier { get; init; } = true;

    /// <summary>Writes an authority key identifier (never on a root).</summary>
    public bool AuthorityKeyIdentifier { get; init; } = true;

    /// <summary>The digest that is signed.</summary>
    public HashAlgorithmName Digest { get; init; } = HashAlgorithmName.SHA256;

    /// <summary>Serial number, big-endian; null for a random one of 16 bytes.</summary>
    public ReadOnlyMemory<byte>? SerialNumber { get; init; }

    /// <summary>Further extensions, written last.</summary>
    public IReadOnlyList<X509Extension> Extensions { get; init; } = [];

    /// <summary>Changes a bit in the signature, so that it verifies with no key.</summary>
    public bool BreakSignature { get; init; }

    /// <summary>Rewrites the DER of the TBSCertificate before it is signed: for fields that no encoder writes.</summary>
    public Func<byte[], byte[]>? Rewrite { get; init; }
}

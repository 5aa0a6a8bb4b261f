using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.Search;

/// <summary>Turns certificates into what results show.</summary>
internal static class ChainCertificates
{
    /// <summary>Describes a certificate as a member of a chain.</summary>
    internal static ChainCertificate Describe(Certificate certificate, int depth, ChainRole role, CertificateOrigin origin, DateTime at,
        IEnumerable<string>? problems = null) => new()
    {
        Depth = depth,
        Role = role,
        Subject = certificate.Subject.ToString(),
        Issuer = certificate.Issuer.ToString(),
        SerialNumber = certificate.SerialNumber,
        NotBefore = certificate.NotBefore,
        NotAfter = certificate.NotAfter,
        DaysLeft = (int)Math.Floor((certificate.NotAfter - at).TotalDays),
        Names = certificate.SubjectAlternativeName is { } names ? [.. names.DnsNames, .. names.IpAddresses.Select(static a => a.ToString())]
            : [],
        PublicKey = certificate.PublicKey.ToString(),
        SignatureAlgorithm = certificate.SignatureAlgorithm.Name,
        IsCA = certificate.IsCA,
        IsSelfSigned = certificate.IsSelfSigned,
        CertificateOrigin = origin,
        Problems = problems is null ? [] : [.. problems],
        Sha256 = certificate.Sha256,
        Thumbprint = certificate.Sha1,
        Pem = certificate.ToPem(),
    };
}

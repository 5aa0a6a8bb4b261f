using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths;

/// <summary>Whether a certificate is a CA's.</summary>
internal enum CaAnswer
{
    /// <summary>It is not.</summary>
    No,

    /// <summary>By its basic constraints.</summary>
    Yes,

    /// <summary>In one of the three ways of old certificates to say so.</summary>
    Tolerated,
}

/// <summary>By what OpenSSL knows a CA (<c>check_ca</c> in <c>crypto/x509/v3_purp.c</c>), which .NET, GnuTLS and curl follow.</summary>
internal static class CaMarks
{
    internal const string NetscapeCertificateType = "2.16.840.1.113730.1.1";

    internal static CaAnswer Read(Certificate certificate)
    {
        if (certificate.KeyUsage is { } usage && (usage & KeyUsage.KeyCertSign) == 0)
        {
            return CaAnswer.No;
        }

        if (certificate.BasicConstraints is { } constraints)
        {
            return constraints.IsCA ? CaAnswer.Yes : CaAnswer.No;
        }

        bool isOldRoot = certificate.Version == 1 && certificate.IsSelfIssued;
        return isOldRoot || certificate.KeyUsage is not null || certificate.FindExtension(NetscapeCertificateType) is not null
            ? CaAnswer.Tolerated : CaAnswer.No;
    }
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
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

    internal const int NetscapeClient = 0x80;
    internal const int NetscapeServer = 0x40;

    /// <summary>SSL, S/MIME and object signing CAs, the low bits of its first byte.</summary>
    private const int AnyNetscapeCA = 0x07;

    /// <summary>The first byte of the Netscape certificate type, 0 without bits; null where there is none that can be read.</summary>
    internal static int? NetscapeType(Certificate certificate)
    {
        if (certificate.FindExtension(NetscapeCertificateType) is not { } extension)
        {
            return null;
        }

        DerReader value = new(extension.Value.Span);
        return value.TryRead(DerTag.BitString, out DerElement bits) && bits.Length > 0
            ? bits.Length > 1 ? extension.Value.Span[bits.ContentOffset + 1] : 0
            : null;
    }

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
        return isOldRoot || certificate.KeyUsage is not null || (NetscapeType(certificate) & AnyNetscapeCA) > 0
            ? CaAnswer.Tolerated : CaAnswer.No;
    }
}

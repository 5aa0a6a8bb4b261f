using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.RevocationLists;

/// <summary>issuingDistributionPoint, RFC 5280 §5.2.5: which certificates a CRL is about. Large CAs issue their CRLs in parts.</summary>
internal static class CrlScope
{
    private const string Field = "issuingDistributionPoint";
    private const string Unreadable = "its issuing distribution point can't be read";

    /// <summary>Every reason that a CRL may be split by: bits 1 to 8 of ReasonFlags (§4.2.1.13).</summary>
    internal const int AllReasons = 0b1_1111_1110;

    /// <summary>Why a CRL of this scope is not about a certificate; null when it is.</summary>
    /// <param name="extension">The extension of the CRL.</param>
    /// <param name="issuer">Who issued the CRL.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="isIndirect">True when the list may hold certificates of other issuers.</param>
    /// <param name="reasons">The reasons it lists revocations for: with fewer than all, silence proves nothing.</param>
    internal static string? FindFault(CertificateExtension extension, DistinguishedName issuer, Certificate certificate,
        out bool isIndirect, out int reasons)
    {
        isIndirect = false;
        reasons = AllReasons;
        List<DerFault> faults = [];
        ReadOnlyMemory<byte> document = extension.Value;
        DerReader whole = new(document.Span);
        if (!ExtensionReader.TryEnterSequence(ref whole, Field, faults, out DerReader parts))
        {
            return Unreadable;
        }

        while (!parts.AtEnd)
        {
            if (!parts.TryRead(out DerElement part))
            {
                return Unreadable;
            }

            bool isSet = false;
            if (part.Tag is 0x81 or 0x82 or 0x84 or 0x85 && !DerValue.TryBoolean(part.Content(document.Span), out isSet))
            {
                return Unreadable;
            }

            if (part.Tag == DerTag.Constructed(0))
            {
                if (!DistributionPointName.TryRead(document, parts.Enter(part), Field, faults, out DistributionPointName? name)
                    || faults.Count > 0)
                {
                    return Unreadable;
                }

                if (!IsNamed(name!, issuer, certificate))
                {
                    return "it is for another distribution point than the certificate names";
                }
            }
            else if (part.Tag == DerTag.Primitive(1) && isSet && certificate.IsCA)
            {
                return "it covers no CA certificates";
            }
            else if (part.Tag == DerTag.Primitive(2) && isSet && !certificate.IsCA)
            {
                return "it covers CA certificates only";
            }
            else if (part.Tag == DerTag.Primitive(3))
            {
                if (!DerValue.TryBitString(part.Content(document.Span), out ReadOnlySpan<byte> bits, out _))
                {
                    return Unreadable;
                }

                reasons = Mask(bits);
            }
            else if (part.Tag == DerTag.Primitive(4))
            {
                isIndirect = isSet;
            }
            else if (part.Tag == DerTag.Primitive(5) && isSet)
            {
                return "it covers attribute certificates only";
            }
            else if (part.Tag < DerTag.Primitive(1) || part.Tag > DerTag.Primitive(5))
            {
                return Unreadable;
            }
        }

        return null;
    }

    /// <summary>
    /// RFC 5280 §6.3.3 (b)(1) and (b)(2)(i): one name in common with a point whose CRLs this issuer makes. A certificate that names no
    /// point names its issuer; a relative name stands behind that of the CRL's issuer (§4.2.1.13).
    /// </summary>
    private static bool IsNamed(DistributionPointName name, DistinguishedName crlIssuer, Certificate certificate)
    {
        IReadOnlyList<GeneralName> wanted = name.Resolve(crlIssuer);
        IReadOnlyList<DistributionPoint> points = certificate.DistributionPoints;
        GeneralName issuer = new(GeneralNameKind.Directory, certificate.Issuer.RawData);
        return points.Count == 0
            ? wanted.Any(w => AreEqual(w, issuer))
            : points.Any(point => IsBy(crlIssuer, point, certificate)
                && NamesOf(point, certificate).Any(named => wanted.Any(w => AreEqual(w, named))));
    }

    private static bool IsBy(DistinguishedName crlIssuer, DistributionPoint point, Certificate certificate) =>
        point.CrlIssuer.Count == 0 ? crlIssuer.Equals(certificate.Issuer)
            : point.CrlIssuer.Any(name => name.DirectoryName?.Equals(crlIssuer) == true);

    private static IReadOnlyList<GeneralName> NamesOf(DistributionPoint point, Certificate certificate) =>
        point.Name?.Resolve(point.CrlIssuer.Select(static name => name.DirectoryName).FirstOrDefault(static name => name is not null)
            ?? certificate.Issuer) ?? point.CrlIssuer;

    private static int Mask(ReadOnlySpan<byte> bits)
    {
        int mask = 0;
        for (int bit = 0; bit < Math.Min(bits.Length * 8, 9); bit++)
        {
            mask |= (bits[bit / 8] & (0x80 >> (bit % 8))) != 0 ? 1 << bit : 0;
        }

        return mask & AllReasons;
    }

    private static bool AreEqual(GeneralName left, GeneralName right) =>
        left.Kind == GeneralNameKind.Directory && right.Kind == GeneralNameKind.Directory ? left.DirectoryName!.Equals(right.DirectoryName)
            : left.Equals(right);
}

using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.RevocationLists;

/// <summary>issuingDistributionPoint, RFC 5280 §5.2.5: which certificates a CRL is about. Large CAs issue their CRLs in parts.</summary>
internal static class CrlScope
{
    private const string Field = "issuingDistributionPoint";
    private const string Unreadable = "its issuing distribution point can't be read";

    /// <summary>Why a CRL of this scope is not about a certificate; null when it is.</summary>
    /// <param name="extension">The extension of the CRL.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="isPartial">True when it lists revocations for some reasons only, so that silence proves nothing.</param>
    internal static string? FindFault(CertificateExtension extension, Certificate certificate, out bool isPartial)
    {
        isPartial = false;
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
                if (!DistributionPointName.TryRead(document, parts.Enter(part), Field, faults, out DistributionPointName? name) || faults.Count > 0)
                {
                    return Unreadable;
                }

                if (!IsNamed(name!, certificate))
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
                isPartial = true;
            }
            else if (part.Tag == DerTag.Primitive(4) && isSet)
            {
                return "it is an indirect CRL";
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

    /// <summary>RFC 5280 §6.3.3 (b)(2)(i): one name in common. A certificate that names no point names its issuer.</summary>
    private static bool IsNamed(DistributionPointName name, Certificate certificate)
    {
        IReadOnlyList<GeneralName> wanted = name.Resolve(certificate.Issuer);
        IReadOnlyList<DistributionPoint> points = certificate.DistributionPoints;
        GeneralName issuer = new(GeneralNameKind.Directory, certificate.Issuer.RawData);
        return points.Count == 0
            ? wanted.Any(w => AreEqual(w, issuer))
            : points.Any(point => (point.Name?.Resolve(certificate.Issuer) ?? point.CrlIssuer).Any(named => wanted.Any(w => AreEqual(w, named))));
    }

    private static bool AreEqual(GeneralName left, GeneralName right) =>
        left.Kind == GeneralNameKind.Directory && right.Kind == GeneralNameKind.Directory ? left.DirectoryName!.Equals(right.DirectoryName) : left.Equals(right);
}

using System.Formats.Asn1;
using System.Text;
using TlsTrust.Certificates;

namespace TlsTrust.Revocation;

/// <summary>Decides whether a CRL speaks about a certificate and may be believed (RFC 5280 §6.3.3): complete CRLs of the issuer itself; indirect and delta CRLs are not used.</summary>
internal static class CrlVerifier
{
    private const string CrlNumber = "2.5.29.20";
    private const string DeltaIndicator = "2.5.29.27";
    private const string IssuingDistributionPoint = "2.5.29.28";
    private const string AuthorityKeyIdentifier = "2.5.29.35";

    /// <summary>What the CRL says of the certificate; or why it says nothing that counts, with no reason where it is simply another issuer's.</summary>
    internal static (RevocationResult? Result, string? Reason) Verify(CertificateRevocationList list, Certificate certificate, Certificate issuer, DateTime at)
    {
        if (!list.Issuer.Equals(certificate.Issuer))
        {
            return (null, null);
        }

        if (issuer.KeyUsage?.HasFlag(KeyUsage.CrlSign) == false)
        {
            return (null, "the issuer's key usage does not allow it to sign CRLs");
        }

        switch (list.CheckSignature(issuer))
        {
            case SignatureStatus.Invalid:
                return (null, "the CRL's signature is wrong");
            case SignatureStatus.NotCheckable:
                return (null, "the CRL's signature can't be checked on this platform");
        }

        bool someReasonsOnly = false;
        foreach (CertificateExtension extension in list.Extensions)
        {
            switch (extension.Oid)
            {
                case CrlNumber or AuthorityKeyIdentifier:
                    break;
                case DeltaIndicator:
                    return (null, "it is a delta CRL");
                case IssuingDistributionPoint:
                    if (ScopeFault(extension.Value, certificate, out someReasonsOnly) is { } fault)
                    {
                        return (null, fault);
                    }

                    break;
                default:
                    if (extension.IsCritical)
                    {
                        return (null, $"it has a critical extension that is not understood, {extension.Oid}");
                    }

                    break;
            }
        }

        if (list.Find(certificate.SerialNumber) is { } entry)
        {
            return (new()
            {
                Depth = 0,
                Status = RevocationStatus.Revoked,
                RevokedAt = entry.RevokedAt,
                Reason = (RevocationReason?)entry.ReasonCode,
                ThisUpdate = list.ThisUpdate,
                NextUpdate = list.NextUpdate,
            }, null);
        }

        return OcspVerifier.Staleness(list.ThisUpdate, list.NextUpdate, at) is { } stale ? (null, stale)
            : someReasonsOnly ? (null, "it covers only some reasons")
            : (new() { Depth = 0, Status = RevocationStatus.Good, ThisUpdate = list.ThisUpdate, NextUpdate = list.NextUpdate }, null);
    }

    private static string? ScopeFault(ReadOnlyMemory<byte> value, Certificate certificate, out bool someReasonsOnly)
    {
        someReasonsOnly = false;
        try
        {
            AsnReader scope = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
            while (scope.HasData)
            {
                Asn1Tag tag = scope.PeekTag();
                switch (tag.TagValue)
                {
                    case 0:
                        if (!NamesOneOf(scope.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)), certificate.CrlUrls))
                        {
                            return "it is for another distribution point than the certificate names";
                        }

                        break;
                    case 1:
                        if (scope.ReadBoolean(tag) && certificate.IsCA)
                        {
                            return "it covers no CA certificates";
                        }

                        break;
                    case 2:
                        if (scope.ReadBoolean(tag) && !certificate.IsCA)
                        {
                            return "it covers CA certificates only";
                        }

                        break;
                    case 3:
                        someReasonsOnly = true;
                        scope.ReadEncodedValue();
                        break;
                    case 4:
                        if (scope.ReadBoolean(tag))
                        {
                            return "it is an indirect CRL";
                        }

                        break;
                    case 5:
                        if (scope.ReadBoolean(tag))
                        {
                            return "it covers attribute certificates only";
                        }

                        break;
                    default:
                        return "its issuing distribution point can't be read";
                }
            }

            return null;
        }
        catch (AsnContentException)
        {
            return "its issuing distribution point can't be read";
        }
    }

    private static bool NamesOneOf(AsnReader point, IReadOnlyList<string> urls)
    {
        Asn1Tag fullName = new(TagClass.ContextSpecific, 0, true);
        if (!point.HasData || !point.PeekTag().HasSameClassAndValue(fullName))
        {
            return false;
        }

        AsnReader names = point.ReadSequence(fullName);
        while (names.HasData)
        {
            Asn1Tag tag = names.PeekTag();
            ReadOnlyMemory<byte> name = names.ReadEncodedValue();
            if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue == 6)
            {
                AsnDecoder.ReadEncodedValue(name.Span, AsnEncodingRules.DER, out int offset, out int length, out _);
                if (urls.Contains(Encoding.ASCII.GetString(name.Span.Slice(offset, length)), StringComparer.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }
}

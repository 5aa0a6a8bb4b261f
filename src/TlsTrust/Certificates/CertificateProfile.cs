using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates;

/// <summary>Holds the fields of a certificate against X.690 and the profile of RFC 5280 §4.1 and §4.2.</summary>
internal static class CertificateProfile
{
    /// <summary>RFC 5280 §4.1.2.2: certificate users must handle up to 20 octets, and CAs must not use more.</summary>
    private const int MaximumSerialLength = 20;

    /// <summary>The clause about serial numbers.</summary>
    internal const string SerialNumberRule = "RFC 5280 §4.1.2.2";

    internal static IReadOnlyList<DerFault> Check(Certificate certificate, in CertificateLayout layout,
        IReadOnlyList<DerFault> extensionFaults)
    {
        List<DerFault> faults = [];
        ReadOnlySpan<byte> document = certificate.RawData.Span;
        CheckVersion(document, layout, faults);
        CheckSerialNumber(document, layout, faults);
        if (!certificate.SignatureAlgorithmsAgree)
        {
            faults.Add(new DerFault(layout.SignatureAlgorithm.Offset, "signatureAlgorithm", "RFC 5280 §4.1.1.2",
                "it differs from tbsCertificate.signature"));
        }

        if (certificate.SignatureAlgorithm.Oid.Length == 0)
        {
            faults.Add(new DerFault(layout.SignatureAlgorithm.Offset, "signatureAlgorithm", "RFC 5280 §4.1.1.2",
                "no algorithm identifier can be read"));
        }

        NameReader.Check(document, layout.Issuer, "tbsCertificate.issuer", faults);
        if (layout.Issuer.Length == 0)
        {
            faults.Add(new DerFault(layout.Issuer.Offset, "tbsCertificate.issuer", "RFC 5280 §4.1.2.4", "an empty issuer",
                DerFaultKind.Profile));
        }

        CheckValidity(document, layout, faults);
        NameReader.Check(document, layout.Subject, "tbsCertificate.subject", faults);
        if (certificate.PublicKey.AlgorithmOid.Length == 0)
        {
            faults.Add(new DerFault(layout.PublicKey.Offset, "tbsCertificate.subjectPublicKeyInfo", "RFC 5280 §4.1.2.7",
                "no key can be read"));
        }

        if (!DerValue.TryBitString(layout.Signature.Content(document), out _, out int unused) || unused != 0)
        {
            faults.Add(new DerFault(layout.Signature.Offset, "signatureValue", "RFC 5280 §4.1.1.3",
                "a signature is a whole number of octets"));
        }

        faults.AddRange(extensionFaults);
        return faults.Count == 0 ? [] : faults;
    }

    private static void CheckVersion(ReadOnlySpan<byte> document, in CertificateLayout layout, List<DerFault> faults)
    {
        const string Field = "tbsCertificate.version";
        int version = 0;
        if (layout.Version.IsPresent)
        {
            DerReader inner = new DerReader(document).Enter(layout.Version);
            if (!inner.TryRead(DerTag.Integer, out DerElement number) || !inner.TryFinish())
            {
                faults.Add(inner.Fault(Field));
                return;
            }

            if (!DerValue.TryNonNegative(number.Content(document), out version) || version > 2)
            {
                faults.Add(new DerFault(number.Offset, Field, "RFC 5280 §4.1.2.1", "a version that does not exist"));
                return;
            }

            if (version == 0)
            {
                faults.Add(new DerFault(number.Offset, Field, "X.690 §11.5", "version 1 is the default and must not be encoded",
                    DerFaultKind.Profile));
            }
        }

        if (layout.Extensions.IsPresent && version != 2)
        {
            faults.Add(new DerFault(layout.Extensions.Offset, Field, "RFC 5280 §4.1.2.1",
                $"extensions in a version {version + 1} certificate", DerFaultKind.Profile));
        }

        if ((layout.IssuerUniqueId.IsPresent || layout.SubjectUniqueId.IsPresent) && version == 0)
        {
            faults.Add(new DerFault(layout.Subject.End, Field, "RFC 5280 §4.1.2.8", "unique identifiers in a version 1 certificate",
                DerFaultKind.Profile));
        }
    }

    private static void CheckSerialNumber(ReadOnlySpan<byte> document, in CertificateLayout layout, List<DerFault> faults)
    {
        const string Field = "tbsCertificate.serialNumber";
        ReadOnlySpan<byte> serial = layout.SerialNumber.Content(document);
        int offset = layout.SerialNumber.Offset;
        if (!DerValue.IsInteger(serial))
        {
            faults.Add(new DerFault(offset, Field, "X.690 §8.3.2", "an INTEGER that is empty or has a needless leading octet"));
        }
        else if (serial[0] >= 0x80 || serial is [0])
        {
            faults.Add(new DerFault(offset, Field, SerialNumberRule, "a serial number that is not positive", DerFaultKind.Profile));
        }
        else if (serial.Length > MaximumSerialLength)
        {
            faults.Add(new DerFault(offset, Field, SerialNumberRule,
                $"a serial number of {serial.Length} octets; {MaximumSerialLength} are allowed", DerFaultKind.Profile));
        }
    }

    private static void CheckValidity(ReadOnlySpan<byte> document, in CertificateLayout layout, List<DerFault> faults)
    {
        const string Field = "tbsCertificate.validity";
        DerReader dates = new DerReader(document).Enter(layout.Validity);
        for (int i = 0; i < 2; i++)
        {
            string field = i == 0 ? Field + ".notBefore" : Field + ".notAfter";
            if (!dates.TryRead(out DerElement date))
            {
                faults.Add(dates.Fault(field));
                return;
            }

            if (!CertificateTime.TryRead(date.Tag, date.Content(document), out _, out string? departure))
            {
                faults.Add(new DerFault(date.Offset, field, CertificateTime.Rule, "a time that can't be read"));
            }
            else if (departure is not null)
            {
                faults.Add(new DerFault(date.Offset, field, CertificateTime.Rule, departure,
                    departure == CertificateTime.EarlyGeneralizedTime ? DerFaultKind.Tolerated : DerFaultKind.Profile));
            }
        }

        if (!dates.TryFinish())
        {
            faults.Add(dates.Fault(Field));
        }
    }
}

using System.Formats.Asn1;

namespace TlsTrust.Lab.Pki;

/// <summary>PKCS#7 that carries certificates and no signature: what many CAs serve by AIA (RFC 5280 §4.2.2.1).</summary>
public static class CertificatesOnlyMessage
{
    /// <summary>The message, DER.</summary>
    public static byte[] Create(params LabCertificate[] certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        return Encode(certificates.Select(certificate => certificate.Der));
    }

    /// <summary>The same of certificates in DER.</summary>
    public static byte[] Encode(IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2"); // signedData
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.PushSetOf().Dispose(); // no digest algorithms
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.7.1"); // data, absent
                }

                using (writer.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    foreach (ReadOnlyMemory<byte> certificate in certificates)
                    {
                        writer.WriteEncodedValue(certificate.Span);
                    }
                }

                writer.PushSetOf().Dispose(); // no signers
            }
        }

        return writer.Encode();
    }
}

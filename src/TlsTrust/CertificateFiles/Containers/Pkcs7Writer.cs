using System.Formats.Asn1;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>Writes a PKCS#7 that is nothing but a bag of certificates (RFC 2315 §9: degenerate SignedData).</summary>
internal static class Pkcs7Writer
{
    private const string SignedData = "1.2.840.113549.1.7.2";

    public static byte[] Write(IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        Asn1Tag context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
        AsnWriter writer = new(AsnEncodingRules.BER); // BER keeps the order of the set, which Windows and keytool show
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(context0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Pkcs12Oids.Data);
                }

                using (writer.PushSetOf(context0))
                {
                    foreach (ReadOnlyMemory<byte> certificate in certificates)
                    {
                        writer.WriteEncodedValue(certificate.Span);
                    }
                }

                using (writer.PushSetOf())
                {
                }
            }
        }

        return writer.Encode();
    }
}

using System.Formats.Asn1;
using TlsTrust.Certificates;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>Writes certificates as a PKCS#12 store (RFC 7292) that Java takes for a trust store. Nothing in it is secret, so
/// nothing is encrypted: a JVM reads it with any password or none.</summary>
internal static class JavaTrustStoreWriter
{
    private const string Data = "1.2.840.113549.1.7.1";
    private const string CertBag = "1.2.840.113549.1.12.10.1.3";
    private const string X509Certificate = "1.2.840.113549.1.9.22.1";
    private const string FriendlyName = "1.2.840.113549.1.9.20";

    // Oracle's attribute: without it Java takes the certificate for part of a chain and not for an anchor.
    private const string TrustedKeyUsage = "2.16.840.1.113894.746875.1.1";
    private const string AnyExtendedKeyUsage = "2.5.29.37.0";

    public static byte[] Write(IEnumerable<Certificate> certificates)
    {
        AsnWriter contents = new(AsnEncodingRules.DER);
        using (contents.PushSequence())
        {
            foreach (Certificate certificate in certificates)
            {
                WriteBag(contents, certificate);
            }
        }

        AsnWriter safe = new(AsnEncodingRules.DER);
        using (safe.PushSequence())
        {
            WriteData(safe, contents.Encode());
        }

        AsnWriter store = new(AsnEncodingRules.DER);
        using (store.PushSequence())
        {
            store.WriteInteger(3);
            WriteData(store, safe.Encode());
        }

        return store.Encode();
    }

    private static void WriteData(AsnWriter writer, byte[] content)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Data);
            using (writer.PushSequence(Context0))
            {
                writer.WriteOctetString(content);
            }
        }
    }

    private static Asn1Tag Context0 => new(TagClass.ContextSpecific, 0, isConstructed: true);

    private static void WriteBag(AsnWriter writer, Certificate certificate)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CertBag);
            using (writer.PushSequence(Context0))
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(X509Certificate);
                    using (writer.PushSequence(Context0))
                    {
                        writer.WriteOctetString(certificate.RawData.Span);
                    }
                }
            }

            using (writer.PushSetOf())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(FriendlyName);
                    using (writer.PushSetOf())
                    {
                        // Aliases must differ; the fingerprint does.
                        writer.WriteCharacterString(UniversalTagNumber.BMPString, "tlstrust-" + certificate.Sha256[..32].ToLowerInvariant());
                    }
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(TrustedKeyUsage);
                    using (writer.PushSetOf())
                    {
                        writer.WriteObjectIdentifier(AnyExtendedKeyUsage);
                    }
                }
            }
        }
    }
}

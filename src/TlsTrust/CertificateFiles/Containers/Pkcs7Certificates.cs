using System.Formats.Asn1;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>Reads the certificates that a PKCS#7 / CMS SignedData carries (RFC 5652 §5.1): .p7b and .p7c files, AIA answers.</summary>
public static class Pkcs7Certificates
{
    private const string SignedData = "1.2.840.113549.1.7.2";

    /// <summary>True for a mere bag of certificates: nothing is signed in it, and so nothing is lost when they are taken out.</summary>
    internal static bool IsBag(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            AsnReader contentInfo = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            if (contentInfo.ReadObjectIdentifier() != SignedData)
            {
                return false;
            }

            AsnReader signed = contentInfo.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
            signed.ReadInteger();
            signed.ReadEncodedValue(); // digest algorithms
            AsnReader content = signed.ReadSequence();
            content.ReadObjectIdentifier();
            bool hasCertificates = signed.HasData && signed.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0));
            if (!hasCertificates || (content.HasData && !IsNothing(content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))))
            {
                return false;
            }

            signed.ReadEncodedValue();
            if (signed.HasData && signed.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 1)))
            {
                signed.ReadEncodedValue(); // revocation lists
            }

            return !signed.HasData || !signed.ReadSetOf(skipSortOrderValidation: true).HasData; // nobody signed
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    // Some write a content of no bytes.
    private static bool IsNothing(AsnReader content) => !content.HasData || content.ReadEncodedValue().Length <= 2;

    /// <summary>The certificates in their order. Other kinds of certificate that the standard allows there are left out.</summary>
    /// <param name="encoded">BER or DER.</param>
    /// <param name="certificates">What was found; empty when the result is false.</param>
    /// <returns>False when the bytes are no SignedData that can be followed.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> encoded, out IReadOnlyList<Certificate> certificates)
    {
        List<Certificate> found = [];
        certificates = found;
        try
        {
            AsnReader contentInfo = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            if (contentInfo.ReadObjectIdentifier() != SignedData)
            {
                return false;
            }

            AsnReader signed = contentInfo.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
            signed.ReadInteger();
            signed.ReadEncodedValue(); // digest algorithms
            signed.ReadEncodedValue(); // what was signed: nothing, in a bag of certificates
            if (!signed.HasData || !signed.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                return true;
            }

            AsnReader set = signed.ReadSetOf(skipSortOrderValidation: true, new Asn1Tag(TagClass.ContextSpecific, 0));
            while (set.HasData)
            {
                if (Certificate.TryParse(set.ReadEncodedValue(), out Certificate? certificate, out _))
                {
                    found.Add(certificate);
                }
            }

            return true;
        }
        catch (AsnContentException)
        {
            found.Clear();
            return false;
        }
    }
}

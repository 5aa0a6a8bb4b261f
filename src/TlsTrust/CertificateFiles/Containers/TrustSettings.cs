using System.Formats.Asn1;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>
/// What OpenSSL puts behind a certificate in a TRUSTED CERTIFICATE block: purposes it is trusted or distrusted for, an alias.
/// </summary>
internal static class TrustSettings
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string AnyPurpose = "2.5.29.37.0";

    /// <summary>True when the bytes are one X509_CERT_AUX.</summary>
    /// <param name="der">What follows the certificate.</param>
    /// <param name="expected">True in a block that says it has them: what can't be read there may be a refusal.</param>
    /// <param name="restricts">True when server authentication is rejected, or is not among what it is trusted for.</param>
    public static bool IsAuxiliary(ReadOnlySpan<byte> der, bool expected, out bool restricts)
    {
        restricts = expected;
        if (der.IsEmpty || der[0] != 0x30 || DerShape.TotalLength(der) != der.Length)
        {
            return expected;
        }

        try
        {
            bool refused = false;
            AsnReader settings = new AsnReader(der.ToArray(), AsnEncodingRules.BER).ReadSequence();
            if (settings.HasData && settings.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            {
                refused = !Names(settings.ReadSequence());
            }

            Asn1Tag reject = new(TagClass.ContextSpecific, 0);
            if (settings.HasData && settings.PeekTag().HasSameClassAndValue(reject))
            {
                refused |= Names(settings.ReadSequence(reject));
            }

            restricts = refused;
            return true;
        }
        catch (AsnContentException)
        {
            return expected;
        }
    }

    private static bool Names(AsnReader purposes)
    {
        bool found = false;
        while (purposes.HasData)
        {
            found |= purposes.ReadObjectIdentifier() is ServerAuthentication or AnyPurpose;
        }

        return found;
    }
}

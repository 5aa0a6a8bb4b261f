using System.Formats.Asn1;

namespace TlsTrust.Stores;

/// <summary>The extras behind the certificate in a TRUSTED CERTIFICATE block (X509_CERT_AUX of OpenSSL's x509_trust(3) machinery).</summary>
internal static class OpenSslTrustSettings
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string AnyPurpose = "2.5.29.37.0";
    private static readonly Asn1Tag Reject = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>True when the extras refuse the certificate for servers: rejected for that purpose or any, or trusted for others only (obj_trust in crypto/x509/x509_trust.c).</summary>
    /// <param name="extras">DER of the extras; empty for a plain certificate.</param>
    internal static bool RejectServers(ReadOnlyMemory<byte> extras)
    {
        if (extras.IsEmpty)
        {
            return false;
        }

        try
        {
            AsnReader settings = new AsnReader(extras, AsnEncodingRules.BER).ReadSequence();
            List<string>? trusted = settings.HasData && settings.PeekTag() == Asn1Tag.Sequence ? Read(settings.ReadSequence()) : null;
            List<string> rejected = settings.HasData && settings.PeekTag().HasSameClassAndValue(Reject) ? Read(settings.ReadSequence(Reject)) : [];
            return rejected.Exists(IsServer) || (trusted is not null && !trusted.Exists(IsServer));
        }
        catch (AsnContentException)
        {
            // Extras that can't be read may be a refusal.
            return true;
        }
    }

    private static bool IsServer(string purpose) => purpose is ServerAuthentication or AnyPurpose;

    private static List<string> Read(AsnReader purposes)
    {
        List<string> list = [];
        while (purposes.HasData)
        {
            list.Add(purposes.ReadObjectIdentifier());
        }

        return list;
    }
}

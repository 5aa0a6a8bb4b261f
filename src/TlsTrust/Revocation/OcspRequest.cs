using System.Formats.Asn1;
using System.Security.Cryptography;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Revocation;

/// <summary>
/// Asks about one certificate (RFC 6960 §4.1). Without nonce: public responders answer from prepared files and ignore it; freshness comes
/// from the dates.
/// </summary>
public static class OcspRequest
{
    /// <summary>
    /// 255 characters: the longest encoded request that goes by GET (RFC 6960 A.1), so that caches on the way can answer.
    /// </summary>
    public const int MaxGetLength = 255;

    private const string Sha1Oid = "1.3.14.3.2.26";

    /// <summary>The request, DER.</summary>
    /// <param name="certificate">Whose status is asked.</param>
    /// <param name="issuer">Its issuer.</param>
    public static byte[] Build(Certificate certificate, Certificate issuer)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                // SHA-1 names the issuer here and protects nothing; many responders know no other (RFC 5019 §2.1.1).
                writer.WriteObjectIdentifier(Sha1Oid);
                writer.WriteNull();
            }

#pragma warning disable CA5350 // a name, no protection
            writer.WriteOctetString(SHA1.HashData(certificate.Issuer.RawData.Span));
            writer.WriteOctetString(SHA1.HashData(issuer.PublicKey.KeyBits.Span));
#pragma warning restore CA5350
            writer.WriteInteger(Convert.FromHexString(SerialHex(certificate)));
        }

        return writer.Encode();
    }

    /// <summary>The URL that asks by GET, or null when the request is too long for that.</summary>
    /// <param name="responder">The OCSP URL of the certificate.</param>
    /// <param name="request">What <see cref="Build"/> made.</param>
    public static string? GetUrl(string responder, ReadOnlySpan<byte> request)
    {
        string encoded = Uri.EscapeDataString(Convert.ToBase64String(request));
        return encoded.Length > MaxGetLength ? null : $"{responder.TrimEnd('/')}/{encoded}";
    }

    // An INTEGER keeps its sign; a serial number with the top bit set has a leading zero octet in DER.
    internal static string SerialHex(Certificate certificate)
    {
        string serial = certificate.SerialNumber.Length % 2 == 0 ? certificate.SerialNumber : "0" + certificate.SerialNumber;
        return serial.Length == 0 ? "00" : serial[0] >= '8' ? "00" + serial : serial;
    }
}

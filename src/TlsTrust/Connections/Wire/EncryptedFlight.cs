using TlsTrust.Certificates.Keys;

namespace TlsTrust.Connections.Wire;

/// <summary>
/// What the length of a server's encrypted flight tells (TLS 1.3). The platform's TLS asks for a stapled OCSP response and does not show
/// it; whether one may be there is seen from what the other messages leave (RFC 8446 §4.3, §4.4), without a further connection.
/// </summary>
internal static class EncryptedFlight
{
    /// <summary>
    /// 210 bytes: headers of six records more than one (132), a SHA-384 Finished (16), a change_cipher_spec (6), and what servers put into
    /// EncryptedExtensions (some 50). The shortest OCSP response that means anything has 270.
    /// </summary>
    private const int Room = 210;

    /// <summary>120 bytes: a request for a client certificate without names of CAs; with many names the answer errs towards yes.</summary>
    private const int RequestLength = 120;

    // Record header, tag and type; EncryptedExtensions, Certificate, CertificateVerify and Finished without what varies.
    private const int Least = 22 + 6 + 8 + 8 + 36;

    // In a Certificate message each has its length before and the length of its extensions behind.
    private const int EntryOverhead = 5;

    /// <summary>Whether an OCSP response may be among what came encrypted.</summary>
    public static bool HasRoomForStaple(long length, IEnumerable<ReadOnlyMemory<byte>> certificates, PublicKeyInfo key, bool isAsked) =>
        length - Least - certificates.Sum(certificate => certificate.Length + EntryOverhead) - SignatureLength(key)
            - (isAsked ? RequestLength : 0) > Room;

    private static int SignatureLength(PublicKeyInfo key) => key.Kind switch
    {
        PublicKeyKind.Rsa => (key.SizeInBits + 7) / 8,
        PublicKeyKind.EllipticCurve => ((key.SizeInBits + 7) / 8 * 2) + 6,
        _ => 64,
    };
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Tests.Hostile.Servers;

/// <summary>TLS by hand, in the clear: every length can lie.</summary>
internal static class TlsBytes
{
    public const byte ChangeCipherSpec = 20;
    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte Data = 23;
    public const ushort Tls12 = 0x0303;

    private const int LongestRecord = 1 << 14;
    private const ushort EcdheEcdsaAes128 = 0xC02B;
    private const int RandomOfClientHello = 5 + 4 + 2; // record, message, version

    /// <summary>The random by which a ServerHello is a HelloRetryRequest, RFC 8446 §4.1.3.</summary>
    public static byte[] RetryRandom { get; } = SHA256.HashData("HelloRetryRequest"u8);

    public static byte[] Number(int value, int bytes) => [.. Enumerable.Range(1, bytes).Select(i => (byte)(value >> (8 * (bytes - i))))];

    public static byte[] Vector(byte[] content, int lengthBytes, int? length = null) =>
        [.. Number(length ?? content.Length, lengthBytes), .. content];

    public static byte[] Record(byte kind, byte[] body, int version = Tls12, int? length = null) =>
        [kind, .. Number(version, 2), .. Vector(body, 2, length)];

    /// <summary>A handshake message.</summary>
    public static byte[] Message(byte kind, byte[] body, int? length = null) => [kind, .. Vector(body, 3, length)];

    /// <summary>Messages in as many records as they need.</summary>
    public static byte[] Records(params byte[][] messages)
    {
        byte[] all = [.. messages.SelectMany(message => message)];
        return [.. all.Chunk(LongestRecord).SelectMany(part => Record(Handshake, part))];
    }

    public static byte[] AlertOf(byte level, byte description) => Record(Alert, [level, description]);

    public static byte[] Extension(int kind, byte[] content, int? length = null) => [.. Number(kind, 2), .. Vector(content, 2, length)];

    public static byte[] ServerHello(int version = Tls12, int cipher = EcdheEcdsaAes128, byte[]? random = null, byte[]? session = null,
        byte compression = 0, byte[]? extensions = null) =>
        Message(2, [.. Number(version, 2), .. random ?? new byte[32], .. Vector(session ?? [], 1), .. Number(cipher, 2), compression,
            .. Vector(extensions ?? [0xFF, 0x01, 0, 1, 0], 2)]);

    /// <summary>Certificate of TLS 1.2.</summary>
    public static byte[] CertificateList(params byte[][] ders) =>
        Message(11, Vector([.. ders.SelectMany(der => Vector(der, 3))], 3));

    /// <summary>ServerKeyExchange with P-256, signed as an honest server does.</summary>
    public static byte[] KeyExchange(byte[] clientHello, X509Certificate2 certificate)
    {
        using ECDiffieHellman key = TestKeys.Agreement(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(false).Q;
        byte[] parameters = [3, 0, 23, .. Vector([4, .. point.X!, .. point.Y!], 1)];
        ECDsa signer = (ECDsa)TestKeys.KeyOf(certificate);
        byte[] signature = signer.SignData([.. clientHello.AsSpan(RandomOfClientHello, 32), .. new byte[32], .. parameters],
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Message(12, [.. parameters, 4, 3, .. Vector(signature, 2)]);
    }

    public static byte[] Done { get; } = Message(14, []);
}

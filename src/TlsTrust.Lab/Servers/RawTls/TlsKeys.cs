using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>The pseudo-random function of TLS 1.2 with SHA-256 (RFC 5246 §5).</summary>
internal static class Tls12Keys
{
    public static byte[] Prf(byte[] secret, string label, byte[] seed, int length)
    {
        byte[] labelled = [.. Encoding.ASCII.GetBytes(label), .. seed];
        List<byte> output = [];
        byte[] a = labelled;
        while (output.Count < length)
        {
            a = HMACSHA256.HashData(secret, a);
            byte[] seeded = [.. a, .. labelled];
            output.AddRange(HMACSHA256.HashData(secret, seeded));
        }

        return [.. output.Take(length)];
    }
}

/// <summary>The key schedule of TLS 1.3 with SHA-256 (RFC 8446 §7.1).</summary>
internal static class Tls13Keys
{
    public const int HashLength = 32;

    public static byte[] ExpandLabel(byte[] secret, string label, byte[] context, int length)
    {
        byte[] info = new TlsWriter().UInt16(length).Vector8(Encoding.ASCII.GetBytes("tls13 " + label)).Vector8(context).ToArray();
        return HKDF.Expand(HashAlgorithmName.SHA256, secret, length, info);
    }

    public static byte[] Derive(byte[] secret, string label, byte[] messages) =>
        ExpandLabel(secret, label, SHA256.HashData(messages), HashLength);

    public static byte[] HandshakeSecret(byte[] sharedSecret)
    {
        byte[] early = HKDF.Extract(HashAlgorithmName.SHA256, new byte[HashLength], new byte[HashLength]);
        return HKDF.Extract(HashAlgorithmName.SHA256, sharedSecret, Derive(early, "derived", []));
    }

    public static byte[] MasterSecret(byte[] handshakeSecret) =>
        HKDF.Extract(HashAlgorithmName.SHA256, new byte[HashLength], Derive(handshakeSecret, "derived", []));

    public static byte[] Finished(byte[] trafficSecret, byte[] messages) =>
        HMACSHA256.HashData(ExpandLabel(trafficSecret, "finished", [], HashLength), SHA256.HashData(messages));
}

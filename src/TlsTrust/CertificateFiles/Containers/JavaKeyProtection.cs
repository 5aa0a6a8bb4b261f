using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>
/// How a JKS hides a private key (sun.security.provider.KeyProtector): it is XORed with a row of SHA-1 hashes of the password. There are no
/// rounds, so a good password is all that protects it.
/// </summary>
internal static class JavaKeyProtection
{
    private const string Algorithm = "1.3.6.1.4.1.42.2.17.1.1";
    private const int SaltLength = 20;
    private const int DigestLength = 20;

    /// <summary>The key as PKCS#8; null where the password does not fit or another protection is used.</summary>
    public static byte[]? Open(ReadOnlyMemory<byte> encryptedPrivateKeyInfo, string password)
    {
        try
        {
            AsnReader info = new AsnReader(encryptedPrivateKeyInfo, AsnEncodingRules.BER).ReadSequence();
            if (info.ReadSequence().ReadObjectIdentifier() != Algorithm)
            {
                return null;
            }

            byte[] hidden = info.ReadOctetString();
            if (hidden.Length < SaltLength + DigestLength)
            {
                return null;
            }

            byte[] key = Xor(hidden.AsSpan(SaltLength..^DigestLength), hidden.AsSpan(0, SaltLength), password);
            return Check(key, password).AsSpan().SequenceEqual(hidden.AsSpan(hidden.Length - DigestLength)) ? key : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Hides a key.</summary>
    public static byte[] Hide(ReadOnlySpan<byte> privateKeyInfo, string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        byte[] hidden = [.. salt, .. Xor(privateKeyInfo, salt, password), .. Check(privateKeyInfo, password)];
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Algorithm);
                writer.WriteNull();
            }

            writer.WriteOctetString(hidden);
        }

        return writer.Encode();
    }

#pragma warning disable CA5350 // the format's own
    private static byte[] Xor(ReadOnlySpan<byte> data, ReadOnlySpan<byte> salt, string password)
    {
        byte[] secret = Encoding.BigEndianUnicode.GetBytes(password);
        byte[] digest = salt.ToArray(), result = new byte[data.Length];
        for (int at = 0; at < data.Length; at++)
        {
            if (at % DigestLength == 0)
            {
                digest = SHA1.HashData([.. secret, .. digest]);
            }

            result[at] = (byte)(data[at] ^ digest[at % DigestLength]);
        }

        CryptographicOperations.ZeroMemory(secret);
        return result;
    }

    private static byte[] Check(ReadOnlySpan<byte> key, string password) =>
        SHA1.HashData([.. Encoding.BigEndianUnicode.GetBytes(password), .. key]);
#pragma warning restore CA5350
}

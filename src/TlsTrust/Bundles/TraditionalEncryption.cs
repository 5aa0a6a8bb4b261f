using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TlsTrust.Bundles;

/// <summary>
/// The encryption of private keys that OpenSSL wrote before PKCS#8: RFC 1421 headers name the cipher, and the key is made of the password
/// by one round of MD5 (EVP_BytesToKey).
/// </summary>
internal static partial class TraditionalEncryption
{
    private const int SaltLength = 8; // PKCS5_SALT_LEN: the first bytes of the initialization vector

    /// <summary>Decrypts, or returns null where the cipher is none of these.</summary>
    /// <exception cref="CryptographicException">The password is another, or the text is damaged.</exception>
    public static byte[]? Decrypt(string headers, ReadOnlySpan<byte> encrypted, string password)
    {
        Match info = DekInfo().Match(headers);
        using SymmetricAlgorithm? cipher = info.Success ? Cipher(info.Groups["cipher"].Value.ToUpperInvariant()) : null;
        if (cipher is null || info.Groups["iv"].Length != cipher.BlockSize / 4)
        {
            return null;
        }

        byte[] iv = Convert.FromHexString(info.Groups["iv"].Value);
        byte[] secret = Encoding.UTF8.GetBytes(password);
        byte[] key = new byte[cipher.KeySize / 8];
        try
        {
            Derive(secret, iv.AsSpan(0, SaltLength), key);
            cipher.Key = key;
            return cipher.DecryptCbc(encrypted, iv);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static SymmetricAlgorithm? Cipher(string name)
    {
        SymmetricAlgorithm? cipher = name switch
        {
            "AES-128-CBC" or "AES-192-CBC" or "AES-256-CBC" => Aes.Create(),
            "DES-EDE3-CBC" => TripleDES.Create(),
            "DES-CBC" => DES.Create(),
            _ => null,
        };
        if (cipher is Aes)
        {
            cipher.KeySize = int.Parse(name.AsSpan(4, 3), System.Globalization.CultureInfo.InvariantCulture);
        }

        return cipher;
    }

    // Each block of the key is the hash of the block before it, the password and the salt.
    private static void Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Span<byte> key)
    {
        byte[] block = [];
        while (!key.IsEmpty)
        {
            byte[] input = [.. block, .. password, .. salt];
            CryptographicOperations.ZeroMemory(block);
            block = MD5.HashData(input);
            CryptographicOperations.ZeroMemory(input);
            int length = Math.Min(block.Length, key.Length);
            block.AsSpan(0, length).CopyTo(key);
            key = key[length..];
        }

        CryptographicOperations.ZeroMemory(block);
    }

    [GeneratedRegex(@"^DEK-Info:\s*(?<cipher>[A-Z0-9-]+)\s*,\s*(?<iv>([0-9A-F]{2})+)\s*$",
        RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DekInfo();
}

using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>What a derived value is for (RFC 7292 appendix B.3).</summary>
internal enum DerivationPurpose
{
    Key = 1,
    InitialVector = 2,
    Mac = 3,
}

/// <summary>Keys from passwords, as PKCS#12 (RFC 7292 appendix B) and PKCS#5 (RFC 8018) make them; each counts its rounds.</summary>
internal static class KeyDerivation
{
    // Some tens of milliseconds between two looks at whether anybody still waits.
    private const int RoundsBetweenLooks = 50_000;

    /// <summary>RFC 7292 appendix B.2.</summary>
    public static byte[] Pkcs12(
        HashAlgorithmName hash, string? password, ReadOnlySpan<byte> salt, int rounds, DerivationPurpose purpose, int length,
            DerivationBudget budget)
    {
        int digest = DigestLength(hash);
        int block = digest > 32 ? 128 : 64;
        byte[] secret = Pkcs12Password(password);
        byte[] diversifier = new byte[block];
        Array.Fill(diversifier, (byte)purpose);
        byte[] input = [.. Repeated(salt, block), .. Repeated(secret, block)];
        byte[] result = new byte[length];
        byte[] value = new byte[digest];
        byte[] filled = new byte[block];
        using IncrementalHash hasher = IncrementalHash.CreateHash(hash);
        try
        {
            for (int done = 0; done < length; done += digest)
            {
                budget.Take(rounds);
                hasher.AppendData(diversifier);
                hasher.AppendData(input);
                hasher.GetHashAndReset(value);
                for (int round = 1; round < rounds; round++)
                {
                    hasher.AppendData(value);
                    hasher.GetHashAndReset(value);
                    if (round % RoundsBetweenLooks == 0)
                    {
                        budget.ThrowIfCancelled();
                    }
                }

                value.AsSpan(0, Math.Min(digest, length - done)).CopyTo(result.AsSpan(done));
                for (int i = 0; i < block; i++)
                {
                    filled[i] = value[i % digest];
                }

                AddToEach(input, filled);
            }

            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(input);
            CryptographicOperations.ZeroMemory(value);
            CryptographicOperations.ZeroMemory(filled);
        }
    }

    /// <summary>RFC 8018 §5.2, of the password in UTF-8.</summary>
    public static byte[] Pbkdf2(HashAlgorithmName hash, string? password, ReadOnlySpan<byte> salt, int rounds, int length,
        DerivationBudget budget)
    {
        byte[] secret = Encoding.UTF8.GetBytes(password ?? "");
        byte[] result = new byte[length];
        int digest = DigestLength(hash);
        try
        {
            for (int done = 0, number = 1; done < length; done += digest, number++)
            {
                budget.Take(rounds);
                byte[] block = Block(hash, secret, salt, rounds, number, digest, budget);
                block.AsSpan(0, Math.Min(digest, length - done)).CopyTo(result.AsSpan(done));
                CryptographicOperations.ZeroMemory(block);
            }

            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public static int DigestLength(HashAlgorithmName hash) => hash.Name switch
    {
        "SHA1" => 20,
        "SHA256" => 32,
        "SHA384" => 48,
        "SHA512" => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(hash), hash, "no hash of PKCS#12"),
    };

    // The platform's own can't be stopped, and Wine has none.
    private static byte[] Block(HashAlgorithmName hash, byte[] secret, ReadOnlySpan<byte> salt, int rounds, int number, int digest,
        DerivationBudget budget)
    {
        using IncrementalHash hasher = IncrementalHash.CreateHMAC(hash, secret);
        byte[] value = new byte[digest], block = new byte[digest];
        hasher.AppendData(salt);
        hasher.AppendData([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        hasher.GetHashAndReset(value);
        value.CopyTo(block, 0);
        for (int round = 1; round < rounds; round++)
        {
            hasher.AppendData(value);
            hasher.GetHashAndReset(value);
            for (int i = 0; i < digest; i++)
            {
                block[i] ^= value[i];
            }

            if (round % RoundsBetweenLooks == 0)
            {
                budget.ThrowIfCancelled();
            }
        }

        CryptographicOperations.ZeroMemory(value);
        return block;
    }

    // BMPString with its two zero bytes; no password at all is no bytes, and some makers write that for the empty one.
    private static byte[] Pkcs12Password(string? password)
    {
        if (password is null)
        {
            return [];
        }

        byte[] secret = new byte[(password.Length * 2) + 2];
        Encoding.BigEndianUnicode.GetBytes(password, secret);
        return secret;
    }

    private static byte[] Repeated(ReadOnlySpan<byte> value, int block)
    {
        byte[] filled = new byte[(value.Length + block - 1) / block * block];
        for (int i = 0; i < filled.Length; i++)
        {
            filled[i] = value[i % value.Length];
        }

        return filled;
    }

    // Each block of the input becomes itself + added + 1, a number with the most significant byte first.
    private static void AddToEach(byte[] input, byte[] added)
    {
        for (int start = 0; start < input.Length; start += added.Length)
        {
            int carry = 1;
            for (int i = added.Length - 1; i >= 0; i--)
            {
                carry += input[start + i] + added[i];
                input[start + i] = (byte)carry;
                carry >>= 8;
            }
        }
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>Encryption under a password: PKCS#12's own schemes (RFC 7292 appendix C) and PBES2 (RFC 8018 §6.2).</summary>
internal static class PasswordProtection
{
    public const string Pbes2 = "1.2.840.113549.1.5.13";
    public const string Pbkdf2 = "1.2.840.113549.1.5.12";
    public const string TripleDesWithSha1 = "1.2.840.113549.1.12.1.3";

    private const int TripleDesBlock = 8;
    private const int AesBlock = 16;

    // Scheme, then length of its key.
    private static readonly Dictionary<string, (string Cipher, int Key)> Pkcs12Schemes = new()
    {
        ["1.2.840.113549.1.12.1.1"] = ("RC4", 16),
        ["1.2.840.113549.1.12.1.2"] = ("RC4", 5),
        [TripleDesWithSha1] = ("3DES", 24),
        ["1.2.840.113549.1.12.1.4"] = ("3DES", 16),
        ["1.2.840.113549.1.12.1.5"] = ("RC2", 16),
        ["1.2.840.113549.1.12.1.6"] = ("RC2", 5),
    };

    private static readonly Dictionary<string, (string Cipher, int Key)> Pbes2Ciphers = new()
    {
        ["2.16.840.1.101.3.4.1.2"] = ("AES", 16),
        ["2.16.840.1.101.3.4.1.22"] = ("AES", 24),
        ["2.16.840.1.101.3.4.1.42"] = ("AES", 32),
        ["1.2.840.113549.3.7"] = ("3DES", 24),
    };

    private static readonly Dictionary<string, HashAlgorithmName> Pseudorandom = new()
    {
        ["1.2.840.113549.2.7"] = HashAlgorithmName.SHA1,
        ["1.2.840.113549.2.9"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.2.10"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.2.11"] = HashAlgorithmName.SHA512,
    };

    /// <summary>Decrypts.</summary>
    /// <param name="algorithm">AlgorithmIdentifier.</param>
    /// <param name="encrypted">What is under it.</param>
    /// <param name="password">The password; null for none at all, which PKCS#12's own schemes tell from an empty one.</param>
    /// <param name="budget">What it may cost.</param>
    /// <exception cref="NotSupportedException">The scheme is none of these.</exception>
    /// <exception cref="CryptographicException">The password is another, or what is encrypted was changed.</exception>
    /// <exception cref="AsnContentException">The parameters are no such.</exception>
    public static byte[] Decrypt(ReadOnlyMemory<byte> algorithm, ReadOnlySpan<byte> encrypted, string? password, DerivationBudget budget)
    {
        AsnReader identifier = new AsnReader(algorithm, AsnEncodingRules.BER).ReadSequence();
        string scheme = identifier.ReadObjectIdentifier();
        AsnReader parameters = identifier.ReadSequence();
        if (scheme == Pbes2)
        {
            return DecryptPbes2(parameters, encrypted, password, budget);
        }

        if (!Pkcs12Schemes.TryGetValue(scheme, out (string Cipher, int Key) known))
        {
            throw new NotSupportedException($"encryption {scheme} is not read here");
        }

        byte[] salt = parameters.ReadOctetString();
        int rounds = Rounds(parameters);
        byte[] key = KeyDerivation.Pkcs12(HashAlgorithmName.SHA1, password, salt, rounds, DerivationPurpose.Key, known.Key, budget);
        try
        {
            byte[] vector = known.Cipher == "RC4"
                ? []
                : KeyDerivation.Pkcs12(HashAlgorithmName.SHA1, password, salt, rounds, DerivationPurpose.InitialVector, TripleDesBlock,
                    budget);
            return Decrypt(known.Cipher, key, vector, encrypted);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Encrypts, and writes the AlgorithmIdentifier.</summary>
    public static (byte[] Algorithm, byte[] Encrypted) Encrypt(ReadOnlySpan<byte> plain, string password, bool forOldReaders, int rounds,
        CancellationToken cancellation = default)
    {
        DerivationBudget budget = new(cancellation);
        byte[] salt = RandomNumberGenerator.GetBytes(forOldReaders ? 8 : 16);
        AsnWriter writer = new(AsnEncodingRules.DER);
        if (forOldReaders)
        {
            byte[] oldKey = KeyDerivation.Pkcs12(HashAlgorithmName.SHA1, password, salt, rounds, DerivationPurpose.Key, 24, budget);
            byte[] oldVector =
                KeyDerivation.Pkcs12(HashAlgorithmName.SHA1, password, salt, rounds, DerivationPurpose.InitialVector, TripleDesBlock,
                    budget);
#pragma warning disable CA5350 // what Windows Server 2016 and older read; only on request
            using TripleDES old = TripleDES.Create();
#pragma warning restore CA5350
            old.Key = oldKey;
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(TripleDesWithSha1);
                WriteSaltAndRounds(writer, salt, rounds);
            }

            CryptographicOperations.ZeroMemory(oldKey);
            return (writer.Encode(), old.EncryptCbc(plain, oldVector));
        }

        byte[] key = KeyDerivation.Pbkdf2(HashAlgorithmName.SHA256, password, salt, rounds, 32, budget);
        byte[] vector = RandomNumberGenerator.GetBytes(AesBlock);
        using Aes aes = Aes.Create();
        aes.Key = key;
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Pbes2);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Pbkdf2);
                    using (writer.PushSequence())
                    {
                        writer.WriteOctetString(salt);
                        writer.WriteInteger(rounds);
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier("1.2.840.113549.2.9"); // HMAC with SHA-256
                            writer.WriteNull();
                        }
                    }
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("2.16.840.1.101.3.4.1.42"); // AES-256-CBC
                    writer.WriteOctetString(vector);
                }
            }
        }

        CryptographicOperations.ZeroMemory(key);
        return (writer.Encode(), aes.EncryptCbc(plain, vector));
    }

    /// <summary>Opens a PKCS#8 EncryptedPrivateKeyInfo.</summary>
    public static byte[] DecryptKey(ReadOnlyMemory<byte> encryptedPrivateKeyInfo, string? password, DerivationBudget budget)
    {
        AsnReader info = new AsnReader(encryptedPrivateKeyInfo, AsnEncodingRules.BER).ReadSequence();
        return Decrypt(info.ReadEncodedValue(), info.ReadOctetString(), password, budget);
    }

    /// <summary>Writes a PKCS#8 EncryptedPrivateKeyInfo.</summary>
    public static byte[] EncryptKey(ReadOnlySpan<byte> privateKeyInfo, string password, bool forOldReaders, int rounds,
        CancellationToken cancellation = default)
    {
        (byte[] algorithm, byte[] encrypted) = Encrypt(privateKeyInfo, password, forOldReaders, rounds, cancellation);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(algorithm);
            writer.WriteOctetString(encrypted);
        }

        return writer.Encode();
    }

    /// <summary>The key that PBKDF2 parameters make of a password.</summary>
    /// <param name="derivation">AlgorithmIdentifier of the derivation.</param>
    /// <param name="password">The password.</param>
    /// <param name="length">Bytes wanted; what the parameters say goes before.</param>
    /// <param name="budget">What it may cost.</param>
    public static byte[] DeriveKey(AsnReader derivation, string? password, int length, DerivationBudget budget)
    {
        string kind = derivation.ReadObjectIdentifier();
        if (kind != Pbkdf2)
        {
            throw new NotSupportedException($"key derivation {kind} is not read here");
        }

        AsnReader parameters = derivation.ReadSequence();
        byte[] salt = parameters.ReadOctetString();
        int rounds = Rounds(parameters);
        if (parameters.HasData && parameters.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            int stated = Small(parameters);
            length = length == 0 ? Math.Clamp(stated, 1, MaxKeyLength) : length;
        }

        HashAlgorithmName hash = HashAlgorithmName.SHA1; // RFC 8018 appendix A.2: the default
        if (parameters.HasData)
        {
            string pseudorandom = parameters.ReadSequence().ReadObjectIdentifier();
            hash = Pseudorandom.TryGetValue(pseudorandom, out HashAlgorithmName known) ? known
                : throw new NotSupportedException($"hash {pseudorandom} is not read here");
        }

        return KeyDerivation.Pbkdf2(hash, password, salt, rounds, length, budget);
    }

    private const int MaxKeyLength = 64; // no cipher or MAC of PKCS#12 takes more

    private static byte[] DecryptPbes2(AsnReader parameters, ReadOnlySpan<byte> encrypted, string? password, DerivationBudget budget)
    {
        AsnReader derivation = parameters.ReadSequence();
        AsnReader scheme = parameters.ReadSequence();
        string cipher = scheme.ReadObjectIdentifier();
        if (!Pbes2Ciphers.TryGetValue(cipher, out (string Cipher, int Key) known))
        {
            throw new NotSupportedException($"cipher {cipher} is not read here");
        }

        byte[] key = DeriveKey(derivation, password, known.Key, budget);
        try
        {
            return Decrypt(known.Cipher, key, scheme.ReadOctetString(), encrypted);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Decrypt(string cipher, byte[] key, byte[] vector, ReadOnlySpan<byte> encrypted)
    {
        switch (cipher)
        {
            case "RC4":
                return LegacyCiphers.DecryptRc4(key, encrypted);
            case "RC2":
                return LegacyCiphers.DecryptRc2(key, vector, encrypted);
            case "AES":
                using (Aes aes = Aes.Create())
                {
                    aes.Key = key;
                    return aes.DecryptCbc(encrypted, Checked(vector, AesBlock));
                }

            default:
#pragma warning disable CA5350 // reading what others wrote
                using (TripleDES triple = TripleDES.Create())
#pragma warning restore CA5350
                {
                    // Two keys are three, the first once more at the end.
                    triple.Key = key.Length == 16 ? [.. key, .. key[..8]] : key;
                    return triple.DecryptCbc(encrypted, Checked(vector, TripleDesBlock));
                }
        }
    }

    private static byte[] Checked(byte[] vector, int length) =>
        vector.Length == length ? vector : throw new CryptographicException("The initial vector has another length.");

    private static int Rounds(AsnReader parameters) => Small(parameters);

    /// <summary>A number of the file; what does not fit is more than any limit.</summary>
    public static int Small(AsnReader parameters)
    {
        System.Numerics.BigInteger value = parameters.ReadInteger();
        return value > int.MaxValue || value < 0 ? int.MaxValue : (int)value;
    }

    private static void WriteSaltAndRounds(AsnWriter writer, byte[] salt, int rounds)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(salt);
            writer.WriteInteger(rounds);
        }
    }
}

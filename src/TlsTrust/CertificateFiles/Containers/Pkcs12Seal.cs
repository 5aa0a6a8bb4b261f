using System.Formats.Asn1;
using System.Security.Cryptography;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>The MAC under a password that seals a PKCS#12 (RFC 7292 §4, RFC 9579 for PBMAC1).</summary>
internal static class Pkcs12Seal
{
    private const int MaxRoundsWritten = 10_000; // keytool's; a guess at the password tries the encryption's rounds anyway

    private static readonly Dictionary<string, HashAlgorithmName> Hashes = new()
    {
        ["1.3.14.3.2.26"] = HashAlgorithmName.SHA1,
        ["2.16.840.1.101.3.4.2.1"] = HashAlgorithmName.SHA256,
        ["2.16.840.1.101.3.4.2.2"] = HashAlgorithmName.SHA384,
        ["2.16.840.1.101.3.4.2.3"] = HashAlgorithmName.SHA512,
    };

    private static readonly Dictionary<string, HashAlgorithmName> Macs = new()
    {
        ["1.2.840.113549.2.7"] = HashAlgorithmName.SHA1,
        ["1.2.840.113549.2.9"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.2.10"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.2.11"] = HashAlgorithmName.SHA512,
    };

    /// <summary>True when the password made the seal.</summary>
    public static bool Fits(ReadOnlyMemory<byte> macData, ReadOnlySpan<byte> content, string? password, DerivationBudget budget)
    {
        AsnReader mac = new AsnReader(macData, AsnEncodingRules.BER).ReadSequence();
        AsnReader digest = mac.ReadSequence();
        ReadOnlyMemory<byte> algorithm = digest.ReadEncodedValue();
        byte[] sealedWith = digest.ReadOctetString();
        return CryptographicOperations.FixedTimeEquals(sealedWith, Compute(algorithm, mac, content, password, budget));
    }

    /// <summary>The seal of other content, made in the same way with the same salt.</summary>
    public static byte[] Renew(ReadOnlyMemory<byte> macData, ReadOnlySpan<byte> content, string? password)
    {
        AsnReader mac = new AsnReader(macData, AsnEncodingRules.BER).ReadSequence();
        AsnReader digest = mac.ReadSequence();
        ReadOnlyMemory<byte> algorithm = digest.ReadEncodedValue();
        List<ReadOnlyMemory<byte>> rest = [];
        AsnReader parameters = new AsnReader(macData, AsnEncodingRules.BER).ReadSequence();
        parameters.ReadEncodedValue();
        while (parameters.HasData)
        {
            rest.Add(parameters.ReadEncodedValue());
        }

        byte[] value = Compute(algorithm, mac, content, password, new DerivationBudget(CancellationToken.None));
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(algorithm.Span);
                writer.WriteOctetString(value);
            }

            rest.ForEach(part => writer.WriteEncodedValue(part.Span));
        }

        return writer.Encode();
    }

    /// <summary>A new seal.</summary>
    public static byte[] Make(ReadOnlySpan<byte> content, string password, bool forOldReaders)
    {
        string oid = forOldReaders ? "1.3.14.3.2.26" : "2.16.840.1.101.3.4.2.1";
        int rounds = forOldReaders ? 2_000 : MaxRoundsWritten;
        byte[] salt = RandomNumberGenerator.GetBytes(forOldReaders ? 20 : 32);
        byte[] key = Key(Hashes[oid], password, salt, rounds, new DerivationBudget(CancellationToken.None));
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteNull();
                }

                writer.WriteOctetString(Hmac(Hashes[oid], key, content));
            }

            writer.WriteOctetString(salt);
            writer.WriteInteger(rounds);
        }

        CryptographicOperations.ZeroMemory(key);
        return writer.Encode();
    }

    private static byte[] Compute(ReadOnlyMemory<byte> algorithm, AsnReader parameters, ReadOnlySpan<byte> content, string? password,
        DerivationBudget budget)
    {
        AsnReader identifier = new AsnReader(algorithm, AsnEncodingRules.BER).ReadSequence();
        string kind = identifier.ReadObjectIdentifier();
        if (kind == Pkcs12Oids.PbMac1)
        {
            AsnReader own = identifier.ReadSequence();
            AsnReader derivation = own.ReadSequence();
            string mac = own.ReadSequence().ReadObjectIdentifier();
            HashAlgorithmName inner = Macs.TryGetValue(mac, out HashAlgorithmName found) ? found
                : throw new NotSupportedException($"MAC {mac} is not read here");
            return Hmac(inner, PasswordProtection.DeriveKey(derivation, password, 0, budget), content);
        }

        HashAlgorithmName hash = Hashes.TryGetValue(kind, out HashAlgorithmName known) ? known
            : throw new NotSupportedException($"MAC with hash {kind} is not read here");
        byte[] salt = parameters.ReadOctetString();
        int rounds = parameters.HasData ? PasswordProtection.Small(parameters) : 1; // DEFAULT 1
        return Hmac(hash, Key(hash, password, salt, rounds, budget), content);
    }

    private static byte[] Key(HashAlgorithmName hash, string? password, byte[] salt, int rounds, DerivationBudget budget) =>
        KeyDerivation.Pkcs12(hash, password, salt, rounds, DerivationPurpose.Mac, KeyDerivation.DigestLength(hash), budget);

    private static byte[] Hmac(HashAlgorithmName hash, byte[] key, ReadOnlySpan<byte> content)
    {
        using IncrementalHash hasher = IncrementalHash.CreateHMAC(hash, key);
        hasher.AppendData(content);
        return hasher.GetHashAndReset();
    }
}

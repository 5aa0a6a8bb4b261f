using System.Buffers.Binary;
using System.Numerics;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace TlsTrust.BouncyCastle;

/// <summary>
/// RSASSA-PKCS1-v1_5 and RSASSA-PSS, RFC 8017 §8, with any hash, salt and size. BouncyCastle's hashes, but not its RSA keys: making one of
/// those tests whether the modulus is a prime, which takes longer than the verification.
/// </summary>
internal static class RsaSignature
{
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string PssOnlyKey = "1.2.840.113549.1.1.10";
    private const string Mgf1 = "1.2.840.113549.1.1.8";
    private const string Pss = PssOnlyKey;
    private const byte PssTrailer = 0xBC;

    /// <summary>Hashes by algorithm, PKCS#1 v1.5: RFC 8017 §A.2.4, RFC 3279, TeleTrusT, NIST.</summary>
    private static readonly Dictionary<string, string> Hashes = new()
    {
        ["1.2.840.113549.1.1.2"] = "1.2.840.113549.2.2",
        ["1.2.840.113549.1.1.3"] = "1.2.840.113549.2.4",
        ["1.2.840.113549.1.1.4"] = "1.2.840.113549.2.5",
        ["1.2.840.113549.1.1.5"] = "1.3.14.3.2.26",
        ["1.3.14.3.2.29"] = "1.3.14.3.2.26",
        ["1.2.840.113549.1.1.11"] = "2.16.840.1.101.3.4.2.1",
        ["1.2.840.113549.1.1.12"] = "2.16.840.1.101.3.4.2.2",
        ["1.2.840.113549.1.1.13"] = "2.16.840.1.101.3.4.2.3",
        ["1.2.840.113549.1.1.14"] = "2.16.840.1.101.3.4.2.4",
        ["1.2.840.113549.1.1.15"] = "2.16.840.1.101.3.4.2.5",
        ["1.2.840.113549.1.1.16"] = "2.16.840.1.101.3.4.2.6",
        ["1.3.36.3.3.1.2"] = "1.3.36.3.2.1",
        ["2.16.840.1.101.3.4.3.13"] = "2.16.840.1.101.3.4.2.7",
        ["2.16.840.1.101.3.4.3.14"] = "2.16.840.1.101.3.4.2.8",
        ["2.16.840.1.101.3.4.3.15"] = "2.16.840.1.101.3.4.2.9",
        ["2.16.840.1.101.3.4.3.16"] = "2.16.840.1.101.3.4.2.10",
    };

    /// <summary>Whether a signature algorithm is one of RSA.</summary>
    internal static bool IsKnown(string oid) => oid == Pss || Hashes.ContainsKey(oid);

    /// <summary>Whether the key made the signature; null where parameters or key can't be read.</summary>
    internal static bool? Verify(ReadOnlySpan<byte> data, AlgorithmIdentifier algorithm, byte[] signature, SubjectPublicKeyInfo key)
    {
        bool isPss = algorithm.Algorithm.Id == Pss;
        string keyOid = key.Algorithm.Algorithm.Id;
        if (keyOid != RsaKey && (keyOid != PssOnlyKey || !isPss))
        {
            return false;
        }

        RsaPublicKeyStructure numbers = RsaPublicKeyStructure.GetInstance(key.ParsePublicKey());
        int modulusBits = numbers.Modulus.BitLength;
        if (signature.Length != (modulusBits + 7) / 8)
        {
            return false;
        }

        BigInteger modulus = Unsigned(numbers.Modulus.ToByteArrayUnsigned());
        BigInteger number = Unsigned(signature);
        if (number >= modulus)
        {
            return false;
        }

        BigInteger message = BigInteger.ModPow(number, Unsigned(numbers.PublicExponent.ToByteArrayUnsigned()), modulus);
        return isPss
            ? RsassaPssParameters.GetInstance(algorithm.Parameters) is { } parameters
                ? VerifyPss(data, message, modulusBits - 1, parameters) : null
            : Block(message, signature.Length) is { } block
                && block.AsSpan().SequenceEqual(Pkcs1Block(data, Hashes[algorithm.Algorithm.Id], signature.Length));
    }

    /// <summary>EMSA-PKCS1-v1_5, RFC 8017 §9.2; empty where the hash does not fit into the key.</summary>
    private static byte[] Pkcs1Block(ReadOnlySpan<byte> data, string hash, int length)
    {
        DigestInfo info =
            new(new AlgorithmIdentifier(new DerObjectIdentifier(hash), DerNull.Instance), Hash(DigestUtilities.GetDigest(hash), data));
        byte[] suffix = info.GetDerEncoded();
        if (length < suffix.Length + 11)
        {
            return [];
        }

        byte[] block = new byte[length];
        block.AsSpan().Fill(0xFF);
        block[0] = 0;
        block[1] = 1;
        block[^(suffix.Length + 1)] = 0;
        suffix.CopyTo(block, length - suffix.Length);
        return block;
    }

    /// <summary>EMSA-PSS-VERIFY, RFC 8017 §9.1.2; the salt must be as long as the parameters say.</summary>
    private static bool? VerifyPss(ReadOnlySpan<byte> data, BigInteger message, int encodedBits, RsassaPssParameters parameters)
    {
        if (parameters.MaskGenAlgorithm.Algorithm.Id != Mgf1 || !parameters.TrailerField.HasValue(1)
            || !parameters.SaltLength.TryGetIntValueExact(out int saltLength) || saltLength < 0)
        {
            return null;
        }

        IDigest digest = DigestUtilities.GetDigest(parameters.HashAlgorithm.Algorithm);
        IDigest mask = DigestUtilities.GetDigest(AlgorithmIdentifier.GetInstance(parameters.MaskGenAlgorithm.Parameters).Algorithm);
        int hashLength = digest.GetDigestSize();
        if (Block(message, (encodedBits + 7) / 8) is not { } encoded || encoded.Length - hashLength - 2 < saltLength
            || encoded[^1] != PssTrailer)
        {
            return false;
        }

        Span<byte> block = encoded.AsSpan(0, encoded.Length - hashLength - 1);
        ReadOnlySpan<byte> hash = encoded.AsSpan(block.Length, hashLength);
        byte topMask = (byte)(0xFF >> ((8 * encoded.Length) - encodedBits));
        if ((block[0] & ~topMask) != 0)
        {
            return false;
        }

        RemoveMask(block, hash, mask);
        block[0] &= topMask;
        int padding = block.Length - saltLength - 1;
        if (block[..padding].ContainsAnyExcept((byte)0) || block[padding] != 0x01)
        {
            return false;
        }

        return hash.SequenceEqual(Hash(digest, [.. new byte[8], .. Hash(digest, data), .. block[(padding + 1)..]]));
    }

    /// <summary>MGF1, RFC 8017 §B.2.1.</summary>
    private static void RemoveMask(Span<byte> block, ReadOnlySpan<byte> seed, IDigest digest)
    {
        byte[] input = [.. seed, 0, 0, 0, 0];
        for (int counter = 0, at = 0; at < block.Length; counter++)
        {
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(seed.Length), counter);
            foreach (byte mask in Hash(digest, input))
            {
                if (at < block.Length)
                {
                    block[at++] ^= mask;
                }
            }
        }
    }

    private static byte[] Hash(IDigest digest, ReadOnlySpan<byte> data)
    {
        digest.BlockUpdate(data);
        byte[] result = new byte[digest.GetDigestSize()];
        digest.DoFinal(result, 0);
        return result;
    }

    /// <summary>The number over so many octets; null where it needs more.</summary>
    private static byte[]? Block(BigInteger number, int length)
    {
        byte[] block = new byte[length];
        int needed = number.GetByteCount(isUnsigned: true);
        return needed <= length && number.TryWriteBytes(block.AsSpan(length - needed), out _, isUnsigned: true, isBigEndian: true) ? block
            : null;
    }

    private static BigInteger Unsigned(byte[] bigEndian) => new(bigEndian, isUnsigned: true, isBigEndian: true);
}

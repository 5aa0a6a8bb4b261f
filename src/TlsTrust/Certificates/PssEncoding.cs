using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace TlsTrust.Certificates;

/// <summary>EMSA-PSS-VERIFY, RFC 8017 §9.1.2, for salt lengths and mask hashes that the platform does not take.</summary>
internal static class PssEncoding
{
    internal static bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, PssParameters parameters, PublicKeyInfo key)
    {
        int modulusLength = key.Modulus.Length;
        if (signature.Length != modulusLength)
        {
            return false;
        }

        BigInteger modulus = new(key.Modulus.Span, isUnsigned: true, isBigEndian: true);
        BigInteger number = new(signature, isUnsigned: true, isBigEndian: true);
        if (number >= modulus)
        {
            return false;
        }

        BigInteger message = BigInteger.ModPow(number, new BigInteger(key.Exponent.Span, isUnsigned: true, isBigEndian: true), modulus);
        int encodedBits = key.SizeInBits - 1;
        int encodedLength = (encodedBits + 7) / 8;
        byte[] encoded = new byte[encodedLength];
        byte[] bytes = message.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length > encodedLength)
        {
            return false;
        }

        bytes.CopyTo(encoded.AsSpan(encodedLength - bytes.Length));
        return Verify(encoded, encodedBits, Hash(parameters.Hash, data), parameters);
    }

    /// <summary>Steps 3 to 14; the salt length must be the one of the parameters.</summary>
    private static bool Verify(Span<byte> encoded, int encodedBits, byte[] messageHash, PssParameters parameters)
    {
        int hashLength = messageHash.Length;
        int maskedLength = encoded.Length - hashLength - 1;
        if (parameters.SaltLength > encoded.Length || maskedLength < parameters.SaltLength + 1 || encoded[^1] != 0xBC)
        {
            return false;
        }

        Span<byte> block = encoded[..maskedLength];
        ReadOnlySpan<byte> hash = encoded.Slice(maskedLength, hashLength);
        int topBits = (8 * encoded.Length) - encodedBits;
        byte topMask = (byte)(0xFF >> topBits);
        if ((block[0] & ~topMask) != 0)
        {
            return false;
        }

        RemoveMask(block, hash, parameters.MaskHash);
        block[0] &= topMask;
        int padding = maskedLength - parameters.SaltLength - 1;
        if (block[..padding].ContainsAnyExcept((byte)0) || block[padding] != 0x01)
        {
            return false;
        }

        byte[] salted = [.. stackalloc byte[8], .. messageHash, .. block[(padding + 1)..]];
        return hash.SequenceEqual(Hash(parameters.Hash, salted));
    }

    /// <summary>MGF1, RFC 8017 §B.2.1.</summary>
    private static void RemoveMask(Span<byte> block, ReadOnlySpan<byte> seed, HashAlgorithmName maskHash)
    {
        byte[] input = new byte[seed.Length + 4];
        seed.CopyTo(input);
        for (int counter = 0, at = 0; at < block.Length; counter++)
        {
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(seed.Length), counter);
            foreach (byte mask in Hash(maskHash, input))
            {
                if (at < block.Length)
                {
                    block[at++] ^= mask;
                }
            }
        }
    }

    private static byte[] Hash(HashAlgorithmName algorithm, ReadOnlySpan<byte> data) => algorithm.Name switch
    {
        "SHA1" => SHA1.HashData(data),
        "SHA256" => SHA256.HashData(data),
        "SHA384" => SHA384.HashData(data),
        _ => SHA512.HashData(data),
    };
}

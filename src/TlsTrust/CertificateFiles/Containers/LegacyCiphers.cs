using System.Security.Cryptography;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>
/// RC2 (RFC 2268) and RC4, for reading only: Windows before 2016 and OpenSSL before 3 protect the certificates of a PKCS#12 with them, and
/// OpenSSL 3 lends them to nobody. They hide nothing any more.
/// </summary>
internal static class LegacyCiphers
{
    private const int BlockLength = 8;

    // RFC 2268 §2: digits of pi.
    private static ReadOnlySpan<byte> Pi =>
    [
        0xd9, 0x78, 0xf9, 0xc4, 0x19, 0xdd, 0xb5, 0xed, 0x28, 0xe9, 0xfd, 0x79, 0x4a, 0xa0, 0xd8, 0x9d,
        0xc6, 0x7e, 0x37, 0x83, 0x2b, 0x76, 0x53, 0x8e, 0x62, 0x4c, 0x64, 0x88, 0x44, 0x8b, 0xfb, 0xa2,
        0x17, 0x9a, 0x59, 0xf5, 0x87, 0xb3, 0x4f, 0x13, 0x61, 0x45, 0x6d, 0x8d, 0x09, 0x81, 0x7d, 0x32,
        0xbd, 0x8f, 0x40, 0xeb, 0x86, 0xb7, 0x7b, 0x0b, 0xf0, 0x95, 0x21, 0x22, 0x5c, 0x6b, 0x4e, 0x82,
        0x54, 0xd6, 0x65, 0x93, 0xce, 0x60, 0xb2, 0x1c, 0x73, 0x56, 0xc0, 0x14, 0xa7, 0x8c, 0xf1, 0xdc,
        0x12, 0x75, 0xca, 0x1f, 0x3b, 0xbe, 0xe4, 0xd1, 0x42, 0x3d, 0xd4, 0x30, 0xa3, 0x3c, 0xb6, 0x26,
        0x6f, 0xbf, 0x0e, 0xda, 0x46, 0x69, 0x07, 0x57, 0x27, 0xf2, 0x1d, 0x9b, 0xbc, 0x94, 0x43, 0x03,
        0xf8, 0x11, 0xc7, 0xf6, 0x90, 0xef, 0x3e, 0xe7, 0x06, 0xc3, 0xd5, 0x2f, 0xc8, 0x66, 0x1e, 0xd7,
        0x08, 0xe8, 0xea, 0xde, 0x80, 0x52, 0xee, 0xf7, 0x84, 0xaa, 0x72, 0xac, 0x35, 0x4d, 0x6a, 0x2a,
        0x96, 0x1a, 0xd2, 0x71, 0x5a, 0x15, 0x49, 0x74, 0x4b, 0x9f, 0xd0, 0x5e, 0x04, 0x18, 0xa4, 0xec,
        0xc2, 0xe0, 0x41, 0x6e, 0x0f, 0x51, 0xcb, 0xcc, 0x24, 0x91, 0xaf, 0x50, 0xa1, 0xf4, 0x70, 0x39,
        0x99, 0x7c, 0x3a, 0x85, 0x23, 0xb8, 0xb4, 0x7a, 0xfc, 0x02, 0x36, 0x5b, 0x25, 0x55, 0x97, 0x31,
        0x2d, 0x5d, 0xfa, 0x98, 0xe3, 0x8a, 0x92, 0xae, 0x05, 0xdf, 0x29, 0x10, 0x67, 0x6c, 0xba, 0xc9,
        0xd3, 0x00, 0xe6, 0xcf, 0xe1, 0x9e, 0xa8, 0x2c, 0x63, 0x16, 0x01, 0x3f, 0x58, 0xe2, 0x89, 0xa9,
        0x0d, 0x38, 0x34, 0x1b, 0xab, 0x33, 0xff, 0xb0, 0xbb, 0x48, 0x0c, 0x5f, 0xb9, 0xb1, 0xcd, 0x2e,
        0xc5, 0xf3, 0xdb, 0x47, 0xe5, 0xa5, 0x9c, 0x77, 0x0a, 0xa6, 0x20, 0x68, 0xfe, 0x7f, 0xc1, 0xad,
    ];

    /// <summary>RC2 in CBC mode with PKCS#7 padding; the key has as many effective bits as it is long.</summary>
    /// <exception cref="CryptographicException">The padding does not come out: another password.</exception>
    public static byte[] DecryptRc2(ReadOnlySpan<byte> key, ReadOnlySpan<byte> initialVector, ReadOnlySpan<byte> encrypted)
    {
        if (encrypted.Length == 0 || encrypted.Length % BlockLength != 0 || initialVector.Length != BlockLength)
        {
            throw new CryptographicException("The length is none of RC2's.");
        }

        ushort[] expanded = ExpandRc2(key);
        byte[] plain = new byte[encrypted.Length];
        ReadOnlySpan<byte> before = initialVector;
        for (int at = 0; at < encrypted.Length; at += BlockLength)
        {
            DecryptBlock(expanded, encrypted.Slice(at, BlockLength), plain.AsSpan(at, BlockLength));
            for (int i = 0; i < BlockLength; i++)
            {
                plain[at + i] ^= before[i];
            }

            before = encrypted.Slice(at, BlockLength);
        }

        int padding = plain[^1];
        bool fits = padding is >= 1 and <= BlockLength && plain.AsSpan(plain.Length - padding).IndexOfAnyExcept((byte)padding) < 0;
        byte[] result = fits ? plain[..^padding] : [];
        CryptographicOperations.ZeroMemory(plain);
        return fits ? result : throw new CryptographicException("The padding does not come out.");
    }

    /// <summary>RC4.</summary>
    public static byte[] DecryptRc4(ReadOnlySpan<byte> key, ReadOnlySpan<byte> encrypted)
    {
        byte[] state = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        for (int i = 0, j = 0; i < state.Length; i++)
        {
            j = (j + state[i] + key[i % key.Length]) & 0xFF;
            (state[i], state[j]) = (state[j], state[i]);
        }

        byte[] plain = new byte[encrypted.Length];
        for (int at = 0, i = 0, j = 0; at < plain.Length; at++)
        {
            i = (i + 1) & 0xFF;
            j = (j + state[i]) & 0xFF;
            (state[i], state[j]) = (state[j], state[i]);
            plain[at] = (byte)(encrypted[at] ^ state[(state[i] + state[j]) & 0xFF]);
        }

        return plain;
    }

    private static ushort[] ExpandRc2(ReadOnlySpan<byte> key)
    {
        byte[] bytes = new byte[128];
        key.CopyTo(bytes);
        for (int i = key.Length; i < bytes.Length; i++)
        {
            bytes[i] = Pi[(bytes[i - 1] + bytes[i - key.Length]) & 0xFF];
        }

        bytes[128 - key.Length] = Pi[bytes[128 - key.Length]];
        for (int i = 127 - key.Length; i >= 0; i--)
        {
            bytes[i] = Pi[bytes[i + 1] ^ bytes[i + key.Length]];
        }

        return [.. Enumerable.Range(0, 64).Select(i => (ushort)(bytes[2 * i] | (bytes[(2 * i) + 1] << 8)))];
    }

    private static void DecryptBlock(ushort[] key, ReadOnlySpan<byte> encrypted, Span<byte> plain)
    {
        Span<ushort> r = stackalloc ushort[4];
        for (int i = 0; i < 4; i++)
        {
            r[i] = (ushort)(encrypted[2 * i] | (encrypted[(2 * i) + 1] << 8));
        }

        ReadOnlySpan<int> turns = [1, 2, 3, 5];
        for (int round = 15, at = 63; round >= 0; round--)
        {
            for (int i = 3; i >= 0; i--, at--)
            {
                r[i] = (ushort)((r[i] >> turns[i]) | (r[i] << (16 - turns[i])));
                r[i] -= (ushort)(key[at] + (r[(i + 3) & 3] & r[(i + 2) & 3]) + (~r[(i + 3) & 3] & r[(i + 1) & 3]));
            }

            if (round is 11 or 5)
            {
                for (int i = 3; i >= 0; i--)
                {
                    r[i] -= key[r[(i + 3) & 3] & 63];
                }
            }
        }

        for (int i = 0; i < 4; i++)
        {
            plain[2 * i] = (byte)r[i];
            plain[(2 * i) + 1] = (byte)(r[i] >> 8);
        }
    }
}

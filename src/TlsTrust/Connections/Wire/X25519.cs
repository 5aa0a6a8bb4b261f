using System.Numerics;
using System.Security.Cryptography;

namespace TlsTrust.Connections.Wire;

/// <summary>
/// X25519 (RFC 7748 §5), which .NET 8 does not have. Not in constant time: its only use is to read a server's certificates with a key that
/// is made for one connection and then forgotten; no secret of anybody is behind it.
/// </summary>
internal static class X25519
{
    /// <summary>Bytes of a private key, a public key and a shared secret.</summary>
    public const int Length = 32;

    private static readonly BigInteger Prime = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger A24 = 121665;

    /// <summary>The base point.</summary>
    public static byte[] BasePoint { get; } = [9, .. new byte[Length - 1]];

    /// <summary>A new private key.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(Length);

    /// <summary>Multiplies a point, given by its u-coordinate, by a scalar.</summary>
    public static byte[] Multiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point)
    {
        byte[] k = scalar.ToArray();
        k[0] &= 248;
        k[31] = (byte)((k[31] & 127) | 64);
        byte[] u = point.ToArray();
        u[31] &= 127;
        BigInteger x1 = new BigInteger(u, isUnsigned: true) % Prime;
        BigInteger x2 = 1;
        BigInteger z2 = 0;
        BigInteger x3 = x1;
        BigInteger z3 = 1;
        int swap = 0;
        for (int t = 254; t >= 0; t--)
        {
            int bit = (k[t / 8] >> (t % 8)) & 1;
            if ((swap ^ bit) == 1)
            {
                (x2, x3) = (x3, x2);
                (z2, z3) = (z3, z2);
            }

            swap = bit;
            BigInteger a = x2 + z2;
            BigInteger aa = a * a % Prime;
            BigInteger b = x2 - z2;
            BigInteger bb = b * b % Prime;
            BigInteger e = aa - bb;
            BigInteger da = (x3 - z3) * a % Prime;
            BigInteger cb = (x3 + z3) * b % Prime;
            x3 = (da + cb) * (da + cb) % Prime;
            z3 = x1 * ((da - cb) * (da - cb) % Prime) % Prime;
            x2 = aa * bb % Prime;
            z2 = e * (aa + (A24 * e)) % Prime;
        }

        if (swap == 1)
        {
            (x2, z2) = (x3, z3);
        }

        // Intermediate values may be negative; the inverse by Fermat takes care of neither, so the sign is mended at the end.
        BigInteger result = x2 * BigInteger.ModPow(((z2 % Prime) + Prime) % Prime, Prime - 2, Prime) % Prime;
        result = result.Sign < 0 ? result + Prime : result;
        byte[] bytes = new byte[Length];
        result.TryWriteBytes(bytes, out _, isUnsigned: true);
        return bytes;
    }
}

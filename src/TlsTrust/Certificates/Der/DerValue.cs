using System.Globalization;
using System.Numerics;
using System.Text;

namespace TlsTrust.Certificates.Der;

/// <summary>Reads the contents of primitive DER elements.</summary>
internal static class DerValue
{
    private const int MaximumArcLength = 19;

    /// <summary>Octets of an object identifier; in use are some thirty. As text it is three times as long, in memory six.</summary>
    private const int MaximumIdentifierLength = 1024;

    /// <summary>Octets of 7 bits that a word has room for.</summary>
    private const int OctetsInWord = 9;

    /// <summary>BOOLEAN, X.690 §11.1: exactly 00 or FF.</summary>
    internal static bool TryBoolean(ReadOnlySpan<byte> content, out bool value)
    {
        value = content.Length > 0 && content[0] != 0;
        return content.Length == 1 && content[0] is 0x00 or 0xFF;
    }

    /// <summary>INTEGER, X.690 §8.3: at least one octet, and no leading octet that says nothing.</summary>
    internal static bool IsInteger(ReadOnlySpan<byte> content) =>
        content.Length == 1
            || (content.Length > 1 && !((content[0] == 0x00 && content[1] < 0x80) || (content[0] == 0xFF && content[1] >= 0x80)));

    /// <summary>A non-negative INTEGER that fits; larger ones are clamped, since path lengths and the like only need to be large.</summary>
    internal static bool TryNonNegative(ReadOnlySpan<byte> content, out int value)
    {
        value = 0;
        if (!IsInteger(content) || content[0] >= 0x80)
        {
            return false;
        }

        foreach (byte octet in content)
        {
            if (value > int.MaxValue >> 8)
            {
                value = int.MaxValue;
                return true;
            }

            value = (value << 8) | octet;
        }

        return true;
    }

    /// <summary>OBJECT IDENTIFIER, X.690 §8.19, in dotted form; arcs of any size.</summary>
    internal static bool TryObjectIdentifier(ReadOnlySpan<byte> content, out string value)
    {
        value = "";
        if (content.IsEmpty || content.Length > MaximumIdentifierLength || (content[^1] & 0x80) != 0)
        {
            return false;
        }

        StringBuilder text = new();
        BigInteger large = 0;
        ulong arc = 0;
        int arcLength = 0;
        foreach (byte octet in content)
        {
            // An arc is at most 128 bits (a UUID, X.667), in 19 octets; without a limit this loop would be quadratic.
            if (++arcLength > MaximumArcLength || (arcLength == 1 && octet == 0x80))
            {
                return false;
            }

            if (arcLength > OctetsInWord)
            {
                large = ((arcLength == OctetsInWord + 1 ? arc : large) << 7) | (uint)(octet & 0x7F);
            }
            else
            {
                arc = (arc << 7) | (uint)(octet & 0x7F);
            }

            if ((octet & 0x80) != 0)
            {
                continue;
            }

            if (text.Length == 0)
            {
                uint first = arc < 40 && arcLength <= OctetsInWord ? 0u : arc < 80 && arcLength <= OctetsInWord ? 1u : 2u;
                text.Append(first).Append('.');
                arc -= arcLength <= OctetsInWord ? first * 40 : 0;
                large -= first * 40;
            }
            else
            {
                text.Append('.');
            }

            _ = arcLength > OctetsInWord ? text.Append(large.ToString(CultureInfo.InvariantCulture)) : text.Append(arc);
            arc = 0;
            arcLength = 0;
        }

        value = text.ToString();
        return true;
    }

    /// <summary>BIT STRING, X.690 §8.6 and §11.2: unused bits 0 to 7, and zero.</summary>
    internal static bool TryBitString(ReadOnlySpan<byte> content, out ReadOnlySpan<byte> bits, out int unusedBits)
    {
        bits = default;
        unusedBits = 0;
        if (content.IsEmpty || content[0] > 7 || (content[0] > 0 && content.Length == 1))
        {
            return false;
        }

        unusedBits = content[0];
        bits = content[1..];
        return unusedBits == 0 || (bits[^1] & ((1 << unusedBits) - 1)) == 0;
    }

    /// <summary>IA5String: ASCII. Other bytes are kept as their Latin-1 characters, so that a name can still be shown.</summary>
    internal static string Ia5(ReadOnlySpan<byte> content, out bool valid)
    {
        valid = Ascii.IsValid(content);
        return Encoding.Latin1.GetString(content);
    }

    /// <summary>The hexadecimal digits of a value, upper case.</summary>
    internal static string Hex(ReadOnlySpan<byte> value) => Convert.ToHexString(value);
}

using System.Globalization;
using System.Text;
using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.CertificateFiles.Text;

/// <summary>The ways in which other languages write a character: %2B, &amp;#43;, \u002b, =3D.</summary>
internal static class TextEscape
{
    private const int MaxEntityLength = 10; // &NewLine; and &#x0000A;
    private const int MaxBackslashes = 16; // through four languages; a run of millions must not be counted at each of them

    /// <summary>Reads one escape that starts here.</summary>
    /// <param name="text">From the escape on.</param>
    /// <param name="character">What it stands for; a space for what is of no account.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="kind">Whose escape it is.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out int character, out int length, out PemDefectKind kind)
    {
        kind = default;
        character = 0;
        length = 0;
        switch (text[0])
        {
            case (byte)'%':
                kind = PemDefectKind.PercentEncoded;
                length = 3;
                return text.Length >= 3 && TryHex(text[1..3], out character);
            case (byte)'&':
                kind = PemDefectKind.HtmlMarkup;
                return TryEntity(text, out character, out length);
            case (byte)'\\':
                kind = PemDefectKind.EscapedNewlines;
                return TryBackslash(text, out character, out length);
            default:
                return false;
        }
    }

    /// <summary>Two hexadecimal digits.</summary>
    public static bool TryHex(ReadOnlySpan<byte> two, out int value)
    {
        int high = HexDigit(two[0]);
        int low = HexDigit(two[1]);
        value = (high << 4) | low;
        return high >= 0 && low >= 0;
    }

    private static bool TryBackslash(ReadOnlySpan<byte> text, out int character, out int length)
    {
        // Escaped once more for each language it went through: \n, \\n, \\\\n.
        int slashes = 1;
        while (slashes < Math.Min(text.Length, MaxBackslashes) && text[slashes] == '\\')
        {
            slashes++;
        }

        character = 0;
        length = slashes + 1;
        if (slashes == text.Length)
        {
            return false;
        }

        byte next = text[slashes];
        switch (next)
        {
            case (byte)'n' or (byte)'r':
                character = '\n';
                return true;
            case (byte)'t' or (byte)'"' or (byte)'\'':
                character = ' ';
                return true;
            case (byte)'/' or (byte)'+' or (byte)'=':
                character = next;
                return true;
            case (byte)'\n' or (byte)'\r':
                character = ' ';
                length = slashes;
                return true;
            case (byte)'u' when text.Length >= slashes + 5 && TryHex(text.Slice(slashes + 1, 2), out int high)
                && TryHex(text.Slice(slashes + 3, 2), out int low):
                character = (high << 8) | low;
                length = slashes + 5;
                return true;
            default:
                return false;
        }
    }

    private static bool TryEntity(ReadOnlySpan<byte> text, out int character, out int length)
    {
        character = 0;
        int end = text[..Math.Min(text.Length, MaxEntityLength)].IndexOf((byte)';');
        length = end + 1;
        if (end < 2)
        {
            return false;
        }

        string name = Encoding.Latin1.GetString(text[1..end]);
        character = name switch
        {
            "plus" => '+',
            "sol" => '/',
            "equals" => '=',
            "NewLine" => '\n',
            "amp" or "nbsp" or "quot" or "apos" or "lt" or "gt" or "shy" or "Tab" => ' ',
            ['#', 'x' or 'X', ..] =>
                int.TryParse(name.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int hex) ? hex : -1,
            ['#', ..] => int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1,
            _ => -1,
        };
        return character >= 0;
    }

    private static int HexDigit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}

namespace TlsTrust.CertificateFiles.Text;

/// <summary>What word processors and web pages put in place of spaces and hyphens.</summary>
internal static class PemSpace
{
    /// <summary>True for the spaces that every reader takes for such.</summary>
    public static bool IsPlain(byte c) => c is (byte)' ' or (byte)'\t';

    /// <summary>What a full-width form (U+FF01 to U+FF5E, three bytes) is of, or 0.</summary>
    public static int WideAscii(ReadOnlySpan<byte> text)
    {
        int character = text.Length >= 3 && text[0] == 0xEF && text[1] is 0xBC or 0xBD && text[2] is >= 0x80 and <= 0xBF
            ? 0xF000 | ((text[1] & 0x3F) << 6) | (text[2] & 0x3F) : 0;
        return character is >= 0xFF01 and <= 0xFF5E ? character - 0xFEE0 : 0;
    }

    /// <summary>
    /// Length in bytes of one space character that starts here, or 0: space, tab, no-break and zero-width spaces, a BOM in the middle.
    /// </summary>
    public static int InlineLength(ReadOnlySpan<byte> text)
    {
        switch (text[0])
        {
            case (byte)' ' or (byte)'\t' or 0x0B or 0x0C:
                return 1;
            case 0xC2 when text.Length >= 2 && text[1] is 0xA0 or 0xAD: // no-break space, soft hyphen
                return 2;
            case 0xC2 when text.Length >= 2 && text[1] == 0x85: // next line
                return 2;
            case 0xE1 when text.Length >= 3 && text[1] == 0xA0 && text[2] == 0x8E: // Mongolian vowel separator
                return 3;
            // U+2000 to U+200F, U+2028 to U+202F
            case 0xE2 when text.Length >= 3 && text[1] == 0x80 && text[2] is (>= 0x80 and <= 0x8F) or (>= 0xA8 and <= 0xAF):
                return 3;
            case 0xE2 when text.Length >= 3 && text[1] == 0x81 && text[2] is >= 0x9F and <= 0xAF: // U+205F to U+206F
                return 3;
            case 0xE3 when text.Length >= 3 && text[1] == 0x80 && text[2] == 0x80: // ideographic space
                return 3;
            case 0xEF when text.Length >= 3 && text[1] == 0xBB && text[2] == 0xBF: // BOM
                return 3;
            default:
                return 0;
        }
    }
}

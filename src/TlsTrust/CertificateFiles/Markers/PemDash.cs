namespace TlsTrust.CertificateFiles.Markers;

/// <summary>
/// What stands for a dash of a marker: the dash itself, and what word processors, old code pages, HTML, JSON, URLs and mails make of it.
/// </summary>
internal static class PemDash
{
    private static readonly byte[][] Escapes =
    [
        "&#45;"u8.ToArray(), "&#x2d;"u8.ToArray(), "&#x2D;"u8.ToArray(), "&ndash;"u8.ToArray(), "&mdash;"u8.ToArray(),
            "&minus;"u8.ToArray(),
        "\\u002d"u8.ToArray(), "\\u002D"u8.ToArray(), "\\x2d"u8.ToArray(), "%2D"u8.ToArray(), "%2d"u8.ToArray(), "=2D"u8.ToArray(),
        "&hyphen;"u8.ToArray(), "&#8211;"u8.ToArray(), "&#8212;"u8.ToArray(), "&#8722;"u8.ToArray(),
    ];

    /// <summary>Full-width and small forms, as East Asian input methods write them. Three bytes.</summary>
    private static bool IsWide(ReadOnlySpan<byte> text) => text.StartsWith("\uFF0D"u8) || text.StartsWith("\uFE63"u8);

    /// <summary>U+2010 to U+2015: hyphens and dashes; U+2212: minus. Three bytes.</summary>
    public static bool IsTypographic(ReadOnlySpan<byte> text) =>
        text.Length >= 3 && text[0] == 0xE2
            && ((text[1] == 0x80 && text[2] is >= 0x90 and <= 0x95) || (text[1] == 0x88 && text[2] == 0x92));

    /// <summary>Length in bytes of a dash that starts here, or 0.</summary>
    public static int Length(ReadOnlySpan<byte> text, int position)
    {
        ReadOnlySpan<byte> rest = text[position..];
        switch (rest[0])
        {
            case (byte)'-':
                return 1;
            case 0xE2:
                return IsTypographic(rest) ? 3 : 0;
            case 0xEF:
                return IsWide(rest) ? 3 : 0;
            case 0x96 or 0x97: // en and em dash of Windows-1252, which are no lawful UTF-8 on their own
                return position == 0 || text[position - 1] < 0x80 || text[position - 1] is 0x96 or 0x97 ? 1 : 0;
            case (byte)'&' or (byte)'\\' or (byte)'%' or (byte)'=':
                foreach (byte[] escape in Escapes)
                {
                    if (rest.StartsWith(escape))
                    {
                        return escape.Length;
                    }
                }

                return 0;
            default:
                return 0;
        }
    }
}

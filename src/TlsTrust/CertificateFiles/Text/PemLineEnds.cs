using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.CertificateFiles.Text;

/// <summary>Looks at the line ends and the end of a text.</summary>
internal static class PemLineEnds
{
    public static void Check(ReadOnlySpan<byte> text, List<PemDefect> defects)
    {
        int firstReturn = text.IndexOf((byte)'\r');
        if (firstReturn >= 0)
        {
            Count(text, out int pairs, out int returns, out int feeds);
            if (returns > 0)
            {
                // However few: the block they stand in is lost.
                Add(defects, PemDefectKind.CarriageReturnOnly, new LineCounter(text).At(FirstLonely(text, firstReturn)).Line);
            }

            if (pairs > 0 && feeds > 0)
            {
                Add(defects, PemDefectKind.MixedLineEnds, 1);
            }
        }

        ReadOnlySpan<byte> end = text.TrimEnd(" \t"u8);
        if (end.Length > 0 && end[^1] == '-')
        {
            Add(defects, PemDefectKind.NoFinalNewline, new LineCounter(text).At(end.Length).Line);
        }
    }

    /// <summary>How lines end: CRLF, CR alone, LF alone.</summary>
    public static void Count(ReadOnlySpan<byte> text, out int pairs, out int returns, out int feeds)
    {
        pairs = 0;
        returns = 0;
        int position = 0;
        while (position < text.Length)
        {
            int at = text[position..].IndexOf((byte)'\r');
            if (at < 0)
            {
                break;
            }

            position += at + 1;
            if (position < text.Length && text[position] == '\n')
            {
                pairs++;
            }
            else
            {
                returns++;
            }
        }

        feeds = text.Count((byte)'\n') - pairs;
    }

    private static int FirstLonely(ReadOnlySpan<byte> text, int position)
    {
        while (position + 1 < text.Length && text[position + 1] == '\n')
        {
            position += 2 + text[(position + 2)..].IndexOf((byte)'\r');
        }

        return position;
    }

    private static void Add(List<PemDefect> defects, PemDefectKind kind, int line) =>
        defects.Add(new PemDefect { Kind = kind, Line = line, Message = PemDefects.Of(kind).Words });
}

namespace TlsTrust.CertificateFiles.Markers;

/// <summary>
/// What a diff of the context form (<c>diff -c</c>) took out: it shows the old lines first and then the new ones, and marks what differs in
/// both with the same mark.
/// </summary>
internal sealed class ContextDiff
{
    private const int MaxLine = 128; // of "*** 1,20 ****": far more than two numbers take

    private readonly List<(int Start, int Middle, int End)> _hunks = []; // the old lines, and from the middle on the new ones

    private ContextDiff()
    {
    }

    private static ReadOnlySpan<byte> Hunk => "***************"u8;

    /// <summary>Finds the old parts; null where the text is no such diff.</summary>
    public static ContextDiff? Of(ReadOnlySpan<byte> text)
    {
        ContextDiff diff = new();
        int position = 0;
        while (text[position..].IndexOf(Hunk) is var at and >= 0)
        {
            position += at + Hunk.Length;
            int start = NextLine(text, position);
            if (!IsHeading(text[start..], "*** "u8, " ****"u8))
            {
                continue;
            }

            int line = NextLine(text, start);
            while (line < text.Length && !text[line..].StartsWith(Hunk) && !IsHeading(text[line..], "--- "u8, " ----"u8))
            {
                line = NextLine(text, line);
            }

            int end = text[line..].IndexOf(Hunk);
            end = end < 0 ? text.Length : line + end;
            diff._hunks.Add((start, line, end));
            position = end;
        }

        return diff._hunks.Count > 0 ? diff : null;
    }

    /// <summary>
    /// Whether a block between these places was taken out, or something of it; null where it is none of the diff's lines. In the new lines
    /// a mark of comments is one only behind the diff's own.
    /// </summary>
    public bool? TookOut(ReadOnlySpan<byte> text, int start, int end)
    {
        if (_hunks.FindLast(hunk => hunk.Start <= start) is not { End: > 0 } hunk || start >= hunk.End)
        {
            return null;
        }

        if (start >= hunk.Middle)
        {
            return IsMarked(text[start..]) ? CommentMarks.IsOn(text[(start + 2)..]) : null;
        }

        for (int line = start; line < Math.Min(end, hunk.Middle); line = NextLine(text, line))
        {
            if (IsMarked(text[line..]))
            {
                return true;
            }
        }

        return null;
    }

    private static bool IsMarked(ReadOnlySpan<byte> line) => line.StartsWith("- "u8) || line.StartsWith("! "u8) || line.StartsWith("+ "u8);

    private static bool IsHeading(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        int length = text[..Math.Min(text.Length, MaxLine)].IndexOfAny((byte)'\n', (byte)'\r');
        return length > 0 && text[..length].StartsWith(start) && text[..length].EndsWith(end);
    }

    private static int NextLine(ReadOnlySpan<byte> text, int position)
    {
        int end = text[position..].IndexOf((byte)'\n');
        return end < 0 ? text.Length : position + end + 1;
    }
}

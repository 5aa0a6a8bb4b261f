namespace TlsTrust.CertificateFiles.Text;

/// <summary>
/// Base64 with other things before or behind it on every line: the time in a log, a command in a script. Of each line one run of base64
/// characters counts: the longest, or where a line is short, the one that stands where it stands on the others.
/// </summary>
internal static class FramedLines
{
    /// <summary>What a line end is written as has no more: &amp;#x0000A;, " &amp; vbCrLf &amp; ".</summary>
    public const int MaxSeparator = 16;

    /// <summary>Longer ones are no certificates.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>What lines are left out.</summary>
    public enum Without
    {
        /// <summary>None.</summary>
        Nothing,

        /// <summary>Those that are not as long as the longest, but for the last.</summary>
        ShortLines,

        /// <summary>Those that are what the line before is.</summary>
        DoubledLines,
    }

    /// <summary>The values of those runs, six bits each.</summary>
    /// <param name="body">Between the markers; what is left of the BEGIN line is not looked at.</param>
    /// <param name="without">Which lines do not count.</param>
    public static ReadOnlySpan<byte> OfLines(ReadOnlySpan<byte> body, Without without)
    {
        Run model = default;
        int position = NextLine(body, 0);
        while (position < body.Length)
        {
            Run longest = Longest(Line(body, position));
            model = longest.Length > model.Length ? longest : model;
            position = NextLine(body, position);
        }

        byte[] values = new byte[body.Length];
        int count = 0;
        Range held = default;
        ReadOnlySpan<byte> previous = default;
        position = NextLine(body, 0);
        while (position < body.Length)
        {
            ReadOnlySpan<byte> line = Line(body, position);
            if (without == Without.DoubledLines && line.SequenceEqual(previous))
            {
                position = NextLine(body, position);
                continue;
            }

            previous = line;
            Run run = Longest(line);
            run = run.Length * 2 > model.Length ? run : Like(model, line);
            Range found = (position + run.Start)..(position + run.Start + run.Length);
            held = without == Without.ShortLines && run.Length > 0 && run.Length < model.Length ? found : run.Length > 0 ? default : held;
            if (run.Length > 0 && held.Equals(default))
            {
                Append(body[found], values, ref count);
            }

            position = NextLine(body, position);
        }

        Append(body[held], values, ref count);
        return values.AsSpan(0, count);
    }

    /// <summary>
    /// The values of base64 in which the ends of its lines have become something else, of base64 characters even: <c>...nMII...</c>.
    /// </summary>
    /// <param name="body">Between the markers.</param>
    /// <param name="columns">How long its lines were.</param>
    /// <param name="separator">How long that is which stands between them.</param>
    public static ReadOnlySpan<byte> OfColumns(ReadOnlySpan<byte> body, int columns, int separator)
    {
        int start = body[..Math.Min(body.Length, 2 * MaxSeparator)].IndexOf("MII"u8);
        int second = start + (2 * columns) + separator;
        if (start < 0 || body.Length < second + separator)
        {
            return default;
        }

        ReadOnlySpan<byte> between = body.Slice(start + columns, separator);
        if (!body[second..].StartsWith(between))
        {
            return default;
        }

        body = body.EndsWith(between) ? body[..^separator] : body;
        byte[] values = new byte[body.Length];
        int count = 0;
        while (start < body.Length)
        {
            ReadOnlySpan<byte> line = body[start..Math.Min(start + columns, body.Length)];
            int length = line.IndexOfAnyExcept(Base64Values.Characters);
            line = length < 0 ? line : line[..length];
            Append(line, values, ref count);
            start += line.Length;
            if (line.Length < columns || !body[start..].StartsWith(between))
            {
                break;
            }

            start += separator;
        }

        return values.AsSpan(0, count);
    }

    private static void Append(ReadOnlySpan<byte> run, byte[] values, ref int count)
    {
        foreach (byte c in run)
        {
            Base64Values.TryOf(c, out values[count++]);
        }
    }

    private static Run Longest(ReadOnlySpan<byte> line)
    {
        Run longest = default;
        Run run = default;
        while (Next(line, ref run))
        {
            longest = run.Length > longest.Length ? run : longest;
        }

        return longest;
    }

    // In the same column, or else behind as many others: the numbers of lines grow longer.
    private static Run Like(Run model, ReadOnlySpan<byte> line)
    {
        Run sameIndex = default;
        Run run = default;
        while (Next(line, ref run))
        {
            if (run.Start == model.Start)
            {
                return run;
            }

            sameIndex = run.Index == model.Index ? run : sameIndex;
        }

        return sameIndex;
    }

    private static bool Next(ReadOnlySpan<byte> line, ref Run run)
    {
        int from = run.Start + run.Length;
        int start = line[from..].IndexOfAny(Base64Values.Characters);
        if (start < 0)
        {
            return false;
        }

        int length = line[(from + start)..].IndexOfAnyExcept(Base64Values.Characters);
        run = new Run(from + start, length < 0 ? line.Length - from - start : length, run.Index + 1);
        return true;
    }

    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> body, int start)
    {
        int length = body[start..].IndexOfAny((byte)'\n', (byte)'\r');
        return length < 0 ? body[start..] : body.Slice(start, length);
    }

    private static int NextLine(ReadOnlySpan<byte> body, int position)
    {
        int newline = body[position..].IndexOfAny((byte)'\n', (byte)'\r');
        return newline < 0 ? body.Length : position + newline + 1;
    }

    private readonly record struct Run(int Start, int Length, int Index);
}

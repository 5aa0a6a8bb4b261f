using System.Management.Automation.Host;
using System.Text;

namespace TlsTrust.PowerShell.Output;

/// <summary>
/// Breaks the sentences of views between words: PowerShell's own formatter cuts them anywhere. Called from TlsTrust.Format.ps1xml.
/// </summary>
public static class ViewText
{
    /// <summary>Views are made for this many columns; wider lines are hard to read, and a log has no more.</summary>
    public const int MaxWidth = 100;

    // Below this, whole words no longer fit and PowerShell's way is as good.
    private const int MinWidth = 20;

    /// <summary>Breaks a text for what is left of a line.</summary>
    /// <param name="text">One or more lines; what is serialised from another session may be null.</param>
    /// <param name="reserved">Columns that stand before the text: indentation, labels, other columns.</param>
    /// <param name="host">Whose window it is for.</param>
    /// <returns>Lines, separated by a line feed.</returns>
    public static string Wrap(string? text, int reserved, PSHost? host)
    {
        int columns = Columns(host);
        return Wrap(text, Math.Min(columns, MaxWidth) - reserved, columns - reserved);
    }

    /// <summary>
    /// Breaks a text for the rest of a window that a person looks at; anywhere else it stays whole, for whoever lays it out.
    /// </summary>
    /// <param name="text">One or more lines; what is serialised from another session may be null.</param>
    /// <param name="reserved">Columns that stand before the text.</param>
    /// <param name="host">Whose window it is for.</param>
    public static string WrapToWindow(string? text, int reserved, PSHost? host) =>
        Window(host) is { } columns ? Wrap(text, columns - reserved, columns - reserved) : text ?? "";

    /// <summary>Breaks a text for a table column of a fixed width, long words too.</summary>
    /// <param name="text">One or more lines; what is serialised from another session may be null.</param>
    /// <param name="width">The column's width.</param>
    /// <returns>Lines, separated by a line feed.</returns>
    public static string Column(string? text, int width) => Wrap(text, width, width);

    /// <summary>Cuts a text to a number of columns, in the middle, since the end of a name tells more than what stands before it.</summary>
    internal static string Cut(string text, int columns)
    {
        columns = Math.Max(columns, MinWidth);
        if (Cells(text) <= columns)
        {
            return text;
        }

        int head = Fitting(text, (columns - 1) / 2, fromEnd: false);
        int tail = Fitting(text, columns - 1 - ((columns - 1) / 2), fromEnd: true);
        return $"{text[..head]}…{text[^tail..]}";
    }

    /// <summary>Fills a text up with blanks to a number of columns.</summary>
    internal static string Pad(string text, int columns) => text + new string(' ', Math.Max(0, columns - Cells(text)));

    /// <summary>How many columns a text takes.</summary>
    internal static int Width(string text) => Cells(text);

    /// <summary>The columns of the window that a person looks at; null where there is none, or where the output goes elsewhere.</summary>
    internal static int? Window(PSHost? host) =>
        Console.IsOutputRedirected || BufferWidth(host) is not (> 0 and int columns) ? null : columns;

    /// <summary>
    /// Breaks a text into lines of at most <paramref name="width"/> columns. A longer word (a path, a URL) stays whole, so that it can be
    /// copied, up to <paramref name="longest"/> columns. List items and indentation at the start of a line are kept for its continuation.
    /// </summary>
    internal static string Wrap(string? text, int width, int longest = int.MaxValue)
    {
        StringBuilder wrapped = new();
        foreach (string line in (text ?? "").ReplaceLineEndings("\n").Split('\n'))
        {
            if (wrapped.Length > 0)
            {
                wrapped.Append('\n');
            }

            AppendLine(wrapped, line, Math.Max(width, MinWidth), Math.Max(longest, MinWidth));
        }

        return wrapped.ToString();
    }

    private static void AppendLine(StringBuilder wrapped, string line, int width, int longest)
    {
        int indent = line.Length - line.TrimStart(' ').Length;
        indent += line.AsSpan(indent).StartsWith("- ") ? 2 : 0;
        wrapped.Append(line, 0, indent);
        int column = indent;
        bool first = true;
        foreach (string word in line[indent..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!first && column + 1 + Cells(word) > width)
            {
                Break();
            }

            if (!first)
            {
                wrapped.Append(' ');
                column++;
            }

            string rest = word;
            while (column + Cells(rest) > longest)
            {
                int length = Piece(rest, Math.Max(longest - column, 1));
                wrapped.Append(rest, 0, length);
                rest = rest[length..];
                Break();
            }

            wrapped.Append(rest);
            column += Cells(rest);
            first = false;
        }

        void Break()
        {
            wrapped.Append('\n').Append(' ', indent);
            column = indent;
            first = true;
        }
    }

    /// <summary>
    /// How much of a word goes on a line: up to a separator in the second half of the line, rather not a dot, which would part a file from
    /// its extension; else all that fits.
    /// </summary>
    private static int Piece(string word, int columns)
    {
        int fits = 1;
        int separated = 0;
        int dotted = 0;
        for (int length = 1, cells = Cells(word[0]); length < word.Length && cells <= columns; cells += Cells(word[length++]))
        {
            if (char.IsLowSurrogate(word[length]))
            {
                continue; // half a letter
            }

            fits = length;
            char last = word[length - 1];
            if (cells > columns / 2 && last == '.')
            {
                dotted = length;
            }
            else if (cells > columns / 2
                && (!char.IsLetterOrDigit(last) || Cells(last) == 2 || (char.IsLower(last) && char.IsUpper(word[length]))))
            {
                separated = length;
            }
        }

        return separated > 0 ? separated : dotted > 0 ? dotted : fits;
    }

    // How many characters of a text go into so many columns; never half a letter.
    private static int Fitting(string text, int columns, bool fromEnd)
    {
        int count = 0;
        int cells = 0;
        while (count < text.Length && (cells += Cells(text[fromEnd ? text.Length - 1 - count : count])) <= columns)
        {
            count++;
        }

        bool half = count > 0 && (fromEnd ? char.IsLowSurrogate(text[^count]) : char.IsHighSurrogate(text[count - 1]));
        return half ? count - 1 : count;
    }

    private static int Cells(string text) => text.Sum(Cells);

    // As PowerShell counts: the letters of East Asia take two.
    private static int Cells(char letter) => letter is
        (>= '\u1100' and <= '\u115F') or (>= '\u2E80' and <= '\uA4CF' and not '\u303F') or (>= '\uAC00' and <= '\uD7A3')
            or (>= '\uF900' and <= '\uFAFF')
        or (>= '\uFE10' and <= '\uFE19') or (>= '\uFE30' and <= '\uFE6F') or (>= '\uFF00' and <= '\uFF60') or (>= '\uFFE0' and <= '\uFFE6')
            ? 2 : 1;

    private static int Columns(PSHost? host) => BufferWidth(host) is > 0 and int columns ? columns : MaxWidth;

    private static int BufferWidth(PSHost? host)
    {
        try
        {
            return host?.UI?.RawUI?.BufferSize.Width ?? 0;
        }
        catch (Exception fault) when (fault is HostException or NotImplementedException or IOException or InvalidOperationException)
        {
            return 0; // a host without a window
        }
    }
}

using System.Management.Automation.Host;
using System.Text;

namespace TlsTrust.PowerShell;

/// <summary>Breaks the sentences of views between words: PowerShell's own formatter cuts them anywhere. Called from TlsTrust.Format.ps1xml.</summary>
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
    public static string Wrap(string? text, int reserved, PSHost? host) => Wrap(text, Width(host) - reserved);

    /// <summary>Breaks a text into lines of at most <paramref name="width"/> characters; a longer word stays whole. List items and indentation at the start of a line are kept for its continuation.</summary>
    internal static string Wrap(string? text, int width)
    {
        StringBuilder wrapped = new();
        foreach (string line in (text ?? "").ReplaceLineEndings("\n").Split('\n'))
        {
            if (wrapped.Length > 0)
            {
                wrapped.Append('\n');
            }

            AppendLine(wrapped, line, Math.Max(width, MinWidth));
        }

        return wrapped.ToString();
    }

    private static void AppendLine(StringBuilder wrapped, string line, int width)
    {
        int indent = line.Length - line.TrimStart(' ', '-').Length;
        wrapped.Append(line, 0, indent);
        int column = indent;
        bool first = true;
        foreach (string word in line[indent..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!first && column + 1 + word.Length > width)
            {
                wrapped.Append('\n').Append(' ', indent);
                column = indent;
                first = true;
            }

            if (!first)
            {
                wrapped.Append(' ');
                column++;
            }

            wrapped.Append(word);
            column += word.Length;
            first = false;
        }
    }

    private static int Width(PSHost? host)
    {
        try
        {
            int columns = host?.UI?.RawUI?.BufferSize.Width ?? 0;
            return columns <= 0 ? MaxWidth : Math.Min(columns, MaxWidth);
        }
        catch (Exception fault) when (fault is HostException or NotImplementedException or IOException or InvalidOperationException)
        {
            return MaxWidth; // a host without a window
        }
    }
}

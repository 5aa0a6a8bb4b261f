using System.Buffers;
using TlsTrust.ErrorTexts.Reading;

namespace TlsTrust.ErrorTexts.Hosts;

/// <summary>Finds the path of a certificate, key or store file in a line.</summary>
internal static class FilePaths
{
    /// <summary>Longest path taken: PATH_MAX would be 4096; no message is that long.</summary>
    private const int LongestPath = 1024;

    private static readonly SearchValues<char> Marks = SearchValues.Create(",;:()'\"<>|\n");

    private static readonly string[] Endings =
    [
        ".pem", ".crt", ".cer", ".der", ".key", ".p12", ".pfx", ".p7b", ".jks", ".jceks", ".keystore", ".truststore", ".ca-bundle",
            ".bundle", ".chain", ".csr", ".bks",
    ];

    /// <summary>The path that begins at an index: quoted, or up to a blank.</summary>
    /// <param name="line">The line.</param>
    /// <param name="index">Behind the words that announce it.</param>
    /// <param name="mustLookLikeOne">True where any word might stand here.</param>
    internal static string? After(ReadOnlySpan<char> line, int index, bool mustLookLikeOne)
    {
        if (index >= line.Length)
        {
            return null; // the words that announce it end in the next line
        }

        int start = index;
        while (start < line.Length && start - index < 4 && PlainText.Plain(line[start]) is ' ' or '\'' or '(' or '=' or ':' or '[')
        {
            start++;
        }

        bool quoted = start > index && PlainText.Plain(line[start - 1]) == '\'';
        int limit = Math.Min(line.Length, start + LongestPath);
        int end = start;
        while (end < limit && line[end] is not ('\n' or '\r') && (quoted ? PlainText.Plain(line[end]) != '\'' : !EndsPath(line, end)))
        {
            end++;
        }

        if (!quoted && end < limit && line[end] == ' ' && mustLookLikeOne && !LooksLikePath(line[start..end].ToString()))
        {
            return null;
        }

        if (!quoted && end < limit && line[end] == ' ')
        {
            // "/srv/my certs/ca.pem": a name with blanks, where what follows up to the next mark ends like a file of this kind.
            int mark = line[end..limit].IndexOfAny(Marks);
            int more = mark < 0 ? limit : end + mark;
            end = HasEnding(line[end..more].TrimEnd()) && !HasEnding(line[start..end]) ? more : end;
        }

        string path = line[start..end].Trim().TrimEnd(".,:;)]").ToString();
        return path.Length == 0 || path.Equals("none", StringComparison.OrdinalIgnoreCase) || (mustLookLikeOne && !LooksLikePath(path))
            ? null : path;
    }

    /// <summary>The first word of a line with the ending of a certificate, key or store file.</summary>
    internal static string? InLine(ReadOnlySpan<char> line)
    {
        foreach (string ending in Endings)
        {
            for (int at = line.IndexOf(ending, StringComparison.OrdinalIgnoreCase); at >= 0;)
            {
                int end = at + ending.Length;
                if (end == line.Length || !(char.IsLetterOrDigit(line[end]) || line[end] is '-' or '_'))
                {
                    int start = at;
                    while (start > 0 && at - start < LongestPath && !char.IsWhiteSpace(line[start - 1])
                        && PlainText.Plain(line[start - 1]) is not ('\'' or '(' or '=' or '[' or ',' or '<' or '>'))
                    {
                        start--;
                    }

                    // "file:/etc/x.pem"; a drive letter stays.
                    ReadOnlySpan<char> word = line[start..end];
                    int colon = word.LastIndexOf(':');
                    if (colon > 1)
                    {
                        word = word[(colon + 1)..];
                    }

                    if (word.Length > ending.Length && !word.StartsWith("//", StringComparison.Ordinal))
                    {
                        return word.ToString();
                    }
                }

                int next = line[end..].IndexOf(ending, StringComparison.OrdinalIgnoreCase);
                at = next < 0 ? -1 : end + next;
            }
        }

        return null;
    }

    private static bool EndsPath(ReadOnlySpan<char> line, int i) =>
        line[i] is '<' or '>' or '|' or ';'
        || (line[i] is '"' or '\'' && (i + 1 == line.Length || !char.IsLetterOrDigit(line[i + 1]))) // "o'brien.pem" is a name
        || (line[i] == ' ' && !InProgramFiles(line, i))
        || (line[i] is ',' or ')' && (i + 1 == line.Length || line[i + 1] is ' ' or '\n'))
        || (line[i] == ':' && (i + 1 == line.Length || line[i + 1] is ' ' or '\n'));

    /// <summary>The blank in "C:\Program Files" and other folders of Windows ends no path.</summary>
    private static bool InProgramFiles(ReadOnlySpan<char> line, int i)
    {
        int next = line[(i + 1)..].IndexOfAny(" \n\"'");
        ReadOnlySpan<char> word = next < 0 ? line[(i + 1)..] : line.Slice(i + 1, next);
        return word.Contains('\\');
    }

    private static bool LooksLikePath(string path) =>
        path.Length > 0
            && (path[0] is '/' or '~' or '$' or '%' or '.' || path.Contains('\\', StringComparison.Ordinal)
                || path.Contains('/', StringComparison.Ordinal)
        || HasEnding(path));

    private static bool HasEnding(ReadOnlySpan<char> path)
    {
        foreach (string ending in Endings)
        {
            if (path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

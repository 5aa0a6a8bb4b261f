using System.Globalization;

namespace TlsTrust.ErrorTexts.Reading;

/// <summary>
/// Reads raw characters into a <see cref="LogText"/>: takes away what terminals, error views and log formats put between the words.
/// </summary>
internal sealed class LogScanner(LogText text)
{
    /// <summary>Characters that must be at hand behind an escape before it is read; only the end of the text has fewer.</summary>
    internal const int Lookahead = 96;

    private const char Escape = '\x1b';
    private const int LongestSequence = 64; // an unfinished control sequence must not swallow the text

    private static readonly Kind[] AllKinds = Kinds();
    private static readonly char[] Plain = [.. Enumerable.Range(0, 128).Select(c => PlainText.Plain((char)c))];
    private bool _inWindowsPath;

    private enum Kind : byte
    {
        Ordinary,
        Blank,
        LineFeed,
        Special,
        Frame,
        Quote,
    }

    /// <summary>
    /// Reads until the window is full, or until an escape might go on in what is not at hand yet; says how much was read.
    /// </summary>
    internal int Read(ReadOnlySpan<char> raw, bool isLast)
    {
        int i = 0;
        while (i < raw.Length && !text.IsFull)
        {
            char c = raw[i];
            switch (c < 128 ? AllKinds[c] : Kind.Special)
            {
                case Kind.Ordinary:
                    text.Put(c, Plain[c]);
                    i++;
                    break;
                case Kind.Quote:
                    _inWindowsPath = false;
                    text.Put(c, Plain[c]);
                    i++;
                    break;
                case Kind.Blank:
                    text.PutBlank();
                    i++;
                    break;
                case Kind.LineFeed:
                    _inWindowsPath = false;
                    text.Break(counts: true);
                    i++;
                    break;
                case Kind.Frame:
                    Frame(c);
                    i++;
                    break;
                default:
                    if (!isLast && raw.Length - i < Lookahead)
                    {
                        return i;
                    }

                    i = Special(raw, i);
                    break;
            }
        }

        return i;
    }

    private static Kind[] Kinds()
    {
        Kind[] kinds = new Kind[128];
        for (char c = '\0'; c < 128; c++)
        {
            kinds[c] = c switch
            {
                '\n' => Kind.LineFeed,
                ' ' or '\t' or '\v' or '\f' => Kind.Blank,
                '\\' or '#' or '^' or '&' or < ' ' or '\x7f' => Kind.Special,
                '|' or '*' or '>' => Kind.Frame,
                '"' or '\'' or '<' => Kind.Quote,
                _ => Kind.Ordinary,
            };
        }

        return kinds;
    }

    /// <summary>"     | " and "│ " frame wrapped messages; elsewhere they are text.</summary>
    private void Frame(char c)
    {
        if (text.InLineHead)
        {
            text.PutBlank();
        }
        else
        {
            _inWindowsPath &= c == '*';
            text.Put(c, PlainText.Plain(c));
        }
    }

    private int Special(ReadOnlySpan<char> raw, int i)
    {
        char c = raw[i];
        int escape = EscapeLength(raw, i);
        if (escape > 0)
        {
            return SkipControl(raw, i + escape);
        }

        switch (c)
        {
            case '\\':
                return Backslash(raw, i);
            case '\r':
                if (i + 1 < raw.Length && raw[i + 1] == '\n')
                {
                    return i + 1;
                }

                text.Break(counts: false); // a progress bar begins its line again
                return i + 1;
            case '#' when Octal(raw, i) is int octal and >= 0: // how syslog daemons write control characters
                Control((char)octal);
                return i + 4;
            case '&' when Entity(raw, i) is (int length, char meant) && length > 0: // event logs in XML
                text.Put(meant, PlainText.Plain(meant));
                return i + length;
            case '#' or '^' or '&':
                text.Put(c, c);
                return i + 1;
            case '\u200b' or '\u200e' or '\u200f' or '\ufeff' or '\u2060' or '\u00ad':
                return i + 1;
        }

        if (char.IsWhiteSpace(c))
        {
            text.PutBlank();
        }
        else if (text.InLineHead
            && (c is '│' or '├' or '└' or '╰' or '╭' or '─' or '▶' or '┃' or '•' or '·' or '➤' or '×' or '✗' or '✘' or '✖' or '⨯' or '→'
                or '╷' or '╵'))
        {
            text.PutBlank();
        }
        else if (c is >= ' ' and not '\x7f')
        {
            text.Put(c, PlainText.Plain(c));
        }

        return i + 1;
    }

    private void Control(char c)
    {
        if (c == '\n')
        {
            text.Break(counts: false);
        }
        else
        {
            text.PutBlank();
        }
    }

    private int Backslash(ReadOnlySpan<char> raw, int i)
    {
        char next = i + 1 < raw.Length ? raw[i + 1] : ' ';
        if (IsDriveColon())
        {
            _inWindowsPath = true;
        }

        if (next == '\\')
        {
            return i + 1; // the second one is what was meant
        }

        if (next is '"' or '\'' or '/')
        {
            return i + 1; // a quotation mark inside a quoted log line
        }

        if (next is 'n' or 'r' or 't' && !_inWindowsPath)
        {
            Control(next == 'n' ? '\n' : '\t');
            return i + 2;
        }

        if (next == 'u' && i + 5 < raw.Length
            && ushort.TryParse(raw.Slice(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
        {
            if (code > ' ')
            {
                text.Put((char)code, PlainText.Plain((char)code));
            }
            else
            {
                Control((char)code);
            }

            return i + 6;
        }

        text.Put('\\', '\\');
        return i + 1;
    }

    /// <summary>"C:" as a word of its own: what follows is a path, and "\new" in it is a folder.</summary>
    private bool IsDriveColon()
    {
        ReadOnlySpan<char> clean = text.Clean;
        return clean.Length >= 2 && clean[^1] == ':' && char.IsAsciiLetter(clean[^2])
            && (clean.Length == 2 || !char.IsAsciiLetterOrDigit(clean[^3]));
    }

    /// <summary>Length of the escape character, also as logs write it; 0 where there is none.</summary>
    private static int EscapeLength(ReadOnlySpan<char> raw, int index)
    {
        if (raw[index] == Escape)
        {
            return 1;
        }

        ReadOnlySpan<char> rest = raw[index..];
        return rest.StartsWith("\\u001b", StringComparison.OrdinalIgnoreCase) ? 6
            : rest.StartsWith("\\x1b", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("\\033", StringComparison.Ordinal)
                || rest.StartsWith("#033", StringComparison.Ordinal) ? 4
            : rest.StartsWith("\\e[", StringComparison.Ordinal) || rest.StartsWith("^[[", StringComparison.Ordinal) ? 2
            : 0;
    }

    /// <summary>The index behind a control sequence (ECMA-48 §5.4) that starts behind its escape character.</summary>
    private static int SkipControl(ReadOnlySpan<char> raw, int index)
    {
        int limit = Math.Min(raw.Length, index + LongestSequence);
        if (index >= limit)
        {
            return index;
        }

        if (raw[index] == ']')
        {
            int i = index + 1;
            while (i < limit && raw[i] is not ('\a' or Escape or '\n'))
            {
                i++;
            }

            return i < limit && raw[i] == '\a' ? i + 1 : i;
        }

        if (raw[index] != '[')
        {
            return raw[index] == '\n' ? index : index + 1;
        }

        for (int i = index + 1; i < limit; i++)
        {
            if (raw[i] is >= '@' and <= '~')
            {
                return i + 1;
            }

            if (raw[i] is < ' ' or > '~')
            {
                return i;
            }
        }

        return limit;
    }

    private static int Octal(ReadOnlySpan<char> raw, int i) =>
        i + 3 < raw.Length && raw[i + 1] == '0' && raw[i + 2] is '0' or '1' && raw[i + 3] is >= '0' and <= '7'
            ? ((raw[i + 2] - '0') * 8) + raw[i + 3] - '0' : -1;

    private static (int Length, char Meant) Entity(ReadOnlySpan<char> raw, int i)
    {
        ReadOnlySpan<char> rest = raw[i..];
        return rest.StartsWith("&quot;", StringComparison.Ordinal) ? (6, '"')
            : rest.StartsWith("&apos;", StringComparison.Ordinal) ? (6, '\'')
            : rest.StartsWith("&#39;", StringComparison.Ordinal) ? (5, '\'')
            : rest.StartsWith("&amp;", StringComparison.Ordinal) ? (5, '&')
            : rest.StartsWith("&lt;", StringComparison.Ordinal) ? (4, '<')
            : rest.StartsWith("&gt;", StringComparison.Ordinal) ? (4, '>')
            : (0, ' ');
    }
}

using System.Text;

namespace TlsTrust.ErrorTexts;

/// <summary>
/// Text as messages are compared: lower case, one blank for any white space, straight quotes, no colours of a terminal, no frame of
/// PowerShell's or Terraform's error view, no escapes of a JSON log. One character at a time, so that a search over it is linear.
/// </summary>
internal static class PlainText
{
    private const char Escape = '\x1b';

    /// <summary>Hands every plain character and its place in the text to <paramref name="sink"/>.</summary>
    internal static void Read(string text, Action<char, int> sink)
    {
        bool inLineHead = true;
        bool afterBlank = true;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            int escaped = c is Escape or '\\' ? EscapeLength(text, i) : 0;
            if (escaped > 0)
            {
                i = SkipControl(text, i + escaped) - 1;
                continue;
            }

            if (c == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\'' or '/' or '\\')
            {
                continue; // a quotation mark inside a quoted log line
            }

            bool isBlank = char.IsWhiteSpace(c);
            if (c == '\\' && i + 1 < text.Length && text[i + 1] is 'n' or 'r' or 't')
            {
                isBlank = true;
                i++;
            }

            if (c is '\n' or '\r')
            {
                inLineHead = true;
            }
            else if (!isBlank && inLineHead)
            {
                // "     | " and "│ " frame wrapped messages.
                isBlank = c is '|' or '│' or '*' or '>';
                inLineHead = isBlank;
            }

            if (!isBlank)
            {
                sink(Plain(c), i);
            }
            else if (!afterBlank)
            {
                sink(' ', i);
            }

            afterBlank = isBlank;
        }
    }

    /// <summary>A piece of the text on one line and without colours, no longer than <paramref name="limit"/>.</summary>
    internal static string Quote(string text, int start, int end, int limit)
    {
        StringBuilder quote = new();
        for (int i = start; i < end && quote.Length < limit; i++)
        {
            int escaped = EscapeLength(text, i);
            if (escaped > 0)
            {
                i = SkipControl(text, i + escaped) - 1;
            }
            else if (!char.IsWhiteSpace(text[i]) && !char.IsControl(text[i]))
            {
                quote.Append(text[i]);
            }
            else if (quote.Length > 0 && quote[^1] != ' ')
            {
                quote.Append(' ');
            }
        }

        return quote.ToString().Trim();
    }

    internal static char Plain(char c) => c switch
    {
        < '\x80' => c == '`' ? '\'' : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c,
        '‘' or '’' or '´' or '‛' => '\'',
        '“' or '”' or '„' or '«' or '»' => '"',
        '‐' or '‑' or '–' or '—' => '-',
        _ => char.ToLowerInvariant(c),
    };

    /// <summary>Length of the escape character, also as logs write it; 0 where there is none.</summary>
    private static int EscapeLength(string text, int index) =>
        text[index] == Escape ? 1
        : text[index] == '\\' && string.CompareOrdinal(text, index, "\\u001b", 0, 6) == 0 ? 6
        : text[index] == '\\' && string.CompareOrdinal(text, index, "\\x1b", 0, 4) == 0 ? 4
        : 0;

    /// <summary>The index behind a control sequence (ECMA-48 §5.4) that starts behind its escape character.</summary>
    private static int SkipControl(string text, int index)
    {
        const int LongestSequence = 64; // an unfinished one must not swallow the text
        int limit = Math.Min(text.Length, index + LongestSequence);
        if (index >= limit)
        {
            return index;
        }

        if (text[index] == ']')
        {
            int i = index + 1;
            while (i < limit && text[i] is not ('\a' or Escape or '\n'))
            {
                i++;
            }

            return i < limit && text[i] == '\a' ? i + 1 : i;
        }

        if (text[index] != '[')
        {
            return index + 1;
        }

        for (int i = index + 1; i < limit; i++)
        {
            if (text[i] is >= '@' and <= '~')
            {
                return i + 1;
            }

            if (text[i] is < ' ' or > '~')
            {
                return i;
            }
        }

        return limit;
    }
}

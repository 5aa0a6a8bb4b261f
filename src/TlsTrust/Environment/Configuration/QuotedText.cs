using System.Globalization;
using System.Text;

namespace TlsTrust.Environment.Configuration;

/// <summary>What stands between quotes, as each format means it. Texts are seen as Latin-1, one character a byte: what an escape
/// stands for is given in the same way.</summary>
internal static class QuotedText
{
    /// <summary>TOML: escapes in basic strings, none in literal ones.</summary>
    public static string Toml(string raw) => raw.Length < 2 ? raw
        : raw[0] == '\'' && raw[^1] == '\'' ? raw[1..^1]
        : raw[0] == '"' && raw[^1] == '"' ? Unescaped(raw[1..^1], yaml: false)
        : raw;

    /// <summary>YAML: escapes in double quotes; in single quotes a quote is written twice.</summary>
    public static string Yaml(string raw) => raw.Length < 2 ? raw
        : raw[0] == '\'' && raw[^1] == '\'' ? raw[1..^1].Replace("''", "'", StringComparison.Ordinal)
        : raw[0] == '"' && raw[^1] == '"' ? Unescaped(raw[1..^1], yaml: true)
        : raw;

    /// <summary>Offset behind the quote that closes the one at <paramref name="at"/>; -1 when none does.</summary>
    public static int End(string text, int at)
    {
        char quote = text[at];
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && quote == '"')
            {
                i++;
            }
            else if (quote == '\'' && text[i] == quote && i + 1 < text.Length && text[i + 1] == quote)
            {
                i++; // two of them are one
            }
            else if (text[i] == quote)
            {
                return i + 1;
            }
        }

        return -1;
    }

    private static string Unescaped(string text, bool yaml)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder value = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                value.Append(text[i]);
                continue;
            }

            i++;
            int digits = text[i] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits > 0 && i + digits < text.Length
                && int.TryParse(text.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
                    && Rune.IsValid(code))
            {
                value.Append(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(new Rune(code).ToString())));
                i += digits;
                continue;
            }

            value.Append(text[i] switch
            {
                'n' => "\n",
                't' => "\t",
                'r' => "\r",
                'b' => "\b",
                'f' => "\f",
                'e' => "\u001B",
                '0' when yaml => "\0",
                'a' when yaml => "\a",
                'v' when yaml => "\v",
                '"' or '\\' or '/' => $"{text[i]}",
                ' ' when yaml => " ",
                char other => $"\\{other}", // no escape: as it stands
            });
        }

        return value.ToString();
    }
}

using System.Text;

namespace TlsTrust.Environment.Configuration;

/// <summary>
/// TOML as Cargo, uv, Poetry and BuildKit configuration uses it: tables, keys, strings, booleans, arrays over several lines.
/// </summary>
internal static class TomlReader
{
    public static IEnumerable<ConfigurationEntry> Read(string text)
    {
        string table = string.Empty;
        using IEnumerator<TextLine> lines = TextLine.Split(text).GetEnumerator();
        while (lines.MoveNext())
        {
            TextLine line = lines.Current;
            string trimmed = line.Trimmed;
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            if (trimmed[0] == '[')
            {
                int close = trimmed.LastIndexOf(']');
                if (close > 0)
                {
                    table = ConfigurationReader.Bounded(Plain(trimmed[..close].Trim('[', ']', ' ')));
                }

                continue;
            }

            int mark = Unquoted(line.Text, '=', 0);
            if (mark < 0)
            {
                continue;
            }

            string name = Plain(line.Text[..mark].Trim());
            (int at, int length) = IniReader.ValueSpan(line.Text, mark + 1);
            int comment = Unquoted(line.Text, '#', at);
            if (comment >= 0)
            {
                length = line.Text.AsSpan(at, comment - at).TrimEnd().Length;
            }

            string raw = line.Text.Substring(at, length);
            int end = line.Start + line.LengthWithEnd;
            if (raw.StartsWith('[') && !raw.EndsWith(']'))
            {
                StringBuilder whole = new(raw);
                while (lines.MoveNext())
                {
                    string more = lines.Current.Trimmed;
                    whole.Append(' ').Append(more);
                    end = lines.Current.Start + lines.Current.LengthWithEnd;
                    if (more.EndsWith(']'))
                    {
                        break;
                    }
                }

                raw = whole.ToString();
            }
            else if (raw.StartsWith("\"\"\"", StringComparison.Ordinal) || raw.StartsWith("'''", StringComparison.Ordinal))
            {
                string quotes = raw[..3];
                bool isClosed = line.Text.IndexOf(quotes, at + 3, StringComparison.Ordinal) >= 0;
                while (!isClosed && lines.MoveNext())
                {
                    isClosed = lines.Current.Text.Contains(quotes, StringComparison.Ordinal);
                }

                continue; // a text block holds no switch
            }

            string value = raw is "[]" or "[ ]" ? string.Empty : QuotedText.Toml(raw);
            yield return new ConfigurationEntry(IniReader.Join(table, name), value, line.Number, line.Start, end - line.Start, line.Start
                + at, length) { Name = name };
        }
    }

    private static string Plain(string dotted) =>
        dotted.Replace("\"", string.Empty, StringComparison.Ordinal).Replace("'", string.Empty, StringComparison.Ordinal)
            .Replace(" ", string.Empty, StringComparison.Ordinal);

    private static int Unquoted(string text, char wanted, int from)
    {
        char quote = '\0';
        for (int i = from; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0')
            {
                i += c == '\\' && quote == '"' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == wanted)
            {
                return i;
            }
        }

        return -1;
    }
}

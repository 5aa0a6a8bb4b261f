using System.Text;

namespace TlsTrust.Environment.Configuration;

/// <summary>Git's configuration format (git-config(1), "Syntax").</summary>
internal static class GitConfigReader
{
    public static IEnumerable<ConfigurationEntry> Read(string text)
    {
        string section = string.Empty;
        using IEnumerator<TextLine> lines = TextLine.Split(text).GetEnumerator();
        while (lines.MoveNext())
        {
            TextLine line = lines.Current;
            int at = line.Indent;
            bool alone = true;
            if (at < line.Text.Length && line.Text[at] == '[')
            {
                int close = SectionEnd(line.Text, at);
                if (close < 0)
                {
                    continue;
                }

                section = ConfigurationReader.Bounded(Section(line.Text[(at + 1)..close]));
                at = close + 1;
                alone = false; // "[http] sslVerify = false": the header must outlive the setting
            }

            while (at < line.Text.Length && char.IsWhiteSpace(line.Text[at]))
            {
                at++;
            }

            if (at >= line.Text.Length || line.Text[at] is '#' or ';' || !char.IsAsciiLetter(line.Text[at]))
            {
                continue;
            }

            int start = at;
            while (at < line.Text.Length && (char.IsAsciiLetterOrDigit(line.Text[at]) || line.Text[at] == '-'))
            {
                at++;
            }

            string name = line.Text[start..at];
            (int valueAt, _) = IniReader.ValueSpan(line.Text, at);
            bool hasValue = valueAt < line.Text.Length && line.Text[valueAt] == '=';
            int end = line.Start + line.LengthWithEnd;
            string value = "true"; // a name alone is true
            int valueFrom = valueAt;
            int valueLength = 0;
            if (hasValue)
            {
                (valueFrom, valueLength) = IniReader.ValueSpan(line.Text, valueAt + 1);
                StringBuilder raw = new(line.Text, valueFrom, line.Text.Length - valueFrom, line.Text.Length + 1);
                while (raw.Length > 0 && raw[^1] == '\\' && lines.MoveNext())
                {
                    raw.Length--;
                    raw.Append(lines.Current.Text);
                    end = lines.Current.Start + lines.Current.LengthWithEnd;
                }

                value = Value(raw.ToString());
            }

            yield return alone
                ? new ConfigurationEntry(Key(section, name), value, line.Number, line.Start, end - line.Start, line.Start + valueFrom,
                    valueLength) { Name = Key(section, name) }
                : new ConfigurationEntry(Key(section, name), value, line.Number, line.Start + start, line.Text.Length - start, line.Start
                    + valueFrom, valueLength) { Name = Key(section, name), OwnsItsLine = false };
        }
    }

    private static string Key(string section, string name) => section + "." + name.ToLowerInvariant();

    private static int SectionEnd(string text, int from)
    {
        bool quoted = false;
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '\\' && quoted)
            {
                i++;
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (text[i] == ']' && !quoted)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Section(string inside)
    {
        int quote = inside.IndexOf('"', StringComparison.Ordinal);
        return quote < 0
            ? inside.Trim().ToLowerInvariant()
            : inside[..quote].Trim().ToLowerInvariant() + "."
                + inside[(quote + 1)..].TrimEnd().TrimEnd('"').Replace("\\", string.Empty, StringComparison.Ordinal);
    }

    private static string Value(string raw)
    {
        StringBuilder value = new();
        bool quoted = false;
        for (int i = 0; i < raw.Length; i++)
        {
            char c = raw[i];
            if (c == '\\' && i + 1 < raw.Length)
            {
                i++;
                value.Append(raw[i] switch { 'n' => '\n', 't' => '\t', 'b' => '\b', char other => other });
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c is '#' or ';' && !quoted)
            {
                break;
            }
            else
            {
                value.Append(c);
            }
        }

        return value.ToString().TrimEnd();
    }
}

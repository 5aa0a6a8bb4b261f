using System.Text;

namespace TlsTrust.Environment.Configuration;

/// <summary>INI as configparser, npm's ini, PHP and the AWS CLI read it: sections, <c>name = value</c> or <c>name: value</c>,
/// indented lines continue a value.</summary>
internal static class IniReader
{
    public static IEnumerable<ConfigurationEntry> Read(string text, bool commentsBehindValues = false)
    {
        string section = string.Empty;
        ConfigurationEntry? open = null;
        StringBuilder more = new();
        foreach (TextLine line in TextLine.Split(text))
        {
            string trimmed = line.Trimmed;
            if (trimmed.Length == 0 || trimmed[0] is '#' or ';')
            {
                continue;
            }

            // A deeper line continues the last value; an indented "name = value" right under a section is a name of its own.
            if (open is not null && line.Indent > 0 && !trimmed.Contains('=', StringComparison.Ordinal))
            {
                more.Append('\n').Append(trimmed);
                open = open with
                {
                    Length = line.Start + line.LengthWithEnd - open.Start,
                    ValueLength = line.Start + line.Text.TrimEnd().Length - open.ValueStart,
                };
                continue;
            }

            if (open is not null)
            {
                yield return Whole(open, more);
                open = null;
            }

            if (trimmed[0] == '[' && trimmed.IndexOf(']', StringComparison.Ordinal) is > 0 and int close
                && !trimmed.StartsWith("[]", StringComparison.Ordinal))
            {
                section = ConfigurationReader.Bounded(trimmed[1..close].Trim());
                continue;
            }

            int mark = line.Text.IndexOfAny(['=', ':']);
            // npm writes registry-scoped names with colons: "//host:4873/:_authToken=…"; there the equals sign divides.
            if (line.Text.IndexOf('=', StringComparison.Ordinal) is > 0 and int equals && (mark < 0 || mark != equals))
            {
                mark = equals;
            }

            if (mark < 0)
            {
                continue;
            }

            string name = line.Text[..mark].Trim();
            (int at, int length) = ValueSpan(line.Text, mark + 1);
            if (commentsBehindValues)
            {
                length = WithoutComment(line.Text.AsSpan(at, length)).Length;
            }

            open = line.Entry(Join(section, name), Unquoted(line.Text.Substring(at, length)), at, length, name);
        }

        if (open is not null)
        {
            yield return Whole(open, more);
        }
    }

    // Lines are put together once, however many there are.
    private static ConfigurationEntry Whole(ConfigurationEntry first, StringBuilder more)
    {
        ConfigurationEntry entry = more.Length == 0 ? first : first with { Value = (first.Value + more).Trim() };
        more.Clear();
        return entry;
    }

    internal static string Join(string section, string name) =>
        (section.Length == 0 ? name : section + "." + name).ToLowerInvariant();

    internal static (int At, int Length) ValueSpan(string text, int from)
    {
        int at = from;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return (at, text.AsSpan(at).TrimEnd().Length);
    }

    // npm's ini: the first ; or # that no backslash stands before, except where the whole value is quoted.
    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> value)
    {
        bool quoted = value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0];
        for (int i = 0; !quoted && i < value.Length; i++)
        {
            if (value[i] is ';' or '#' && (i == 0 || value[i - 1] != '\\'))
            {
                return value[..i].TrimEnd();
            }
        }

        return value;
    }

    internal static string Unquoted(string value) =>
        value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] && value.Length >= 2 ? value[1..^1] : value;
}

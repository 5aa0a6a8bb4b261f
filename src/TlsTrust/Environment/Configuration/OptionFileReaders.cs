using System.Text.RegularExpressions;

namespace TlsTrust.Environment.Configuration;

/// <summary>The small formats of one option a line.</summary>
internal static partial class OptionFileReaders
{
    /// <summary>
    /// curl(1), <c>-K</c>: long names with or without dashes, short ones with a dash, value behind a blank, <c>=</c> or <c>:</c>.
    /// </summary>
    public static IEnumerable<ConfigurationEntry> ReadCurlRc(string text)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            string trimmed = line.Trimmed;
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            bool isShort = trimmed[0] == '-' && (trimmed.Length < 2 || trimmed[1] != '-');
            int start = line.Indent + (isShort ? 1 : trimmed.StartsWith("--", StringComparison.Ordinal) ? 2 : 0);
            int end = start;
            while (end < line.Text.Length && !char.IsWhiteSpace(line.Text[end]) && line.Text[end] is not ('=' or ':'))
            {
                end++;
            }

            string name = line.Text[start..end];
            (int at, int length) = IniReader.ValueSpan(line.Text, end);
            while (length > 0 && line.Text[at] is '=' or ':')
            {
                (at, length) = IniReader.ValueSpan(line.Text, at + 1);
            }

            string value = IniReader.Unquoted(line.Text.Substring(at, length));
            if (isShort && name.Contains('k', StringComparison.Ordinal) && name.All(char.IsAsciiLetter))
            {
                // "-k" has the line to itself; in "-sk" only the letter goes.
                yield return name.Length == 1
                    ? line.Entry("insecure", value, at, length, "-k")
                    : line.Entry("insecure", value, at, length, "-" + name) with { Start = line.Start + start
                        + name.IndexOf('k', StringComparison.Ordinal), Length = 1, OwnsItsLine = false };
                continue;
            }

            yield return line.Entry(name.ToLowerInvariant(), value, at, length, name);
        }
    }

    /// <summary>wget(1), "Wgetrc Syntax": case, dashes and underscores in a name do not count.</summary>
    public static IEnumerable<ConfigurationEntry> ReadWgetRc(string text)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            int mark = line.Text.IndexOf('=', StringComparison.Ordinal);
            if (mark < 0 || line.Trimmed[0] == '#')
            {
                continue;
            }

            string name = line.Text[..mark].Trim();
            (int at, int length) = IniReader.ValueSpan(line.Text, mark + 1);
            yield return line.Entry(WgetName(name), IniReader.Unquoted(line.Text.Substring(at, length)), at, length, name);
        }
    }

    /// <summary>Yarn 1: <c>name value</c>, both perhaps quoted.</summary>
    public static IEnumerable<ConfigurationEntry> ReadYarnRc(string text)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            Match match = YarnLine().Match(line.Text.TrimEnd());
            if (match.Success)
            {
                Group value = match.Groups[2];
                yield return line.Entry(IniReader.Unquoted(match.Groups[1].Value).ToLowerInvariant(), IniReader.Unquoted(value.Value),
                    value.Index, value.Length);
            }
        }
    }

    /// <summary>Java properties without continuation lines; Go's <c>env</c> file is the same.</summary>
    public static IEnumerable<ConfigurationEntry> ReadProperties(string text)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            int mark = line.Text.IndexOfAny(['=', ':']);
            if (mark <= 0 || line.Trimmed[0] is '#' or '!')
            {
                continue;
            }

            string name = line.Text[..mark].Trim();
            (int at, int length) = IniReader.ValueSpan(line.Text, mark + 1);
            yield return line.Entry(name.ToLowerInvariant(), line.Text.Substring(at, length), at, length, name);
        }
    }

    /// <summary>Free options: each line is one value.</summary>
    public static IEnumerable<ConfigurationEntry> ReadOptions(string text)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            if (line.Trimmed is { Length: > 0 } value && value[0] != '#')
            {
                yield return line.Entry("options", value, line.Indent, value.Length);
            }
        }
    }

    /// <summary>Erlang terms as Hex writes them: <c>{unsafe_https,true}.</c></summary>
    public static IEnumerable<ConfigurationEntry> ReadErlang(string text)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            Match match = ErlangTerm().Match(line.Text.TrimEnd());
            if (match.Success)
            {
                Group value = match.Groups[2];
                yield return line.Entry(match.Groups[1].Value.ToLowerInvariant(), value.Value.TrimEnd().Trim('"', '<', '>'), value.Index,
                    value.Value.TrimEnd().Length);
            }
        }
    }

    private static string WgetName(string name) => name.ToLowerInvariant().Replace("-", "_", StringComparison.Ordinal) switch
    {
        "checkcertificate" => "check_certificate",
        "cacertificate" => "ca_certificate",
        "cadirectory" => "ca_directory",
        string other => other,
    };

    [GeneratedRegex("""^(?>\s*("[^"]*"|[^\s"#]\S*)\s+)("[^"]*"|\S.*)$""")]
    private static partial Regex YarnLine();

    [GeneratedRegex("""^(?>\s*\{\s*'?([A-Za-z_]+)'?\s*,\s*)(.*)\}\s*\.$""")]
    private static partial Regex ErlangTerm();
}

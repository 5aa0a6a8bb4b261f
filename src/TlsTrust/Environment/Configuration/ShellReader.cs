using System.Text;
using System.Text.RegularExpressions;

namespace TlsTrust.Environment.Configuration;

/// <summary>Assignments of environment variables in start-up files of shells and in the files of the system.</summary>
internal static partial class ShellReader
{
    /// <summary>Names that one command assigns; a command with more was not written by anybody.</summary>
    private const int MaximumNames = 1000;

    /// <summary>sh, bash, zsh: <c>NAME=value</c> and <c>export NAME=value …</c>.</summary>
    public static IEnumerable<ConfigurationEntry> Read(string text)
    {
        foreach ((TextLine line, int from) in TextLine.Split(text).Where(line => !string.IsNullOrWhiteSpace(line.Text))
            .SelectMany(line => Commands(line.Text).Select(from => (line, from))))
        {
            Match head = ShellHead().Match(line.Text, from);
            if (!head.Success)
            {
                continue;
            }

            List<(string Name, int Start, int ValueAt, int End, string Value)> found = [];
            int begin = head.Groups[1].Success ? head.Groups[1].Index : head.Index + head.Length;
            int at = head.Index + head.Length;
            while (found.Count <= MaximumNames && ShellName().Match(line.Text, at) is { Success: true } name)
            {
                int valueAt = name.Index + name.Length;
                (string value, int end) = Word(line.Text, valueAt);
                found.Add((name.Groups[1].Value, at, valueAt, end, value));
                at = end;
                while (at < line.Text.Length && line.Text[at] is ' ' or '\t')
                {
                    at++;
                }
            }

            ReadOnlySpan<char> rest = line.Text.AsSpan(at).TrimStart(); // no copy: a line may have many commands
            if (found.Count is 0 or > MaximumNames || (!head.Groups[1].Success && rest.Length > 0 && rest[0] is not (';' or '#' or '&')))
            {
                continue; // "NAME=value command" sets it for that command alone
            }

            bool alone = from == 0 && begin == line.Indent && found.Count == 1 && OnlyExports(rest.ToString(), found[0].Name);
            for (int i = 0; i < found.Count; i++)
            {
                (string name, int start, int valueAt, int end, string value) = found[i];
                ConfigurationEntry entry = line.Entry(name, value, valueAt, end - valueAt, name);
                if (found.Count > 1)
                {
                    // One of the blanks beside it goes too; two neighbours share none.
                    int next = i + 1 < found.Count ? found[i + 1].Start : end;
                    entry = entry with
                    {
                        Start = line.Start + (i == 0 ? start : found[i - 1].End),
                        Length = i == 0 ? next - start : end - found[i - 1].End,
                        OwnsItsLine = false,
                        Command = (line.Start + begin, found[^1].End - begin, found.Count),
                    };
                }
                else if (!alone)
                {
                    entry = entry with { Start = line.Start + begin, Length = end - begin, OwnsItsLine = false, Filler = ":" };
                }
                else if (line.Indent > 0)
                {
                    // It may be all there is between "then" and "fi".
                    entry = entry with { Start = line.Start + line.Indent, Length = line.Text.Length - line.Indent, Filler = ":" };
                }

                yield return entry;
            }
        }
    }

    /// <summary>fish: <c>set -gx NAME value</c>.</summary>
    public static IEnumerable<ConfigurationEntry> ReadFish(string text)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            Match match = FishSet().Match(line.Text);
            if (match.Success && match.Groups[1].ValueSpan.Contains('x'))
            {
                (string value, int end) = Word(line.Text, match.Index + match.Length);
                yield return line.Entry(match.Groups[2].Value, value, match.Length, end - match.Length, match.Groups[2].Value);
            }
        }
    }

    /// <summary>PowerShell: <c>$env:NAME = 'value'</c> and <c>$PSDefaultParameterValues['*:SkipCertificateCheck'] = $true</c>.</summary>
    public static IEnumerable<ConfigurationEntry> ReadPowerShell(string text)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            Match match = PowerShellAssignment().Match(line.Text);
            if (match.Success)
            {
                Group value = match.Groups[3];
                string name = match.Groups[1].Success ? match.Groups[1].Value : "PSDefaultParameterValues." + match.Groups[2].Value;
                string key = match.Groups[1].Success ? name : name.ToLowerInvariant();
                yield return line.Entry(key, IniReader.Unquoted(value.Value.Trim()), value.Index, value.Value.TrimEnd().Length, name);
            }
        }
    }

    /// <summary><c>/etc/environment</c> (pam_env): no shell, quotes around a value fall away, <c>export</c> is tolerated.</summary>
    public static IEnumerable<ConfigurationEntry> ReadEnvironment(string text) => Assignments(text, IniReader.Unquoted);

    /// <summary><c>environment.d</c>: quotes of both kinds, and backslashes outside and in double ones.</summary>
    public static IEnumerable<ConfigurationEntry> ReadEnvironmentD(string text) => Assignments(text, SystemdValue);

    private static IEnumerable<ConfigurationEntry> Assignments(string text, Func<string, string> unquoted)
    {
        foreach (TextLine line in TextLine.Split(text))
        {
            Match match = EnvironmentLine().Match(line.Text);
            if (match.Success)
            {
                (int at, int length) = IniReader.ValueSpan(line.Text, match.Length);
                yield return line.Entry(match.Groups[1].Value, unquoted(line.Text.Substring(at, length)), at, length,
                    match.Groups[1].Value);
            }
        }
    }

    // parse_env_file_internal of systemd: quoted parts in a row, then what has no quotes, to its end. A backslash between double quotes
    // stays before what needs none. Variables are put in afterwards (replace_env), where two dollars are one.
    private static string SystemdValue(string text)
    {
        StringBuilder value = new();
        char quote = '\0';
        bool bare = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (!bare && (quote == '\0' ? c is '"' or '\'' : c == quote))
            {
                quote = quote == '\0' ? c : '\0';
                continue;
            }

            bare = quote == '\0' && (bare || !char.IsWhiteSpace(c));
            if (c == '\\' && quote != '\'' && i + 1 < text.Length && (quote == '\0' || text[i + 1] is '"' or '\\' or '$' or '`'))
            {
                value.Append(text[++i]);
            }
            else if (bare || quote != '\0')
            {
                value.Append(c);
            }
        }

        return value.Replace("$$", "$").ToString();
    }

    // Where the commands of a line begin: at its start, and behind ; && and ||.
    private static IEnumerable<int> Commands(string text)
    {
        int at = 0;
        yield return at;
        while (at < text.Length)
        {
            if (text[at] == '#' && (at == 0 || text[at - 1] is ' ' or '\t' or ';'))
            {
                yield break;
            }

            if (text[at] is ' ' or '\t' or ';' or '&' or '|')
            {
                bool ends = text[at] == ';' || (at > 0 && text[at] is '&' or '|' && text[at - 1] == text[at]);
                at++;
                if (ends)
                {
                    yield return at;
                }
            }
            else
            {
                at = Word(text, at).End;
            }
        }
    }

    private static bool OnlyExports(string rest, string name) =>
        rest.Length == 0 || rest[0] == '#' || rest.TrimStart(';', ' ').TrimEnd(';', ' ') is var tail
            && (tail.Length == 0 || tail == "export " + name);

    private static (string Value, int End) Word(string text, int at)
    {
        StringBuilder value = new();
        int i = at;
        while (i < text.Length)
        {
            char c = text[i];
            if (c is ' ' or '\t' or ';' or '&' or '|')
            {
                break;
            }

            if (c == '\'' && text.IndexOf('\'', i + 1) is > 0 and int close)
            {
                value.Append(text, i + 1, close - i - 1);
                i = close + 1;
            }
            else if (c == '"')
            {
                i++;
                while (i < text.Length && text[i] != '"')
                {
                    i += text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\' or '$' or '`' ? 1 : 0;
                    value.Append(text[i++]);
                }

                i++;
            }
            else
            {
                i += c == '\\' && i + 1 < text.Length ? 1 : 0;
                value.Append(text[i++]);
            }
        }

        return (value.ToString(), Math.Min(i, text.Length));
    }

    [GeneratedRegex("""\G\s*(?:(?:then|else|do|\{)\s+)?(export\s+|(?:declare|typeset)\s+-(?=[a-z]*x)(?>[a-z]+)\s+)?(?=[A-Za-z_])""")]
    private static partial Regex ShellHead();

    [GeneratedRegex("""\G([A-Za-z_][A-Za-z0-9_]*)=""")]
    private static partial Regex ShellName();

    [GeneratedRegex("""^\s*set\s+((?>-\S+\s+)+)([A-Za-z_][A-Za-z0-9_]*)\s+""")]
    private static partial Regex FishSet();

    [GeneratedRegex(
        """^\s*(?:\$(?i:env):([A-Za-z_][A-Za-z0-9_]*)|\$(?i:PSDefaultParameterValues)(?:\[\s*['"]|\.['"])([^'"]+)['"]\s*\]?)\s*=\s*([^#;]*)""")]
    private static partial Regex PowerShellAssignment();

    [GeneratedRegex("""^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=""")]
    private static partial Regex EnvironmentLine();
}

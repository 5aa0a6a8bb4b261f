using System.Text.RegularExpressions;

namespace TlsTrust.Tests.PowerShell;

/// <summary>A page of en-US in PlatyPS's form, as far as a machine can compare it.</summary>
internal sealed partial class HelpPage(string text)
{
    public string Text { get; } = text;

    public string Synopsis => Section("SYNOPSIS").Trim();

    public string Description => Section("DESCRIPTION").Trim();

    public string Outputs => Section("OUTPUTS");

    public int Examples => Heading().Count(Section("EXAMPLES"));

    public IReadOnlyList<string> Parameters => [.. ParameterHeading().Matches(Text).Select(match => match.Groups[1].Value)];

    /// <summary>The words between a parameter's heading and its table.</summary>
    public string DescriptionOf(string parameter) => Between(ParameterSection(parameter), "\n", "```yaml").Trim();

    public IReadOnlyList<string> AliasesOf(string parameter)
    {
        Match list = AliasList().Match(ParameterSection(parameter));
        return list.Success
            ? [.. list.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimStart('-', ' ').Trim())]
                : [];
    }

    /// <summary>Syntax by set name; the only one has no heading.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Syntax
    {
        get
        {
            Dictionary<string, IReadOnlyList<string>> found = [];
            foreach (Match block in SyntaxBlock().Matches(Section("SYNTAX")))
            {
                string set = block.Groups[1].Success ? block.Groups[1].Value.Replace(" (Default)", "", StringComparison.Ordinal).Trim()
                    : "(All)";
                set = set is "__AllParameterSets" or "Default" && !Text.Contains($"- Name: {set}", StringComparison.Ordinal) ? "(All)"
                    : set;
                found[set] = [.. SyntaxParameter().Matches(block.Groups[2].Value).Select(Item).Order(StringComparer.Ordinal)];
            }

            return found;
        }
    }

    // Brackets around all of it: optional. Brackets around the name only: by position.
    private static string Item(Match match) => CmdletMetadata.SyntaxItem(
        match.Groups["name"].Value,
        required: !match.Groups["optional"].Success,
        positional: match.Groups["position"].Success,
        isSwitch: !match.Groups["type"].Success);

    /// <summary>What the page says of itself: where it is to be read.</summary>
    public string HelpUri => Between(Text, "\nHelpUri: ", "\n").Trim();

    /// <summary>The words under a heading of the second level.</summary>
    public string Section(string title) => Between(Text + "\n## ", $"\n## {title}\n", "\n## ");

    private string ParameterSection(string parameter) => Between(Text + "\n### ", $"\n### -{parameter}\n", "\n### ");

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal);
        if (from < 0)
        {
            return "";
        }

        from += start.Length;
        int to = text.IndexOf(end, Math.Max(from - 1, 0), StringComparison.Ordinal);
        return to < from ? text[from..] : text[from..to];
    }

    [GeneratedRegex(@"^### -(\w+)$", RegexOptions.Multiline)]
    private static partial Regex ParameterHeading();

    [GeneratedRegex("^### ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\nAliases:\n((?:- .*\n)+)")]
    private static partial Regex AliasList();

    [GeneratedRegex(@"(?:### ([^\n]+)\n\n)?```\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SyntaxBlock();

    // [[-Name] <type>], [-Name <type>], [-Name] <type>, [-Switch], -Name <type>, -Switch
    [GeneratedRegex("""
        (?<=\s)(?:
            (?<optional>\[)(?<position>\[)-(?<name>\w+)\]\s+<(?<type>[^>]+)>\]
          | (?<optional>\[)-(?<name>\w+)\s+<(?<type>[^>]+)>\]
          | (?<position>\[)-(?<name>\w+)\]\s+<(?<type>[^>]+)>
          | (?<optional>\[)-(?<name>\w+)\]
          | -(?<name>\w+)\s+<(?<type>[^>]+)>
          | -(?<name>\w+)(?=\s|$)
        )
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex SyntaxParameter();
}

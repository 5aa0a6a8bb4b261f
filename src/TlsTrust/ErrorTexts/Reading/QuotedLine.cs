using System.Text.RegularExpressions;

namespace TlsTrust.ErrorTexts.Reading;

/// <summary>A line that shows a message and reports none: source code, a catalogue of translations, a test that passed.</summary>
internal static partial class QuotedLine
{
    /// <summary>A statement or a result stands within so many characters from one end of the line.</summary>
    private const int Within = 200;

    internal static bool Is(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> words = line.Trim();
        return Source().IsMatch(words[..Math.Min(words.Length, Within)])
            || Passed().IsMatch(words[Math.Max(0, words.Length - Within)..]);
    }

    // C and its kin, Python, Go, Rust, JavaScript, gettext; an assignment has blanks beside its sign, which logs don't write.
    [GeneratedRegex("""
        ^(.*\s\|\s.*\s\|$|//|/\*|<!--|\#(define|error|include)\b|[-*]\s(Fix(ed|es)?|Add(ed)?|Improved?|Handle|Support|Document)\b
        |(\}\s*)?(else\s+)?(if|while|switch|catch|elif|foreach|for|until|unless)\s*\(|(if|elif|while|except)\b.*:$
        |(INSERT|UPDATE|SELECT)\s.*;$|[A-Za-z_]\w*\s+=\s+\d+,?$|case\s+[\w.:'"]+\s*:|return\s+[\w.]*["'(&]|throw\s+new\s|raise\s+[\w.]+\(
        |(export\s+)?(const|let|var|val|def|func|fn|static)\s+[\w<]|(function|class)\s+\w+\s*[({:]
        |(public|private|protected|internal)\s+(static|class|void|const|final|async|string|String|int|bool|readonly|override|fun)\b
        |[a-z0-9]+([_.-][a-z0-9]+){2,}\s*=\s*(\d+|true|false|on|off|yes|no|none)?;?$
        |(Assert\.\w+(<\w+>)?|assert\w*|expect|it|test|describe|errors\.New|fmt\.\w+|printf|println!?|print)\(
        |(console|log|logger|logging|t)\.\w+\(|self\.assert\w+\(|msg(id|str)(\[\d\])?\s+"|[A-Z_][A-Z0-9_]+\s+:?=\s+["'`]
        |[A-Za-z_][\w.]*\s+=\s+["'].*;$|[A-Z]\w*(::\w+)+(\(.*\))?\s+=>\s)
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Source();

    [GeneratedRegex("""
        ^(✓|✔|√|\[\s*(OK|PASSED|RUN)\s*\]|---\ (PASS|SKIP)\b|===\ (RUN|PAUSE|CONT)\b|(PASS|ok|SKIP|RUNS)[ \t]+\S|(ok|PASS)[: ]\d)
        |\s(PASSED|SKIPPED|XFAIL|\.{3}\s(ok|OK|PASS|passed|ignored|skipped))(\s+[\[(].*)?$|\.{4,}\s*(ok|OK|Passed|passed)\b
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Passed();
}

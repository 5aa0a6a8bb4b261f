using System.Globalization;
using System.Text;

namespace TlsTrust.Rendering.Reports;

/// <summary>
/// Names and texts from servers as each format can hold them without obeying them. All begin with <see cref="Plain"/>: no control
/// characters, no bidirectional marks, bounded.
/// </summary>
internal static class InertText
{
    /// <summary>A sentence with names in it; longer ones are no help in a report.</summary>
    public const int Longest = 4000;

    // Parts "@name" and "#1" for GitHub, which looks for them in the text that is shown; no reader sees it.
    private const char WordJoiner = '\u2060';

    /// <summary>One line, without what steers a terminal or turns the direction of reading.</summary>
    public static string Plain(string text, int longest = Longest) => ChainPicture.Plain(text.ReplaceLineEndings(" "), longest);

    /// <summary>For text and attributes of HTML.</summary>
    public static string Html(string text) => ChainPicture.Escape(Plain(text));

    /// <summary>Running text in Markdown: nothing of it is markup, a link, a mention or a reference.</summary>
    public static string Markdown(string text)
    {
        string plain = Plain(text);
        StringBuilder escaped = new();
        for (int i = 0; i < plain.Length; i++)
        {
            // Character references are never markup, whatever the flavour. A dot and a colon are only where they would begin a link.
            char letter = plain[i];
            bool isInert = char.IsLetterOrDigit(letter) || letter > 127
                || letter is ' ' or ',' or '(' or ')' or '\'' or '"' or '?' or '%' or '/' or ';' or '=' or '-'
                || (letter == '.' && !plain.AsSpan(0, i).EndsWith("www", StringComparison.OrdinalIgnoreCase))
                || (letter == ':' && !plain.AsSpan(i + 1).StartsWith("/"));
            if (isInert)
            {
                escaped.Append(letter);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"&#{(int)letter};").Append(letter is '@' or '#' ? WordJoiner.ToString() : "");
            }
        }

        return escaped.ToString();
    }

    /// <summary>A name as code in Markdown, inside a table too.</summary>
    public static string MarkdownCode(string text) => $"<code>{Markdown(text)}</code>";

    /// <summary>SARIF's message strings: <c>[text](link)</c> and <c>{0}</c> mean something there (§3.11.5, §3.11.6).</summary>
    public static string Sarif(string text)
    {
        StringBuilder escaped = new();
        foreach (char letter in Plain(text))
        {
            escaped.Append(letter is '[' or ']' or '\\' ? $"\\{letter}" : letter is '{' ? "{{" : letter is '}' ? "}}" : letter.ToString());
        }

        return escaped.ToString();
    }

    /// <summary>The message of a workflow command of GitHub Actions.</summary>
    public static string GitHub(string text) => Plain(text).Replace("%", "%25", StringComparison.Ordinal);

    /// <summary>A property of such a command, which a colon or comma would end.</summary>
    public static string GitHubProperty(string text) =>
        GitHub(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    /// <summary>The message of a logging command of Azure Pipelines; another command inside it is no command.</summary>
    public static string Azure(string text) =>
        Plain(text).Replace("%", "%AZP25", StringComparison.Ordinal).Replace("##", $"#{WordJoiner}#", StringComparison.Ordinal);

    /// <summary>A property of such a command.</summary>
    public static string AzureProperty(string text) =>
        Azure(text).Replace(";", "%3B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal);

    /// <summary>The value of a Prometheus label, without its quotes.</summary>
    public static string PrometheusLabel(string text) =>
        Plain(text, 300).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>A text value of iCalendar (RFC 5545 §3.3.11).</summary>
    public static string Calendar(string text) =>
        Plain(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal);

    /// <summary>A cell of RFC 4180; what a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    public static string CsvCell(string text)
    {
        string plain = Plain(text);
        string shown = plain.Length > 0 && plain[0] is '=' or '+' or '-' or '@' ? "'" + plain : plain;
        return $"\"{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>A time as every format has it: ISO 8601 with its zone.</summary>
    public static string Time(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A day.</summary>
    public static string Day(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

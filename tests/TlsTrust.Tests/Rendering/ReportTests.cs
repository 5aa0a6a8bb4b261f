using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TlsTrust.Rendering.Reports;

namespace TlsTrust.Tests.Rendering;

/// <summary>
/// What holds for every format: whole, readable by its grammar, and deaf to what names and texts from servers would have it do.
/// </summary>
public sealed class ReportTests
{
    private static readonly DateTime At = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);

    // Each was a way into one of the formats, or into what reads it; all formats get all of them.
    internal static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</style></script><svg onload=alert(1)>",
            "]]></failure><x>",
        "[click](javascript:alert(1))", "![x](https://evil.example/p.png)", "`code`", "| a | b |",
            "@everybody #1 https://evil.example www.evil.example <b>x</b>",
        "\n::error::from the server", "%0A::set-output name=x::y", "\r\n##vso[task.setvariable variable=x]y", "##[error]x", "]x;y,z:w",
        "\"} 1\ntlstrust_trusted{x=\"y", "back\\slash \\n \\\"", "\r\nEND:VEVENT\r\nBEGIN:VEVENT", "x;VALUE=URI:http://evil",
            "=cmd|'/c calc'!A1", "+1", "-1+1", "@SUM(1)", "\t=1",
        "{0} {x} [1](2) \\[", "\u202Ecod.exe", "\0\u0007\u001B[31m", "\uD800 half a letter \uFFFE\uFFFF", "证书 ügyfél 🔒",
            new string('x', 9000), "",
    ];

    public static TheoryData<ReportFormat> Formats => [.. Enum.GetValues<ReportFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_format_has_one_row_and_its_extensions_lead_to_it(ReportFormat format)
    {
        ReportFormatRow row = Assert.Single(ReportFormatRow.All, row => row.Format == format);
        Assert.All(row.Extensions, extension =>
            Assert.Equal(format, ReportFormatRow.OfFile($"/a/report{extension.ToUpperInvariant()}")!.Format));
        Assert.Null(ReportFormatRow.OfFile("report.txt"));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Nothing_that_a_server_says_is_obeyed(ReportFormat format)
    {
        string harmless = Write(format, true, [.. Hostile.Select((_, i) => Item($"name {i.ToString(CultureInfo.InvariantCulture)}"))]);
        string hostile = Write(format, true, [.. Hostile.Select((text, i) => Item($"{text}{i}"))]);
        Assert.DoesNotContain(hostile, letter => char.IsControl(letter) && letter is not ('\n' or '\r'));
        Assert.DoesNotContain('\u202E', hostile);

        // Whatever the names are, the skeleton of the report is the same.
        Assert.Equal(Skeleton(format, harmless), Skeleton(format, hostile));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_run_that_was_stopped_leaves_a_whole_report_that_says_so(ReportFormat format)
    {
        string part = Write(format, false, Item("a.example:443"));
        _ = Skeleton(format, part);
        Assert.Matches("(?i)incomplete|stopped|complete 0", Regex.Replace(part, "\r\n ", ""));
        string whole = Write(format, true, Item("a.example:443"));
        Assert.DoesNotMatch("(?i)incomplete|stopped|complete 0", Regex.Replace(whole, "\r\n ", ""));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Nothing_to_report_is_a_report_too(ReportFormat format) => _ = Skeleton(format, Write(format, true));

    [Theory]
    [MemberData(nameof(Formats))]
    public void Times_have_their_zone(ReportFormat format)
    {
        string text = Write(format, true, Item("a.example:443"));

        // JUnit's schema allows none on the suite; the property beside it has it.
        Assert.DoesNotMatch(format == ReportFormat.JUnit ? "$^" : @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?!Z)", text);
    }

    [Fact]
    public void The_worst_stand_first_whatever_the_order_of_arrival()
    {
        ReportItem[] items =
            [Item("fine", ReportLevel.Fine, 900), Item("bad", ReportLevel.Untrusted, 3), Item("soon", ReportLevel.Warning, 1),
                Item("gone", ReportLevel.Unreachable, null), Item("late", ReportLevel.Untrusted, -9)];
        foreach (ReportFormat format in new[] { ReportFormat.Html, ReportFormat.Markdown })
        {
            string text = Write(format, true, items);
            string rows = format == ReportFormat.Html ? text[text.IndexOf("id=\"rows\"", StringComparison.Ordinal)..] : text;
            int[] places =
                [.. new[] { "late", "bad", "gone", "soon", "fine" }.Select(name =>
                    rows.IndexOf(format == ReportFormat.Html ? $"data-name=\"{name}\"" : $">{name}<", StringComparison.Ordinal))];
            Assert.Equal(places.Order(), places);
            Assert.DoesNotContain(-1, places);
        }
    }

    [Fact]
    public void The_skeletons_see_a_name_that_is_obeyed()
    {
        string page = Write(ReportFormat.Html, true, Item("a"));
        Assert.NotEqual(Skeleton(ReportFormat.Html, page),
            Skeleton(ReportFormat.Html, page.Replace("</main>", "<img src=x></main>", StringComparison.Ordinal)));
        string csv = Write(ReportFormat.Csv, true, Item("a"));
        Assert.NotEqual(Skeleton(ReportFormat.Csv, csv), Skeleton(ReportFormat.Csv, csv + "\"x\"\r\n"));
    }

    /// <summary>
    /// What a reader of the format makes of it, without the texts: elements, keys, commands, properties, label names, cells.
    /// </summary>
    private static List<string> Skeleton(ReportFormat format, string text) => format switch
    {
        // HTML's own tags, names and values of attributes that are not texts; anything the grammar below doesn't know fails.
        ReportFormat.Html =>
            [.. Regex.Matches(text, "<(/?[a-zA-Z!][^\\s>]*)((?:\\s+[a-zA-Z-]+(?:=\"[^\"]*\")?)*)\\s*/?>")
                .Select(tag =>
                    tag.Groups[1].Value
                        + string.Concat(Regex.Matches(tag.Groups[2].Value, "([a-zA-Z-]+)=\"[^\"]*\"")
                            .Select(name => " " + name.Groups[1].Value))), $"{Regex.Count(text, "<")} of <"],
        ReportFormat.Markdown =>
            [.. text.Split('\n').Select(line => Regex.Replace(Regex.Replace(line, "&#\\d+;\u2060?", "x"), @"[^|#*\[\]!`<>@\\_~]+", "."))],
        ReportFormat.JUnit =>
            [.. XDocument.Parse(text).Descendants()
                .Select(element => element.Name + string.Concat(element.Attributes().Select(attribute => " " + attribute.Name)))],
        ReportFormat.Sarif => [.. Keys(JsonDocument.Parse(text).RootElement, "")],
        ReportFormat.GitHub =>
            [.. text.TrimEnd('\n').Split('\n')
                .Select(line => Assert.Single(Regex.Matches(line, "^::(error|warning|notice) title=[^:,]*::[^\r]*$")).Groups[1].Value)],
        ReportFormat.Azure =>
            [.. text.TrimEnd('\n').Split('\n')
                .Select(line =>
                    line.Length == 0 ? ""
                        : Assert.Single(
                            Regex.Matches(line,
                                @"^##vso\[task\.logissue type=(error|warning);?(?:code=[^;\]]*)?\](?!.*##)")).Groups[1].Value)],
        ReportFormat.Prometheus => [.. text.TrimEnd('\n').Split('\n').Where(line => !line.StartsWith('#')).Select(line =>
        {
            Match sample = Regex.Match(line, """^([a-z_]+)(?:\{((?:[a-z_0-9]+="(?:[^"\\]|\\["\\n])*",?)*)\})? -?[0-9.]+$""");
            Assert.True(sample.Success, line);
            return sample.Groups[1].Value
                + string.Concat(Regex.Matches(sample.Groups[2].Value, """([a-z_0-9]+)="(?:[^"\\]|\\.)*",?""")
                    .Select(label => " " + label.Groups[1].Value));
        })],
        ReportFormat.ICalendar => Calendar(text),
        _ => [.. Rows(text).Select(row => $"{row.Count} cells" +
            $"{(row.Any(cell => cell.Length > 0 && "=+@".Contains(cell[0], StringComparison.Ordinal)) ? " with a formula" : "")}")],
    };

    private static IEnumerable<string> Keys(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Keys(member.Value, $"{path}/{member.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Keys(item, path + "[]")),
        JsonValueKind.String when path.EndsWith("/text", StringComparison.Ordinal) =>
            [path + (Regex.IsMatch(element.GetString()!, @"(?<!\\)[\[\]]|(?<!\{)\{(?!\{)") ? " with markup" : "")],
        _ => [path],
    };

    private static List<string> Calendar(string text)
    {
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        Assert.All(text.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        return [.. text.Replace("\r\n ", "", StringComparison.Ordinal).TrimEnd().Split("\r\n").Select(line =>
        {
            Match property = Regex.Match(line, "^([A-Z-]+(?:;VALUE=DATE)?):(.*)$");
            Assert.True(property.Success, line);
            Assert.True(property.Groups[1].Value is not ("SUMMARY" or "DESCRIPTION")
                || Regex.IsMatch(property.Groups[2].Value, @"^(?:[^\\;,]|\\[\\;,n])*$"), line);
            return property.Groups[1].Value + (property.Groups[1].Value is "BEGIN" or "END" ? property.Groups[2].Value : "");
        })];
    }

    private static List<List<string>> Rows(string text)
    {
        List<List<string>> rows = [[]];
        foreach (Match cell in Regex.Matches(text, "(?:\"((?:[^\"]|\"\")*)\"|([^,\"\r\n]*))(,|\r\n)"))
        {
            rows[^1].Add(cell.Groups[1].Success ? cell.Groups[1].Value : cell.Groups[2].Value);
            if (cell.Groups[3].Value == "\r\n")
            {
                rows.Add([]);
            }
        }

        Assert.Empty(rows[^1]);
        return rows;
    }

    internal static string Write(ReportFormat format, bool isComplete, params ReportItem[] items)
    {
        using MemoryStream stream = new();
        using ReportWriter writer = ReportFormatRow.Of(format)
            .Open(stream, new() { MadeAt = At, Title = items.Length > 0 ? items[^1].Name : "x", Tags = ["Owner"] });
        foreach (ReportItem item in items)
        {
            writer.Add(item);
        }

        writer.Finish(isComplete);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    internal static ReportItem Item(string text, ReportLevel level = ReportLevel.Untrusted, int? days = 3)
    {
        ChainCertificate leaf = new()
        {
            Depth = 0, Role = ChainRole.Leaf, Subject = $"CN={text}", Issuer = $"CN={text}", SerialNumber = "01",
                NotBefore = At.AddDays(-9), NotAfter = At.AddDays(days ?? 0),
            DaysLeft = days
                ?? 0, Names = [text], PublicKey = text, SignatureAlgorithm = text, Origin = text, Sha256 = text, Thumbprint = text,
                    Pem = text,
        };
        return new()
        {
            Kind = "endpoint",
            Name = text,
            Level = level,
            Verdict = "Untrusted",
            Cause = "MissingIntermediate",
            Why = text,
            Summary = text,
            Findings = [new("MissingIntermediate", Severity.Error, text, [text, text], text.Length > 0 ? text : "x", RemedyParty.Server)],
            Certificates = [leaf],
            Chain = new()
            {
                Origin = text, Verdict = Verdict.Untrusted, Cause = Cause.MissingIntermediate, Summary = text, Presented = [leaf],
                    BuiltPath = [leaf], Difference = new() { Missing = [leaf] }, AnchorStore = text, CheckedAt = At,
            },
            Clients = [new() { Client = "OpenSSL", Answer = ClientAnswer.Refuses, Message = text }],
            ValidUntil = leaf.NotAfter,
            DaysLeft = days,
            NextCommand = $"Test-TlsEndpoint {text}",
            Address = "192.0.2.1",
            Store = text,
            At = At,
            Took = TimeSpan.FromMilliseconds(12),
            Tag = new([new("Owner", text), new("Secret", "hunter2")]),
        };
    }
}

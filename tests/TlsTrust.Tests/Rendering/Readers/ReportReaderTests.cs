using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Ical.Net.CalendarComponents;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using TlsTrust.Rendering.Reports;
using Calendar = Ical.Net.Calendar;

namespace TlsTrust.Tests.Rendering.Readers;

/// <summary>
/// Reports as others read them: each is valid, a hostile name is only a text in it, and that text is the name.
/// </summary>
public sealed class ReportReaderTests
{
    // As GitHub and GitLab read it, links without brackets and formulas too.
    private static readonly MarkdownPipeline Flavour = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoLinks().UseEmphasisExtras().UseTaskLists().UseAlertBlocks().UseMathematics().UseFootnotes()
        .UseGenericAttributes().UseEmojiAndSmiley(enableSmileys: false).Build();

    private static readonly ReportItem[] Items = [.. ReportTests.Hostile.Select((text, i) => ReportTests.Item($"{text}{Number(i)}"))];

    private static readonly ReportItem[] Harmless = [.. Items.Select((_, i) => ReportTests.Item($"name {Number(i)}"))];

    [Fact]
    public void CommonMark_reads_a_table_with_the_names_and_nothing_that_they_would_be()
    {
        MarkdownDocument hostile = Markdown.Parse(ReportTests.Write(ReportFormat.Markdown, true, Items), Flavour);
        MarkdownDocument harmless = Markdown.Parse(ReportTests.Write(ReportFormat.Markdown, true, Harmless), Flavour);
        Assert.Equal(Kinds(harmless), Kinds(hostile));
        Assert.DoesNotContain(nameof(LinkInline), Kinds(hostile));
        Assert.All(hostile.Descendants<HtmlInline>(), tag => Assert.True(tag.Tag is "<code>" or "</code>", tag.Tag));

        Table table = hostile.Descendants<Table>().First();
        string[] names = [.. table.Skip(1).Cast<TableRow>().Select(row => Text((TableCell)row[2]))];
        Assert.Equal([.. Items.Select(item => Words(InertText.Plain(item.Name))).Order(StringComparer.Ordinal)],
            names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void CommonMark_sees_what_is_not_escaped()
    {
        MarkdownDocument document = Markdown.Parse("| a |\n|---|\n| [click](https://evil.example) https://evil.example |\n", Flavour);
        Assert.Equal(2, document.Descendants<LinkInline>().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void JUnit_is_valid_and_counts_what_it_holds(bool isComplete)
    {
        XDocument document =
            XDocument.Parse(ReportTests.Write(ReportFormat.JUnit, isComplete, [.. Items, ReportTests.Item("x", ReportLevel.Fine)]));
        document.Validate(JUnitSchema(), (_, fault) => Assert.Fail(fault.Message));
        XElement suite = document.Root!.Elements().Single();
        Assert.Equal(Items.Length + (isComplete ? 1 : 2), suite.Elements("testcase").Count());
        foreach ((string attribute, string element) in new[] { ("tests", "testcase"), ("failures", "failure"), ("errors", "error") })
        {
            Assert.Equal(suite.Attribute(attribute)!.Value, Number(suite.Descendants(element).Count()));
        }

        Assert.Equal([.. Items.Select(item => InertText.Plain($"{item.Name} (192.0.2.1)")), "x (192.0.2.1)"],
            suite.Elements("testcase").Take(Items.Length + 1).Select(one => one.Attribute("name")!.Value));
    }

    [Fact]
    public void The_schema_of_JUnit_refuses_what_a_reader_does_not_know()
    {
        XDocument document = XDocument.Parse(ReportTests.Write(ReportFormat.JUnit, true, Items[0]));
        document.Root!.Elements().Single().Add(new XElement("made"));
        Assert.Throws<XmlSchemaValidationException>(() => document.Validate(JUnitSchema(), null));
    }

    [Fact]
    public void A_calendar_holds_an_event_for_each_certificate_with_its_name()
    {
        Calendar calendar = Calendar.Load(ReportTests.Write(ReportFormat.ICalendar, true, Items))!;
        Assert.Equal(Items.Length, calendar.Events.Count);
        Assert.Equal(Items.Length, calendar.Children.Count);
        Assert.All(calendar.Events, one =>
        {
            Assert.Equal(new DateTime(2026, 11, 4), one.Start!.Value.Date);
            Assert.False(one.Start.HasTime);
            Assert.StartsWith("Certificate ends: ", one.Summary, StringComparison.Ordinal);
            Assert.Equal(("PRIVATE", "TRANSPARENT"), (one.Class, one.Transparency));
            Assert.Equal("DISPLAY", Assert.IsType<Alarm>(Assert.Single(one.Children)).Action);
        });
        Assert.Contains(calendar.Events, one => one.Description!.Contains("<script>alert(1)</script>0", StringComparison.Ordinal));
    }

    [Fact]
    public void The_runner_of_GitHub_reads_an_annotation_a_line_with_the_names_in_it()
    {
        (string Command, Dictionary<string, string> Properties, string Text)[] read =
            [.. Lines(ReportTests.Write(ReportFormat.GitHub, true, Items)).Select(GitHubRunner.Read)];
        Assert.Equal([.. Items.Select(_ => "error"), "notice"], read.Select(one => one.Command));
        Assert.All(read, one => Assert.Equal(["title"], one.Properties.Keys));
        Assert.Equal([.. Items.Select(item => InertText.Plain($"{item.Name}: MissingIntermediate")), "TlsTrust"],
            read.Select(one => one.Properties["title"]));
        Assert.All(read.Zip(Items), pair =>
            Assert.StartsWith(InertText.Plain(pair.Second.Summary), pair.First.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_agent_of_Azure_reads_an_issue_a_line_with_the_names_in_it()
    {
        (string Command, Dictionary<string, string> Properties, string Text)[] read =
            [.. Lines(ReportTests.Write(ReportFormat.Azure, true, Items)).Select(AzureAgent.Read)];
        Assert.All(read, one => Assert.Equal("task.logissue", one.Command));
        Assert.All(read, one => Assert.Equal(["type", "code"], one.Properties.Keys));
        Assert.All(read, one => Assert.Equal("MissingIntermediate", one.Properties["code"]));
        Assert.All(read.Zip(Items), pair => Assert.StartsWith(
            InertText.Plain($"{pair.Second.Name}: MissingIntermediate: "),
            pair.First.Text.Replace("\u2060", "", StringComparison.Ordinal),
            StringComparison.Ordinal));
    }

    [Fact]
    public void Promtool_finds_nothing_to_say()
    {
        ForeignReader reader = ForeignReader.Of("promtool");
        Assert.Equal((0, ""), reader.Run(ReportTests.Write(ReportFormat.Prometheus, true, Items), "check", "metrics"));
        Assert.NotEqual(0, reader.Run("tlstrust_trusted{x=\"y} 1\n", "check", "metrics").Code);
    }

    [Fact]
    public void The_validator_of_SARIF_finds_nothing_to_say()
    {
        ForeignReader reader = ForeignReader.Of("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
        string folder = Directory.CreateTempSubdirectory("tlstrust-sarif-").FullName;
        try
        {
            string file = Path.Combine(folder, "report.sarif");
            File.WriteAllText(file, ReportTests.Write(ReportFormat.Sarif, true, Items));
            (int code, string said) = reader.Run("", "validate", file, "--rule-kind", "Sarif;Gh");
            Assert.Equal(0, code);
            Assert.DoesNotMatch("(error|warning) [A-Z]+[0-9]+:", said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static List<string> Kinds(MarkdownDocument document) =>
        [.. document.Descendants().Where(part => part is not (LiteralInline or HtmlEntityInline)).Select(part => part.GetType().Name)];

    // A reader joins spaces, and drops what stands at the ends; what we put between "@" and a name is not shown.
    private static string Words(string text) =>
        string.Join(' ', text.Replace("\u2060", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Text(TableCell cell)
    {
        StringBuilder text = new();
        foreach (MarkdownObject part in cell.Descendants())
        {
            text.Append(part switch
            {
                LiteralInline literal => literal.Content.ToString(),
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                _ => "",
            });
        }

        return Words(text.ToString());
    }

    private static XmlSchemaSet JUnitSchema()
    {
        using Stream stream = typeof(ReportReaderTests).Assembly.GetManifestResourceStream("junit.xsd")!;
        using XmlReader reader = XmlReader.Create(stream);
        XmlSchemaSet schemas = new();
        schemas.Add("", reader);
        return schemas;
    }
}

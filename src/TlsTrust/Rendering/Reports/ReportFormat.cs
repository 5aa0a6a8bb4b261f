using TlsTrust.Rendering.Reports;

namespace TlsTrust;

/// <summary>Forms in which results are handed over.</summary>
public enum ReportFormat
{
    /// <summary>One page for people: worst first, with pictures, remedies and a calendar.</summary>
    Html,

    /// <summary>For a ticket, a wiki or <c>$GITHUB_STEP_SUMMARY</c>.</summary>
    Markdown,

    /// <summary>JUnit XML: a test case for each result.</summary>
    JUnit,

    /// <summary>SARIF 2.1.0: a result for each finding.</summary>
    Sarif,

    /// <summary>Workflow commands of GitHub Actions: an annotation for each finding.</summary>
    GitHub,

    /// <summary>Logging commands of Azure Pipelines.</summary>
    Azure,

    /// <summary>Prometheus' text format, for the textfile collector of its node exporter.</summary>
    Prometheus,

    /// <summary>iCalendar: an event for the end of each certificate.</summary>
    ICalendar,

    /// <summary>Comma separated values, a row for each result.</summary>
    Csv,
}

/// <summary>One row a format: how its files end and who writes them.</summary>
/// <param name="Format">Its name.</param>
/// <param name="Extensions">Ends of file names, the usual one first; none where a file is never meant for it alone.</param>
/// <param name="Open">Begins a report.</param>
public sealed record ReportFormatRow(ReportFormat Format, IReadOnlyList<string> Extensions, Func<Stream, ReportOptions, ReportWriter> Open)
{
    /// <summary>Every format; a test demands a row for each.</summary>
    public static IReadOnlyList<ReportFormatRow> All { get; } =
    [
        new(ReportFormat.Html, [".html", ".htm"], static (stream, options) => new HtmlReport(stream, options)),
        new(ReportFormat.Markdown, [".md", ".markdown"], static (stream, options) => new MarkdownReport(stream, options)),
        new(ReportFormat.JUnit, [".junit.xml", ".xml"], static (stream, options) => new JUnitReport(stream, options)),
        new(ReportFormat.Sarif, [".sarif", ".sarif.json"], static (stream, options) => new SarifReport(stream, options)),
        new(ReportFormat.GitHub, [], static (stream, options) => new GitHubAnnotations(stream, options)),
        new(ReportFormat.Azure, [], static (stream, options) => new AzureAnnotations(stream, options)),
        new(ReportFormat.Prometheus, [".prom"], static (stream, options) => new PrometheusReport(stream, options)),
        new(ReportFormat.ICalendar, [".ics", ".ical"], static (stream, options) => new CalendarReport(stream, options)),
        new(ReportFormat.Csv, [".csv"], static (stream, options) => new CsvReport(stream, options)),
    ];

    /// <summary>The row of a format.</summary>
    public static ReportFormatRow Of(ReportFormat format) => All.First(row => row.Format == format);

    /// <summary>The format that a file's name stands for; null where it stands for none.</summary>
    /// <param name="file">A path.</param>
    public static ReportFormatRow? OfFile(string file) =>
        All.FirstOrDefault(row => row.Extensions.Any(extension => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase)));
}

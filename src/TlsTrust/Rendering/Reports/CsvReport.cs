using System.Globalization;

namespace TlsTrust.Rendering.Reports;

/// <summary>Comma separated values (RFC 4180): flat, enums as words, times with their zone.</summary>
internal sealed class CsvReport : TextReport
{
    private static readonly string[] Columns =
    [
        "Kind", "Name", "Verdict", "Cause", "Why", "DaysLeft", "ValidUntil", "Subject", "Issuer", "Sha256", "Findings", "Refuses", "Remedy",
            "RemedyFor", "Summary", "Address", "Store", "CheckedAt",
    ];

    public CsvReport(Stream stream, ReportOptions options)
        : base(stream, options, "\r\n") => Line(string.Join(',', Columns.Concat(options.Tags).Select(InertText.CsvCell)));

    public override void Finish(bool isComplete)
    {
        if (!isComplete)
        {
            Line(InertText.CsvCell("incomplete") + "," + InertText.CsvCell("the run was stopped here")
                + new string(',', Columns.Length + Options.Tags.Count - 2));
        }
    }

    protected override void Write(ReportItem item)
    {
        ChainCertificate? leaf = item.Certificates.Count > 0 ? item.Certificates[0] : null;
        ReportFinding? remedy = item.Findings.FirstOrDefault(finding => finding.Remedy.Length > 0);
        string[] texts =
        [
            item.Kind, item.Name, item.Verdict, item.Cause, item.Why,
        ];
        string[] more =
        [
            leaf?.Subject ?? "", leaf?.Issuer ?? "", leaf?.Sha256 ?? "",
            string.Join(", ", item.Findings.Select(finding => finding.Id).Distinct()),
            string.Join(", ", item.Clients.Where(client => client.Answer == ClientAnswer.Refuses).Select(client => client.Client)),
            remedy?.Remedy ?? "", remedy is null ? ""
                : remedy.RemedyFor.ToString(), item.Summary, item.Address, item.Store, item.At is { } at ? InertText.Time(at) : "",
        ];
        IEnumerable<string> tags = Options.Tags.Select(name => item.Tag.TryGetValue(name, out string? value) ? value : "");

        // A number of this program's own is no formula, with a minus before it either.
        string days = item.DaysLeft is { } left ? left.ToString(CultureInfo.InvariantCulture) : "";
        string until = item.ValidUntil is { } end ? InertText.Time(end) : "";
        Line(string.Join(',',
            texts.Select(InertText.CsvCell).Append(days).Append(until).Concat(more.Concat(tags).Select(InertText.CsvCell))));
    }
}

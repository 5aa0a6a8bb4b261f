using System.Globalization;

namespace TlsTrust.Rendering.Reports;

/// <summary>
/// Markdown for a ticket or a build's summary: counts, what is wrong with its cause, what to do and for whom, what ends next.
/// </summary>
internal sealed class MarkdownReport : TextReport
{
    // A step summary of GitHub holds 1 MiB and a person reads less: what is fine beyond this is only counted.
    private const int FineShown = 100;

    // What ends later than this is no news in a ticket.
    private const int SoonDays = 90;

    private const int NamesShown = 20;

    private readonly List<(int Rank, int Days, string Row)> _rows = [];
    private readonly SortedSet<(DateTime End, string Row)> _soon = [];
    private readonly RemedyGroups _remedies = new();
    private int _fineLeftOut;

    public MarkdownReport(Stream stream, ReportOptions options)
        : base(stream, options)
    {
    }

    public override void Finish(bool isComplete)
    {
        Line($"# {InertText.Markdown(Options.Title)}");
        Line();
        if (!isComplete)
        {
            Line("**Incomplete: the run was stopped before its end.**");
            Line();
        }

        Line($"{InertText.Markdown(Counts.ToString())}. Made at {InertText.Markdown(InertText.Time(Options.MadeAt))}.");
        Line();
        if (_rows.Count > 0)
        {
            Line("| Verdict | Cause | Name | Days left | Why |"
                + string.Concat(Options.Tags.Select(tag => $" {InertText.Markdown(tag)} |")));
            Line("|---|---|---|--:|---|" + string.Concat(Options.Tags.Select(_ => "---|")));
            foreach ((_, _, string row) in _rows.OrderBy(row => row.Rank).ThenBy(row => row.Days))
            {
                Line(row);
            }

            if (_fineLeftOut > 0)
            {
                Line();
                Line(FormattableString.Invariant($"And {_fineLeftOut} more that are fine."));
            }

            Line();
        }

        foreach (IGrouping<RemedyParty, RemedyGroup> party in _remedies.ByParty)
        {
            Line($"## {RemedyGroups.Heading(party.Key)}");
            Line();
            foreach (RemedyGroup group in party)
            {
                string names = string.Join(", ", group.Names.Take(NamesShown).Select(InertText.MarkdownCode));
                string more = group.Names.Count > NamesShown ? FormattableString.Invariant($" and {group.Names.Count - NamesShown} more")
                    : "";
                Line($"- **{InertText.Markdown(group.Id)}**: {InertText.Markdown(group.Remedy)} ({names}{more})");
            }

            Line();
        }

        if (_soon.Count > 0)
        {
            Line(FormattableString.Invariant($"## What ends within {SoonDays} days"));
            Line();
            Line("| Ends | Certificate | Name |");
            Line("|---|---|---|");
            foreach ((_, string row) in _soon)
            {
                Line(row);
            }
        }
    }

    protected override void Write(ReportItem item)
    {
        _remedies.Add(item);
        if (item.Level == ReportLevel.Fine && Counts[ReportLevel.Fine] > FineShown)
        {
            _fineLeftOut++;
        }
        else
        {
            string days = item.DaysLeft is { } left ? left.ToString(CultureInfo.InvariantCulture) : "";
            string tags =
                string.Concat(
                    Options.Tags.Select(tag => $" {(item.Tag.TryGetValue(tag, out string? value) ? InertText.Markdown(value) : "")} |"));
            _rows.Add(((int)item.Level, item.DaysLeft
                ?? int.MaxValue, $"| {InertText.Markdown(item.Verdict)} | {InertText.Markdown(item.Cause)} | " +
                    $"{InertText.MarkdownCode(item.Name)} | {days} | {InertText.Markdown(item.Why)} |{tags}"));
        }

        foreach (ChainCertificate certificate in item.Certificates.Where(certificate =>
            item.At is { } at && certificate.NotAfter < at.AddDays(SoonDays)))
        {
            _soon.Add((certificate.NotAfter, $"| {InertText.Day(certificate.NotAfter)} | {InertText.Markdown(certificate.Subject)} | " +
                $"{InertText.MarkdownCode(item.Name)} |"));
        }
    }
}

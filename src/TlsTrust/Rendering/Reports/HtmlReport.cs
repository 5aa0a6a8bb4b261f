using System.Globalization;
using System.Text;

namespace TlsTrust.Rendering.Reports;

/// <summary>
/// One page that holds all it needs: worst first, counts, filter and sort without a server, each chain's picture, findings with their
/// evidence, what to do and for whom, what ends when, who refuses. Without script it is the same page, without filter and sort.
/// </summary>
internal sealed class HtmlReport : TextReport
{
    // What ends later than this is no appointment yet.
    private const int CalendarDays = 400;

    private const int NamesShown = 40;

    private readonly FragmentSpool<(int Level, int Days)> _rows = new();
    private readonly RemedyGroups _remedies = new();
    private readonly MachineMatrix _matrix = new();
    private readonly SortedDictionary<DateTime, Dictionary<string, Ending>> _endings = [];
    private readonly SortedDictionary<string, (int Refuses, int Accepts, string Words)> _clients = new(StringComparer.Ordinal);

    public HtmlReport(Stream stream, ReportOptions options)
        : base(stream, options)
    {
    }

    public override void Finish(bool isComplete)
    {
        string title = InertText.Html(Options.Title);
        Line($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '{HtmlReportPage.ScriptHash}'; base-uri 'none'; form-action 'none'">
            <title>{title}</title>
            <style>{HtmlReportPage.Style}
            {ChainSvg.StyleSheet}</style>
            </head>
            <body>
            <header>
            <h1>{title}</h1>
            <p class="soft">Made at {InertText.Time(Options.MadeAt)} by TlsTrust {InertText.Html(Options.Version)}</p>
            """);
        if (!isComplete)
        {
            Line("<p class=\"banner\" role=\"alert\">Incomplete: the run was stopped before its end.</p>");
        }

        Line("<div class=\"counts\">");
        foreach (ReportLevel level in Enum.GetValues<ReportLevel>().Where(level => Counts[level] > 0))
        {
            Line(FormattableString.Invariant(
                $"<button type=\"button\" class=\"count {level}\" data-level=\"{level}\" aria-pressed=\"false\"><b>{Counts[level]}</b> {ReportCounts.Word(level)}</button>"));
        }

        Line("</div>\n</header>\n<main>\n<section id=\"results\"><h2>Results</h2>");
        Line($"""
            <p class="tools" hidden><label>Filter <input id="filter" type="search" placeholder="host, cause, issuer …"></label>
            <label>Sort by <select id="sort"><option value="level">worst first</option><option value="days">days left</option><option value="name">name</option><option value="cause">cause</option></select></label>
            <span id="shown" class="soft" role="status"></span></p>
            <div id="rows">
            """);
        _rows.CopyTo(Target);
        Line("</div></section>");
        _matrix.Write(Line);
        Remedies();
        Calendar();
        Clients();
        Line($"</main>\n<script>{HtmlReportPage.Script}</script>\n</body>\n</html>");
    }

    protected override void Write(ReportItem item)
    {
        _remedies.Add(item);
        _matrix.Add(item);
        foreach (ChainCertificate certificate in item.Certificates.Where(certificate =>
            item.At is not { } at || certificate.NotAfter < at.AddDays(CalendarDays)))
        {
            Note(certificate, item);
        }

        foreach (ClientVerdict client in item.Clients)
        {
            (int refuses, int accepts, string words) = _clients.GetValueOrDefault(client.Client, (0, 0, ""));
            bool refusal = client.Answer == ClientAnswer.Refuses;
            _clients[client.Client] =
                (refuses + (refusal ? 1 : 0), accepts + (client.Answer == ClientAnswer.Accepts ? 1 : 0), words.Length > 0 || !refusal
                    ? words : client.Message);
        }

        _rows.Add(((int)item.Level, item.DaysLeft ?? int.MaxValue), Row(item));
    }

    protected override void Dispose(bool disposing)
    {
        _rows.Dispose();
        base.Dispose(disposing);
    }

    private void Note(ChainCertificate certificate, ReportItem item)
    {
        if (!_endings.TryGetValue(certificate.NotAfter.Date, out Dictionary<string, Ending>? day))
        {
            _endings[certificate.NotAfter.Date] = day = new(StringComparer.Ordinal);
        }

        if (!day.TryGetValue(certificate.Sha256, out Ending? ending))
        {
            day[certificate.Sha256] = ending = new($"{certificate.Role}", certificate.Subject, []);
        }

        ending.Names.Add(item.Name);
    }

    private string Row(ReportItem item)
    {
        string days = item.DaysLeft is { } left ? left.ToString(CultureInfo.InvariantCulture) : "";
        StringBuilder row = new();
        row.Append(CultureInfo.InvariantCulture, $"""
            <details class="row" data-level="{(int)item.Level}" data-kind="{item.Level}" data-days="{days}" data-name="{InertText.Html(item.Name)}" data-cause="{InertText.Html(item.Cause)}">
            <summary><span class="verdict {item.Level}">{InertText.Html(item.Verdict)}</span><span class="cause">{InertText.Html(item.Cause)}</span><span class="name">{InertText.Html(item.Name)}</span><span class="days">{(days.Length > 0 ? $"{days} d" : "")}</span><span class="why">{InertText.Html(item.Why)}</span></summary>
            <div class="body"><p>{InertText.Html(item.Summary)}</p>

            """);
        if (item.NextCommand.Length > 0)
        {
            row.Append(CultureInfo.InvariantCulture, $"<p>Next: <code>{InertText.Html(item.NextCommand)}</code></p>\n");
        }

        string tags = string.Join(" · ", ShownTags(item).Select(tag => $"{InertText.Html(tag.Key)}: {InertText.Html(tag.Value)}"));
        if (tags.Length > 0)
        {
            row.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{tags}</p>\n");
        }

        foreach (ReportFinding finding in item.Findings)
        {
            row.Append(CultureInfo.InvariantCulture, $"<div class=\"finding {finding.Severity}\"><p><b>{finding.Severity} " +
                $"{InertText.Html(finding.Id)}</b>{(finding.Line > 0 ? $" (line {finding.Line})" : "")}: " +
                $"{InertText.Html(finding.Message)}</p>");
            if (finding.Evidence.Count > 0)
            {
                row.Append("<ul class=\"soft\">").Append(string.Concat(finding.Evidence.Select(fact => $"<li>{InertText.Html(fact)}</li>")))
                    .Append("</ul>");
            }

            row.Append(finding.Remedy.Length > 0 ? $"<p>{finding.RemedyFor}: {InertText.Html(finding.Remedy)}</p></div>\n" : "</div>\n");
        }

        if (item.Chain is { } chain)
        {
            row.Append("<div class=\"picture\">").Append(ChainSvg.Draw(chain, embedded: true, styled: false)).Append("</div>\n");
        }

        string refuses = Names(item, ClientAnswer.Refuses), accepts = Names(item, ClientAnswer.Accepts);
        row.Append(refuses.Length > 0 ? $"<p><b>Who refuses:</b> {refuses}</p>\n" : "");
        row.Append(accepts.Length > 0 ? $"<p class=\"soft\"><b>Who accepts:</b> {accepts}</p>\n" : "");
        string judged =
            string.Join(", ",
                new[] { item.Address.Length > 0 ? $"address {item.Address}" : "", item.Store.Length > 0 ? $"store {item.Store}"
                    : "", item.At is { } at ? $"judged for {InertText.Time(at)}" : "" }.Where(part => part.Length > 0));
        row.Append(judged.Length > 0 ? $"<p class=\"soft\">{InertText.Html(judged)}</p>\n" : "");
        return row.Append("</div></details>\n").ToString().ReplaceLineEndings("\n");
    }

    private void Remedies()
    {
        foreach (IGrouping<RemedyParty, RemedyGroup> party in _remedies.ByParty)
        {
            Line($"<section class=\"remedies\"><h2>{RemedyGroups.Heading(party.Key)}</h2><ul>");
            foreach (RemedyGroup group in party)
            {
                Line($"<li><b>{InertText.Html(group.Id)}</b>: {InertText.Html(group.Remedy)}<br><span " +
                    $"class=\"soft\">{Some(group.Names)}</span></li>");
            }

            Line("</ul></section>");
        }
    }

    private void Calendar()
    {
        if (_endings.Count == 0)
        {
            return;
        }

        Line("<section id=\"calendar\"><h2>What ends when</h2>");
        foreach (IGrouping<string, KeyValuePair<DateTime, Dictionary<string, Ending>>> month in _endings.GroupBy(day =>
            day.Key.ToString("MMMM yyyy", CultureInfo.InvariantCulture)))
        {
            Line($"<h3>{month.Key}</h3><ul>");
            foreach ((DateTime day, Ending ending) in month.SelectMany(day => day.Value.Values.Select(ending => (day.Key, ending))))
            {
                bool past = day < Options.MadeAt.Date;
                Line($"<li{(past ? " class=\"Untrusted\"" : "")}><b>{InertText.Day(day)}</b>{(past ? " (past)" : "")} " +
                    $"{InertText.Html(ending.Role)} {InertText.Html(ending.Subject)}<br><span " +
                    $"class=\"soft\">{Some(ending.Names)}</span></li>");
            }

            Line("</ul>");
        }

        Line("</section>");
    }

    private void Clients()
    {
        if (_clients.Values.Any(client => client.Refuses > 0))
        {
            Line("<section id=\"clients\"><h2>Who " +
                "refuses</h2><table><thead><tr><th>Client</th><th>Refuses</th><th>Accepts</th><th>Its words, " +
                "once</th></tr></thead><tbody>");
            foreach ((string client, (int refuses, int accepts, string words)) in _clients.OrderByDescending(client =>
                client.Value.Refuses))
            {
                Line(FormattableString.Invariant(
                    $"<tr><td>{InertText.Html(client)}</td><td>{refuses}</td><td>{accepts}</td><td>{InertText.Html(words)}</td></tr>"));
            }

            Line("</tbody></table></section>");
        }
    }

    private static string Names(ReportItem item, ClientAnswer answer) =>
        string.Join(", ", item.Clients.Where(client => client.Answer == answer).Select(client => InertText.Html(client.Client)));

    private static string Some(List<string> names) =>
        string.Join(", ", names.Take(NamesShown).Select(InertText.Html))
            + (names.Count > NamesShown ? FormattableString.Invariant($" and {names.Count - NamesShown} more") : "");

    private sealed record Ending(string Role, string Subject, List<string> Names);
}

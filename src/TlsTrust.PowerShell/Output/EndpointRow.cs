using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace TlsTrust.PowerShell.Output;

/// <summary>
/// One line a report, for the view of TlsTrust.Format.ps1xml: PowerShell's own tables know no window when they are laid out, and would
/// either cut or wrap every column. The widths are those of the view's heading.
/// </summary>
public static class EndpointRow
{
    /// <summary>Columns of the parts before the phrase; what is longer pushes the rest of its line to the right.</summary>
    public const int CauseWidth = 19;

    /// <inheritdoc cref="CauseWidth"/>
    public const int HostWidth = 33;

    /// <inheritdoc cref="CauseWidth"/>
    public const int DaysWidth = 8;

    // "Unreachable", the longest.
    private const int VerdictWidth = 11;

    // Where no window is known, and where output goes to a file: one line, which a narrower reader wraps once.
    private const int UnknownWindow = 120;

    // What PowerShell breaks lines at where there is no window.
    private const int Redirected = 80;

    // A window below this has no room for any phrase beside the rest; from the other on, one is rather cut than given a line of its own.
    private const int OneLine = 100;
    private const int AlwaysOneLine = 116;

    /// <summary>The verdict, in the width of its column.</summary>
    /// <param name="report">A report, or what is left of one from another session.</param>
    public static string Verdict(PSObject? report) => $"{report?.Properties["Verdict"]?.Value}".PadRight(VerdictWidth);

    /// <summary>All that stands behind the verdict: cause, host, days left and why.</summary>
    /// <param name="report">A report, or what is left of one from another session.</param>
    /// <param name="host">Whose window it is for.</param>
    public static string Rest(PSObject? report, PSHost? host)
    {
        if (Rehydration.Restore(report) is not EndpointReport row)
        {
            return "";
        }

        string cause = (row.Cause == Cause.None ? "" : row.Cause.ToString()).PadRight(CauseWidth);
        string days = (row.DaysLeft is { } left ? string.Create(CultureInfo.InvariantCulture, $"{left}") : "").PadLeft(DaysWidth);
        int? seen = ViewText.Window(host);
        int window = seen ?? UnknownWindow;
        string indent = new(' ', VerdictWidth + 1);

        // What is free beside the phrase goes to a long host; a window's last column stays empty.
        int beside = window - 1 - indent.Length - cause.Length - days.Length - 2;
        bool oneLine = window >= AlwaysOneLine || (window >= OneLine && beside - HostWidth > ViewText.Width(row.Why));
        int free = beside - (oneLine ? 1 + ViewText.Width(row.Why) : 0);
        string name = ViewText.Pad(ViewText.Cut(Host(row), Math.Max(free, HostWidth)), HostWidth);
        string before = $" {cause} {name} {days}";
        string why = ViewText.Cut(row.Why, oneLine ? window - 2 - VerdictWidth - ViewText.Width(before) : window - 1 - indent.Length);
        return oneLine
            ? $"{ViewText.Pad(before, seen is null ? Start(why, VerdictWidth + ViewText.Width(before) + 1) - VerdictWidth - 1 : 0)} {why}"
            : $"{before}\n{indent}{why}";
    }

    // A reader of 80 columns breaks the line anywhere, one of 120 not at all: where the phrase begins, or one of its words does, so that
    // both see whole words.
    private static int Start(string why, int earliest)
    {
        int latest = Math.Min(Redirected, UnknownWindow - 1 - ViewText.Width(why));
        if (latest >= Redirected - 1)
        {
            return latest;
        }

        for (int start = latest; start >= earliest; start--)
        {
            if (Redirected - 2 - start is var before && before < why.Length && why[before] == ' ')
            {
                return start;
            }
        }

        return Math.Max(earliest, latest);
    }

    private static string Host(EndpointReport row) => row.Machine is null ? Host(row.Endpoint) : $"{row.Machine}: {Host(row.Endpoint)}";

    /// <summary>The endpoint as a person writes it: without the port that everybody expects.</summary>
    /// <param name="endpoint">As a report names it.</param>
    public static string Host(string? endpoint) =>
        endpoint is null ? "" : !endpoint.Contains("://", StringComparison.Ordinal) && endpoint.EndsWith(":443", StringComparison.Ordinal)
            ? endpoint[..^4] : endpoint;

    /// <summary>What to do and what to run next; empty where the report is one of many.</summary>
    /// <param name="report">A report, or what is left of one from another session.</param>
    /// <param name="host">Whose window it is for.</param>
    public static string Advice(PSObject? report, PSHost? host)
    {
        if (Rehydration.Restore(report) is not EndpointReport { AskedAlone: true } row)
        {
            return "";
        }

        RemedyParty party = row.Findings.FirstOrDefault(finding => finding.Remedy.Length > 0)?.RemedyFor ?? RemedyParty.None;
        string indent = new(' ', 4);
        List<string> lines = [];
        if (row.Remedy.Length > 0)
        {
            lines.Add(ViewText.Wrap($"{indent}Remedy ({party}): {row.Remedy}", 1, host));
        }

        if (row.NextCommand.Length > 0)
        {
            lines.Add($"{indent}Next: {row.NextCommand}"); // whole, so that it can be copied
        }

        return string.Concat(lines.Select(line => $"\n{line}"));
    }
}

using System.Globalization;

namespace TlsTrust.Diagnosis;

/// <summary>
/// Compares two runs, the later one as it comes. An endpoint is the same by its name and the name checked; addresses tell several reports
/// of one apart.
/// </summary>
public sealed class ReportComparison
{
    private readonly Dictionary<(string, string, string), EndpointReport> _before = [];
    private readonly HashSet<(string, string)> _several = [];
    private readonly HashSet<(string, string, string)> _seen = [];

    /// <summary>Takes the earlier run.</summary>
    public ReportComparison(IEnumerable<EndpointReport> before)
    {
        ArgumentNullException.ThrowIfNull(before);
        List<EndpointReport> reports = [.. before];
        _several.UnionWith(reports.GroupBy(report => (report.Endpoint, report.HostName)).Where(group => group.Count() > 1)
            .Select(group => group.Key));
        foreach (EndpointReport report in reports)
        {
            _before[Key(report)] = report; // of two runs in one file the later one counts
        }
    }

    /// <summary>What became of an endpoint.</summary>
    public ReportDifference Compare(EndpointReport now)
    {
        ArgumentNullException.ThrowIfNull(now);
        _seen.Add(Key(now));
        EndpointReport? then = _before.GetValueOrDefault(Key(now));
        List<ReportChange> changes = then is null ? [ReportChange.New] : [.. Changes(then, now)];
        int? renewed = then is { NotAfter: { } old } && now.NotAfter is { } end && Leaf(then) != Leaf(now)
            ? (int)Math.Round((end - old).TotalDays) : null;
        return new()
        {
            Endpoint = now.Endpoint,
            Changes = changes.Count > 0 ? [.. changes] : [ReportChange.Same],
            VerdictBefore = then?.Verdict,
            Verdict = now.Verdict,
            CauseBefore = then?.Cause ?? Cause.None,
            Cause = now.Cause,
            RenewedByDays = renewed,
            ValidUntilBefore = then?.ValidUntil,
            ValidUntil = now.ValidUntil,
            DaysLeft = now.DaysLeft,
            CheckedAt = now.CheckedAt,
            IsWorse = now.Verdict != Verdict.Trusted && (then is null || then.Verdict == Verdict.Trusted),
            Summary = Words(then, now, changes, renewed),
        };
    }

    /// <summary>The endpoints of the earlier run that the later one did not have, when it is over.</summary>
    public IEnumerable<ReportDifference> Gone() =>
        _before.Where(report => !_seen.Contains(report.Key)).Select(report => new ReportDifference
    {
        Endpoint = report.Value.Endpoint,
        Changes = [ReportChange.Gone],
        VerdictBefore = report.Value.Verdict,
        CauseBefore = report.Value.Cause,
        ValidUntilBefore = report.Value.ValidUntil,
        CheckedAt = report.Value.CheckedAt,
        Summary = $"not looked at any more; it was {State(report.Value)}",
    });

    private static IEnumerable<ReportChange> Changes(EndpointReport then, EndpointReport now)
    {
        if (then.Verdict != now.Verdict)
        {
            yield return ReportChange.Verdict;
        }

        if (then.Cause != now.Cause)
        {
            yield return ReportChange.Cause;
        }

        // What did not arrive can't have changed.
        if (Leaf(then) is { } old && Leaf(now) is { } served && old != served)
        {
            yield return now.NotAfter > then.NotAfter ? ReportChange.Renewed : ReportChange.Certificate;
        }

        if (then.Presented.Count > 0 && now.Presented.Count > 0 && then.Presented[0].Issuer != now.Presented[0].Issuer)
        {
            yield return ReportChange.Issuer;
        }

        if (then.AnchorStore != now.AnchorStore)
        {
            yield return ReportChange.Store;
        }
    }

    private static string Words(EndpointReport? then, EndpointReport now, List<ReportChange> changes, int? renewed)
    {
        if (then is null)
        {
            return $"new: {State(now)}";
        }

        List<string> parts = [];
        if (changes.Contains(ReportChange.Verdict) || changes.Contains(ReportChange.Cause))
        {
            parts.Add($"was {State(then)}, is {State(now)}");
        }

        if (renewed is { } days)
        {
            parts.Add(days > 0 ? string.Create(CultureInfo.InvariantCulture, $"renewed by {days} days, until {now.NotAfter:yyyy-MM-dd}")
                : string.Create(CultureInfo.InvariantCulture, $"another certificate, valid until {now.NotAfter:yyyy-MM-dd}"));
        }

        if (changes.Contains(ReportChange.Issuer))
        {
            parts.Add($"issued by {now.Presented[0].Issuer}, before by {then.Presented[0].Issuer}");
        }

        if (changes.Contains(ReportChange.Store))
        {
            parts.Add($"judged with {now.AnchorStore}, before with {then.AnchorStore}");
        }

        return parts.Count > 0 ? string.Join("; ", parts) : $"still {State(now)}";
    }

    private static string State(EndpointReport report) =>
        report.Verdict == Verdict.Trusted ? "trusted" : $"{report.Verdict.ToString().ToLowerInvariant()} ({report.Why})";

    private static string? Leaf(EndpointReport report) => report.Presented.Count > 0 ? report.Presented[0].Sha256 : null;

    private (string, string, string) Key(EndpointReport report) =>
        (report.Endpoint, report.HostName, _several.Contains((report.Endpoint, report.HostName)) ? report.RemoteAddress ?? "" : "");
}

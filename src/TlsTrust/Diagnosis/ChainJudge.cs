using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis;

/// <summary>From evidence to one cause: a pure function. Which fault it is when an issuer is not found is decided here, by what the found issuers lead to.</summary>
public static class ChainJudge
{
    /// <summary>Judges a chain.</summary>
    /// <param name="evidence">All there is; at least one certificate was presented and could be read.</param>
    public static ChainJudgement Judge(ChainEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        Certificate leaf = evidence.Presented[0];
        PathSearchResult search = PathSearch.Search(Query(evidence));

        // The name is a fault of its own: it must not hide which path there is, nor be hidden by a path that is missing.
        PathSearchResult nameless = evidence.HostName is null || search.Path is not null ? search : PathSearch.Search(Query(evidence) with { HostName = null });
        PartialPath? best = nameless.Path is null && nameless.Partial.Count > 0 ? nameless.Partial[0] : null;
        bool reachesAnchor = nameless.Path is not null || best is { End: PathEnd.RuleFailed };
        IReadOnlyList<Certificate> bestPath = nameless.Path?.Certificates ?? best?.Certificates ?? [leaf];

        List<Finding> findings = [.. MachineFindings.OfStore(evidence.Store), .. evidence.Unreadable.Select(unreadable => Unreadable(unreadable, evidence.UnreadableStopsHandshake)), .. PresentationFindings.Of(evidence.Presented)];
        IReadOnlyList<Certificate> completed = bestPath;
        IReadOnlyList<FoundCertificate> missing = [];
        if (!reachesAnchor)
        {
            bool issuerWasRejected = best?.Rejections.Any(rejection => rejection is { IsError: true, Rule: PathRule.BadSignature }) == true;
            MissingIssuerJudgement judged = MissingIssuerJudge.Judge(evidence, bestPath);
            completed = judged.CompletedPath;
            missing = judged.Missing;

            // An issuer that is there, and whose key does not verify the signature, is not a missing one.
            if (!issuerWasRejected || missing.Count > 0)
            {
                findings.AddRange(judged.Findings);
            }
        }

        IReadOnlyList<Rejection> rejections = nameless.Path?.Warnings ?? best?.Rejections ?? [];
        findings.AddRange(RuleFindings.Of(rejections, evidence));
        findings.AddRange(NameFindings.Of(leaf, evidence.HostName));
        findings.AddRange(DateFindings.Of(evidence, nameless, bestPath));
        findings.AddRange(InterceptionFindings.Of(evidence, completed, reachesAnchor));
        findings.AddRange(RevocationFindings.Of(evidence, completed));
        findings.AddRange(reachesAnchor ? StrictFindings.Of(bestPath) : []);

        ResultList<Finding> sorted = CauseRanking.Sort(Distinct(findings));
        Cause cause = CauseRanking.CauseOf(sorted);
        return new()
        {
            Verdict = cause is Cause.None or Cause.Interception && reachesAnchor ? Verdict.Trusted : Verdict.Untrusted,
            Cause = cause,
            Findings = sorted,
            BestPath = bestPath,
            ReachesAnchor = reachesAnchor,
            CompletedPath = completed,
            Missing = missing,
            Search = search,
        };
    }

    /// <summary>The query a verdict is about: what was presented, against the store in use.</summary>
    public static PathQuery Query(ChainEvidence evidence) => new()
    {
        Leaf = evidence.Presented[0],
        Presented = evidence.Presented,
        Anchors = evidence.Store.Index,
        Distrusted = evidence.Store.DistrustedIndex,
        HostName = evidence.HostName,
        At = evidence.At,
        Policy = evidence.Policy,
        DemandProfile = true,
        Purpose = evidence.Purpose,
    };

    /// <summary>The finding for a certificate that can't be read.</summary>
    internal static Finding Unreadable((int Position, DerFault Fault) unreadable, bool stopsHandshake) => new()
    {
        Id = FindingId.Malformed,

        // The chain can do without a stranger that nobody can read; it can't do without the server's own certificate, nor where a client stops at the stranger.
        Severity = unreadable.Position == 0 || stopsHandshake ? Severity.Error : Severity.Warning,
        Depth = unreadable.Position,
        Message = $"The certificate at position {unreadable.Position} can't be read: {unreadable.Fault.Message}.",
        Evidence = [unreadable.Fault.ToString()],
        Remedy = "Have the certificate issued again by a CA that follows RFC 5280, or remove the damaged file from the server's configuration.",
        RemedyFor = RemedyParty.Server,
    };

    private static IEnumerable<Finding> Distinct(IEnumerable<Finding> findings) =>
        findings.GroupBy(finding => (finding.Id, finding.Depth)).Select(same => same.MaxBy(finding => finding.Severity)!);
}

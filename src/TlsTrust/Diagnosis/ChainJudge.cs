using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Results.Reports;

namespace TlsTrust.Diagnosis;

/// <summary>
/// From evidence to one cause: a pure function. Which fault it is when an issuer is not found is decided here, by what the found issuers
/// lead to.
/// </summary>
public static class ChainJudge
{
    /// <summary>Judges a chain.</summary>
    /// <param name="evidence">All there is; at least one certificate was presented and could be read.</param>
    public static ChainJudgement Judge(ChainEvidence evidence) => JudgeUntil(evidence, CancellationToken.None);

    /// <summary>Judges a chain until it is told to end; nothing else changes the answer.</summary>
    internal static ChainJudgement JudgeUntil(ChainEvidence evidence, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        Certificate leaf = evidence.Presented[0];
        PathSearchResult search = PathSearch.SearchUntil(Query(evidence), cancellation);

        // The name is a fault of its own: it must not hide which path there is, nor be hidden by a path that is missing.
        PathSearchResult nameless = evidence.HostName is null || search.Path is not null ? search
            : PathSearch.SearchUntil(Query(evidence) with { HostName = null }, cancellation);
        PartialPath? best = nameless.Path is null && nameless.Partial.Count > 0 ? nameless.Partial[0] : null;
        bool reachesAnchor = nameless.Path is not null || best is { End: PathEnd.RuleFailed };
        IReadOnlyList<Certificate> bestPath = nameless.Path?.Certificates ?? best?.Certificates ?? [leaf];

        List<Finding> findings =
            [.. MachineFindings.OfStore(evidence.Store), .. CompromisedKeyFindings.Of(evidence.Store, evidence.Presented),
                .. evidence.Unreadable.Select(unreadable => Unreadable(unreadable, evidence.UnreadableStopsHandshake)),
                    .. PresentationFindings.Of(evidence.Presented)];
        IReadOnlyList<Certificate> completed = bestPath;
        IReadOnlyList<FoundCertificate> missing = [];
        IReadOnlyList<Rejection> rejections = nameless.Path?.Warnings ?? best?.Rejections ?? [];
        if (!reachesAnchor)
        {
            MissingIssuerJudgement judged = MissingIssuerJudge.Judge(evidence, bestPath, cancellation);
            completed = judged.CompletedPath;
            missing = judged.Missing;

            // A key that is the named one and did not make the signature is a bad signature, and no missing issuer. Any other is.
            bool issuerWasRejected = best is { End: PathEnd.IssuerKeyMismatch }
                && best.OtherKeys.Any(candidate => !StaleIssuerFindings.IsOtherKey(best.Last, candidate));
            if (!issuerWasRejected || missing.Count > 0)
            {
                findings.AddRange(judged.Findings);
                rejections =
                    [.. rejections.Where(rejection => rejection.Rule != PathRule.BadSignature || rejection.Depth != bestPath.Count - 1)];
            }
        }

        findings.AddRange(RuleFindings.Of(rejections, evidence));
        findings.AddRange(NameFindings.Of(leaf, evidence.HostName, evidence.WithoutServerName));
        findings.AddRange(NamelessFindings.Of(evidence));
        findings.AddRange(InterceptionFindings.Of(evidence, completed, reachesAnchor));
        findings.AddRange(RevocationFindings.Of(evidence, completed));
        findings.AddRange(reachesAnchor ? StrictFindings.Of(bestPath) : []);
        findings.AddRange(OpenSslFindings.Of(evidence, search.VerifyAsOpenSsl(cancellation), bestPath, findings));
        findings.AddRange(
            DateFindings.Of(evidence, bestPath, avoids: nameless.Path is not null
                && findings.TrueForAll(finding => finding.Severity != Severity.Error)));

        ResultList<Finding> sorted = CauseTable.Sort(Distinct(findings));
        (Verdict verdict, Cause cause) = VerdictRule.Of(sorted);
        return new()
        {
            Verdict = verdict,
            Cause = cause,
            Findings = sorted,
            BestPath = bestPath,
            ReachesAnchor = reachesAnchor,
            CompletedPath = completed,
            Missing = missing,
            Search = search,
        };
    }

    /// <summary>The judgement of a chain for which the time did not suffice: nothing is known of it.</summary>
    internal static ChainJudgement GivenUp(ChainEvidence evidence, string reason)
    {
        Certificate leaf = evidence.Presented[0];
        ResultList<Finding> findings = [MissingIssuerFindings.GivenUp(evidence, reason)];
        (Verdict verdict, Cause cause) = VerdictRule.Of(findings);
        return new()
        {
            Verdict = verdict,
            Cause = cause,
            Findings = findings,
            BestPath = [leaf],
            CompletedPath = [leaf],
            Search = PathSearchResult.GivenUp(Query(evidence), reason),
            IsGivenUp = true,
        };
    }

    /// <summary>The judgement with what the clients' rows add: who refuses what is trusted, and that nobody refuses what is not.</summary>
    internal static ChainJudgement WithClients(ChainJudgement judgement, ChainEvidence evidence, ResultList<ClientVerdict> clients)
    {
        ResultList<Finding> findings = CauseTable.Sort(ClientFindings.Complete(judgement.Findings, clients, evidence));
        (Verdict verdict, Cause cause) = VerdictRule.Of(findings);
        return judgement with { Findings = findings, Verdict = verdict, Cause = cause };
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
    internal static Finding Unreadable(UnreadableCertificate unreadable, bool stopsHandshake) => new()
    {
        Id = FindingId.Malformed,

        // The chain can do without a stranger that nobody can read; it can't do without the server's own certificate, nor where a client
        // stops at the stranger.
        Severity = unreadable.Position == 0 || stopsHandshake ? Severity.Error : Severity.Warning,
        Depth = unreadable.Position,
        Message = $"The certificate at position {unreadable.Position} can't be read: {unreadable.Fault.Message}.",
        Evidence = [unreadable.Fault.ToString()],
        Remedy = "Have the certificate issued again by a CA that follows RFC 5280, or remove the damaged file from the server's " +
            "configuration.",
        RemedyFor = RemedyParty.Server,
    };

    private static List<Finding> Distinct(IEnumerable<Finding> findings)
    {
        List<Finding> distinct = [];
        foreach (Finding finding in findings)
        {
            int same = distinct.FindIndex(known => known.Id == finding.Id && known.Depth == finding.Depth);
            if (same < 0)
            {
                distinct.Add(finding);
            }
            else if (finding.Severity > distinct[same].Severity)
            {
                distinct[same] = finding;
            }
        }

        return distinct;
    }
}

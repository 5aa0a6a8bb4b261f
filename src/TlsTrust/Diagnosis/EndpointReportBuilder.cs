using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis;

/// <summary>Puts what was seen and what it amounts to into the report.</summary>
internal static class EndpointReportBuilder
{
    public static EndpointReport Make(
        ConnectionEvidence connection, ChainEvidence? chain, ChainJudgement? judgement, IReadOnlyList<Finding> connectionFindings, EndpointTestOptions options, TimeSpan diagnosis)
    {
        ResultList<Finding> findings = CauseRanking.Sort([.. connectionFindings, .. judgement?.Findings ?? []]);
        bool unreachable = connection.Outcome != Cause.None;
        bool gaveUp = false;
        if (connection is { Outcome: Cause.HandshakeRefused, Alert: null } && findings.Any(finding => finding is { Id: FindingId.Malformed, Severity: Severity.Error }))
        {
            // It was this side that gave up, since it could not read what arrived: the certificate is the fault.
            findings = [.. findings.Where(finding => finding.Id != FindingId.HandshakeRefused)];
            unreachable = false;
            gaveUp = true;
        }

        Cause cause = unreachable ? connection.Outcome : CauseRanking.CauseOf(findings);
        Verdict verdict = unreachable ? Verdict.Unreachable
            : judgement is not null && findings.All(finding => finding.Severity != Severity.Error) ? Verdict.Trusted
            : Verdict.Untrusted;

        // A client that gives up inside the handshake never comes to a code, whatever the rest of the chain is worth.
        OpenSslResult? openSsl = gaveUp ? null : judgement?.Search.OpenSsl;
        DateTime at = chain?.At ?? options.At ?? options.Clock.GetUtcNow().UtcDateTime;
        return new()
        {
            Endpoint = connection.Endpoint.ToString(),
            Tag = connection.Endpoint.Tag,
            HostName = connection.ServerName,
            Port = connection.Endpoint.Port,
            RemoteAddress = connection.RemoteAddress?.ToString(),
            ResolvedAddresses = [.. connection.ResolvedAddresses.Select(address => address.ToString())],
            ViaProxy = connection.ViaProxy,
            Verdict = verdict,
            Cause = cause,
            Summary = Summary(connection, verdict, cause, findings, judgement),
            Findings = findings,
            OpenSslCode = openSsl?.Code,
            OpenSslError = openSsl?.Text,
            ErrorDepth = openSsl is { Code: not 0 } ? openSsl.Depth : null,
            Protocol = connection.Protocol is { } protocol ? ProtocolName.Of(protocol) : null,
            CipherSuite = connection.CipherSuite?.ToString(),
            ApplicationProtocol = connection.Alpn,
            Presented = chain is null ? [] : ChainDescription.Presented(chain, at),
            PresentedFrom = connection.PresentedFrom.Length > 0 ? connection.PresentedFrom : null,
            BuiltPath = chain is null || judgement is null ? [] : ChainDescription.BuiltPath(chain, judgement),
            MissingIssuer = chain is null || judgement is not { Missing.Count: > 0 } ? null : ChainDescription.Missing(chain, judgement, judgement.Missing[0]),
            NotAfter = chain?.Presented[0].NotAfter,
            ClientCertificateRequested = connection.ClientCertificateRequested,
            RevocationStatus = Revocation(chain),
            Timings = [.. connection.Timings, new PhaseTiming("Diagnosis", diagnosis.TotalMilliseconds)],
            Clients = chain is null ? [] : ClientProfiles.Decide(ClientEvidenceOf(chain, connection) with { Unreadable = UnreadableOf(chain, gaveUp, findings) }),
            AnchorStore = options.Store.Name,
            CheckedAt = at,
        };
    }

    /// <summary>What the client profiles decide by.</summary>
    public static ClientEvidence ClientEvidenceOf(ChainEvidence chain, ConnectionEvidence? connection) => new()
    {
        Query = ChainJudge.Query(chain),
        AnchorsOf = chain.StoreOf,
        PublicRoots = chain.PublicRoots.Index,
        Downloaded = chain.DownloadsAllowed ? [.. chain.Found.Where(found => found.Downloaded).Select(found => found.Certificate)] : null,
        Protocol = connection?.Protocol is { } protocol ? ProtocolName.Of(protocol) : null,
        CipherSuite = connection?.CipherSuite?.ToString(),
        Unreadable = UnreadableOf(chain, gaveUp: false, []),
        Revoked = [.. chain.Revocation.Where(result => result is { Depth: 0, Status: RevocationStatus.Revoked, Channel: not null }).Select(result => result.Channel!.Value)],
    };

    // What stopped this side's own TLS stops every client that parses all it is sent.
    private static string? UnreadableOf(ChainEvidence chain, bool gaveUp, IReadOnlyList<Finding> findings) =>
        chain.Unreadable is [{ } first, ..] ? first.Fault.ToString()
        : gaveUp ? findings.First(finding => finding is { Id: FindingId.Malformed, Severity: Severity.Error }).Message
        : null;

    // One sentence that a ticket could hold: who, what, and the one thing to do.
    private static string Summary(ConnectionEvidence connection, Verdict verdict, Cause cause, ResultList<Finding> findings, ChainJudgement? judgement)
    {
        Finding? first = findings.FirstOrDefault(finding => (int)finding.Id == (int)cause);
        string who = connection.Endpoint.ToString();
        return verdict switch
        {
            Verdict.Trusted when cause == Cause.None => string.Create(
                CultureInfo.InvariantCulture,
                $"{who} is trusted: {(judgement!.BestPath.Count == 1 ? "the server's certificate is in the store itself" : $"the chain of {judgement.BestPath.Count} certificates ends in {judgement.BestPath[^1].Subject}")}, and the server's certificate is valid until {judgement.BestPath[0].NotAfter:yyyy-MM-dd}."),
            Verdict.Trusted => $"{who} is trusted, but: {first?.Message}",
            Verdict.Untrusted => $"{who} is not trusted: {first?.Message ?? "no certificate arrived."}",
            _ => $"{who} is unreachable: {first?.Message ?? connection.Detail}",
        };
    }

    /// <summary>The worst that is known of a chain's revocation, in words.</summary>
    public static string Revocation(ChainEvidence? chain) =>
        chain is null || chain.Revocation.Count == 0 ? "not asked"
        : (chain.Revocation.FirstOrDefault(result => result.Status == RevocationStatus.Revoked)
            ?? chain.Revocation.FirstOrDefault(result => result.Status == RevocationStatus.Unknown)
            ?? chain.Revocation[0]).ToString();
}

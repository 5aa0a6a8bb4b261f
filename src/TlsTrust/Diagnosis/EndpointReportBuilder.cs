using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;
using TlsTrust.Results.Reports;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis;

/// <summary>Puts what was seen and what it amounts to into the report.</summary>
internal static class EndpointReportBuilder
{
    public static EndpointReport Make(
        ConnectionEvidence connection, DiagnosedChain? diagnosed, IReadOnlyList<Finding> connectionFindings, EndpointTestOptions options,
            TimeSpan diagnosis)
    {
        ChainEvidence? chain = diagnosed?.Evidence;
        ChainJudgement? judgement = diagnosed?.Judgement;
        ResultList<ClientVerdict> clients = diagnosed?.Clients ?? [];
        ResultList<Finding> findings = CauseTable.Sort(
        [
            .. connectionFindings,
            .. judgement?.Findings ?? [],
            .. ExpectedCertificateFindings.Of(chain?.Presented ?? [], options.ExpectedCertificates, connection.RemoteAddress?.ToString()),
        ]);
        bool gaveUp = false;
        if (connection is { Outcome: Cause.HandshakeRefused, Alert: null }
            && findings.Any(finding => finding is { Id: FindingId.Malformed, Severity: Severity.Error }))
        {
            // It was this side that gave up, since it could not read what arrived: the certificate is the fault.
            findings = [.. findings.Where(finding => finding.Id != FindingId.HandshakeRefused)];
            gaveUp = true;
        }

        findings = chain is null ? findings : CauseTable.Sort(ClientFindings.Complete(findings, clients, chain));
        (Verdict verdict, Cause cause) =
            VerdictRule.Of(findings, someClientConnects: clients.Any(row => row.Answer == ClientAnswer.Accepts));

        // A client that gives up inside the handshake never comes to a code, whatever the rest of the chain is worth.
        OpenSslResult? openSsl = gaveUp || judgement is { IsGivenUp: true } ? null : judgement?.Search.OpenSsl;
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
            MissingIssuer = chain is null || judgement is not { Missing.Count: > 0 } ? null
                : ChainDescription.Missing(chain, judgement, judgement.Missing[0]),
            WithoutServerName = chain is null ? null : ChainDescription.WithoutServerName(chain),
            NotAfter = chain?.Presented[0].NotAfter,
            ClientCertificateRequested = connection.ClientCertificateRequested,
            ClientCertificateIssuers = [.. connection.ClientCertificateIssuers],
            RevocationStatus = Revocation(chain),
            Timings = [.. connection.Timings, new PhaseTiming("Diagnosis", diagnosis.TotalMilliseconds)],
            Clients = clients,
            AnchorStore = options.Store.Name,
            AnchorParts = [.. options.Store.Parts],
            CheckedAt = at,
        };
    }

    /// <summary>
    /// How the handshake went, for the clients' rows: a demand for a client certificate is no end of it, since a client may hold one.
    /// </summary>
    public static HandshakeFacts HandshakeOf(ConnectionEvidence connection) => new()
    {
        Protocol = connection.Protocol is { } protocol ? ProtocolName.Of(protocol) : null,
        CipherSuite = connection.CipherSuite?.ToString(),
        Port = connection.Endpoint.Port,
        IsStapled = connection.StapledOcsp is not null ? true : connection.StapleIsAbsent ? false : null,
        GaveUp = connection is { Outcome: Cause.HandshakeRefused, Alert: null },
        Impossible = connection.KeyIsUnknownHere || connection.Outcome is Cause.None or Cause.ProtocolVersion
            || ConnectionFindings.WantsOnlyACertificate(connection) ? null : connection.Detail,
    };

    // One sentence that a ticket could hold: who, what, and the one thing to do.
    private static string Summary(ConnectionEvidence connection, Verdict verdict, Cause cause, ResultList<Finding> findings,
        ChainJudgement? judgement)
    {
        Finding? first = findings.FirstOrDefault(finding => (int)finding.Id == (int)cause);
        string who = connection.Endpoint.ToString();
        return verdict switch
        {
            Verdict.Trusted when cause == Cause.None => string.Create(
                CultureInfo.InvariantCulture,
                $"{who} is trusted: " +
                $"{(judgement!.BestPath.Count == 1 ? "the server's certificate is in the store itself"
                    : $"the chain of {judgement.BestPath.Count} certificates ends in {judgement.BestPath[^1].Subject}")}" +
                $", and the server's certificate is valid until {judgement.BestPath[0].NotAfter:yyyy-MM-dd}."),
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

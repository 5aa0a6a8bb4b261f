using TlsTrust.Clients;
using TlsTrust.Connections.Endpoints;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Paths;
using TlsTrust.Revocation;

namespace TlsTrust.Diagnosis;

/// <summary>
/// Asks the client profiles about the server's certificate and handshake, as a client that holds an accepted certificate would find them.
/// </summary>
internal static class ClientRows
{
    /// <summary>One row a client.</summary>
    public static ResultList<ClientVerdict> Of(ChainEvidence chain, ChainJudgement judgement, HandshakeFacts handshake,
        CancellationToken cancellation)
    {
        if (chain.Purpose != Purpose.ServerAuthentication)
        {
            return []; // no client connects to a CA
        }

        // What stopped this side's own TLS stops every client that parses all it is sent.
        string? malformed = handshake.GaveUp
            ? judgement.Findings.FirstOrDefault(finding => finding is { Id: FindingId.Malformed, Severity: Severity.Error })?.Message
                : null;
        string? unreadable = chain.Unreadable is [{ } first, ..] ? first.Fault.ToString() : malformed;
        ResultList<ClientVerdict> rows = ClientProfiles.DecideUntil(EvidenceOf(chain, handshake, unreadable), cancellation);

        // What a client thinks of the certificate stands; that it connects does not, where nobody can.
        return handshake.Impossible is not { } reason || malformed is not null ? rows :
            [.. rows.Select(row =>
                row.Answer != ClientAnswer.Accepts ? row
                    : row with { Answer = ClientAnswer.Unknown,
                        Reason = $"it takes the certificate, and no handshake came about: {reason}" })];
    }

    /// <summary>Rows for a chain that could not be judged in time.</summary>
    public static ResultList<ClientVerdict> Undecided(string reason) =>
        [.. ClientProfiles.Names.Select(name => new ClientVerdict { Client = name, Answer = ClientAnswer.Unknown, Reason = reason })];

    private static ClientEvidence EvidenceOf(ChainEvidence chain, HandshakeFacts handshake, string? unreadable) => new()
    {
        Query = ChainJudge.Query(chain),
        AnchorsOf = chain.StoreOf,
        PublicRoots = chain.PublicRoots.Index,
        DownloadedInPkcs7 = [.. chain.Found.Where(found => found.Downloaded && found.Origin.InPkcs7).Select(found => found.Certificate)],
        Downloaded = chain.DownloadsAllowed ? [.. chain.Found.Where(found => found.Downloaded).Select(found => found.Certificate)] : null,
        Protocol = handshake.Protocol,
        CipherSuite = handshake.CipherSuite,
        BlockedPort = handshake.Port is { } port && BlockedPorts.Contain(port) ? port : null,
        IsStapled = handshake.IsStapled,
        Unreadable = unreadable,
        Revoked = [.. chain.Revocation.Where(result => result is { Depth: 0, Status: RevocationStatus.Revoked, Channel: not null })
            .Select(result => result.Channel!.Value)],
    };
}

using TlsTrust.Certificates;
using TlsTrust.Clients;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>What strict clients refuse in a path that the others take: Python since 3.13, <c>openssl -x509_strict</c>.</summary>
internal static class StrictFindings
{
    private const string Everybody = "Strict clients (Python 3.13 and later) refuse";
    private const string Python = "Python 3.13";

    public static IEnumerable<Finding> Of(IReadOnlyList<Certificate> path)
    {
        foreach (IGrouping<int, StrictFailure> failures in OpenSslStrict.CheckAll(path).GroupBy(failure => failure.Depth))
        {
            Certificate certificate = path[failures.Key];
            yield return new Finding
            {
                Id = FindingId.StrictX509,
                Severity = Severity.Warning,
                Depth = failures.Key,
                Message = $"{Everybody} {certificate}: {failures.First().Text}.",
                Evidence = [.. failures.Select(failure => failure.ToString())],
                Remedy = $"Have {(failures.Key == 0 ? "the server's certificate" : $"the CA certificate {certificate}")} issued again as " +
                    $"RFC 5280 asks for.",
                RemedyFor = RemedyParty.Server,
            };
        }
    }

    /// <summary>
    /// The finding as it is true beside the rows: Python takes any certificate of the store for an anchor, so that its path may end before
    /// the one that is at fault.
    /// </summary>
    public static Finding Beside(IReadOnlyList<ClientVerdict> clients, Finding finding) =>
        finding.Id == FindingId.StrictX509 && finding.Message.StartsWith(Everybody, StringComparison.Ordinal)
        && clients.Any(row => row is { Client: Python, Answer: ClientAnswer.Accepts })
            ? finding with
            {
                Message = "openssl -x509_strict refuses" + finding.Message[Everybody.Length..],
                Evidence = [.. finding.Evidence, $"{Python} accepts: its path ends in an anchor before that certificate"],
            }
            : finding;
}

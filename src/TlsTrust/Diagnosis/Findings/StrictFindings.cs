using TlsTrust.Certificates;
using TlsTrust.Clients;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>What strict clients refuse in a path that the others take: Python since 3.13, <c>openssl -x509_strict</c>.</summary>
internal static class StrictFindings
{
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
                Message = $"Strict clients (Python 3.13 and later) refuse {certificate}: {failures.First().Text}.",
                Evidence = [.. failures.Select(failure => failure.ToString())],
                Remedy = $"Have {(failures.Key == 0 ? "the server's certificate" : $"the CA certificate {certificate}")} issued again as " +
                    $"RFC 5280 asks for.",
                RemedyFor = RemedyParty.Server,
            };
        }
    }
}

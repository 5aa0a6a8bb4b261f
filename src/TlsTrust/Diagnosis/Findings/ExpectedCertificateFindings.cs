using System.Globalization;
using TlsTrust.Certificates;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>Whether the certificate that was expected is the one that is served.</summary>
internal static class ExpectedCertificateFindings
{
    /// <param name="presented">What the server sent, its own certificate first.</param>
    /// <param name="expected">Digests of the certificates that would do, SHA-256 or SHA-1 in upper-case hexadecimal; none where nothing is
    /// expected.</param>
    /// <param name="address">The address that was connected to, or null.</param>
    public static IEnumerable<Finding> Of(IReadOnlyList<Certificate> presented, IReadOnlyList<string> expected, string? address)
    {
        if (expected.Count == 0 || presented.Count == 0 || expected.Contains(presented[0].Sha256) || expected.Contains(presented[0].Sha1))
        {
            yield break;
        }

        Certificate served = presented[0];
        yield return new Finding
        {
            Id = FindingId.OtherCertificateServed,
            Severity = Severity.Warning,
            Depth = 0,
            Message = string.Create(CultureInfo.InvariantCulture,
                $"Not the expected certificate is served{(address is null ? "" : $" at {address}")}, but {served.Subject}, valid from " +
                $"{served.NotBefore:yyyy-MM-dd} to {served.NotAfter:yyyy-MM-dd}."),
            Evidence =
            [
                $"served: SHA-256 {served.Sha256}, serial number {served.SerialNumber}",
                $"issued by {served.Issuer}",
                $"expected: {string.Join(" or ", expected)}",
            ],
            Remedy = "Install the expected certificate at this address too, and reload the service; behind a balancer every node has " +
                "to have it.",
            RemedyFor = RemedyParty.Server,
        };
    }
}

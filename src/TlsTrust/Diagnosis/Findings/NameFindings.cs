using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>Whether the certificate is for the name asked for (RFC 9525).</summary>
internal static class NameFindings
{
    public static IEnumerable<Finding> Of(Certificate leaf, string? hostName)
    {
        bool hasNames = leaf.SubjectAlternativeName is { } names && (names.DnsNames.Count > 0 || names.IpAddresses.Count > 0);
        if (!hasNames)
        {
            yield return new Finding
            {
                Id = FindingId.NoSubjectAltName,
                Severity = Severity.Warning,
                Depth = 0,
                Message = $"The certificate {leaf.Subject} has no subject alternative name; a common name alone counts no more.",
                Evidence = ["no DNS name or IP address in a subjectAltName extension", leaf.Subject.CommonName is { } common ? $"the common name is {common}" : "there is no common name"],
                Remedy = "Have the certificate issued again with the names in the subject alternative name.",
                RemedyFor = RemedyParty.Server,
            };
        }

        if (hostName is null || HostNameMatcher.Match(hostName, leaf))
        {
            yield break;
        }

        IReadOnlyList<string> wouldWork = HostNameMatcher.NamesThatWouldWork(leaf);
        yield return new Finding
        {
            Id = FindingId.NameMismatch,
            Severity = Severity.Error,
            Depth = 0,
            Message = wouldWork.Count > 0
                ? $"The certificate is not for {hostName}, but for {Some(wouldWork)}."
                : $"The certificate is not for {hostName}, nor for any other name.",
            Evidence = [$"names in the certificate: {(wouldWork.Count > 0 ? string.Join(", ", wouldWork) : "none")}", $"name asked for: {hostName}"],
            Remedy = $"Have the certificate issued again with {hostName} in it, or use a name that it is for; -HostName checks another name.",
            RemedyFor = RemedyParty.Server,
        };
    }

    private static string Some(IReadOnlyList<string> names) =>
        names.Count <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more";
}

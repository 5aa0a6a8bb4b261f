using System.Security.Cryptography;
using TlsTrust.Connections.Handshakes;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>
/// Whether all addresses of a name serve the same chain: one forgotten machine behind a name is the fault that comes and goes.
/// </summary>
internal static class AddressFindings
{
    public static Finding? Disagree(IReadOnlyList<ConnectionEvidence> seen)
    {
        ILookup<string, string> byChain = seen
            .Where(evidence => evidence.Presented.Count > 0 && evidence.RemoteAddress is not null)
            .ToLookup(Fingerprint, evidence => evidence.RemoteAddress!.ToString());
        return byChain.Count < 2 ? null : new Finding
        {
            Id = FindingId.AddressesDisagree,
            Severity = Severity.Warning,
            Message = $"The addresses of {seen[0].Endpoint.HostName} serve {byChain.Count} different chains.",
            Evidence = [.. byChain.Select(chain => $"{string.Join(", ", chain)}: {chain.Key}")],
            Remedy = "Bring the machines behind these addresses to the same certificate files; one of them was forgotten at the last " +
                "renewal.",
            RemedyFor = RemedyParty.Server,
        };
    }

    /// <summary>The chain that was served, by its length and digests.</summary>
    internal static string Fingerprint(ConnectionEvidence evidence)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> certificate in evidence.Presented)
        {
            hash.AppendData(certificate.Span);
        }

        return $"{evidence.Presented.Count} certificate{(evidence.Presented.Count == 1 ? "" : "s")}, SHA-256 of the server's own " +
            $"{Convert.ToHexString(SHA256.HashData(evidence.Presented[0].Span))}, of all " +
            $"{Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 8))}…";
    }
}

using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Revocation;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>What the answers about revocation amount to: revoked needs proof, and "could not ask" is never "revoked".</summary>
internal static class RevocationFindings
{
    public static IEnumerable<Finding> Of(ChainEvidence evidence, IReadOnlyList<Certificate> path)
    {
        foreach (RevocationResult result in evidence.Revocation)
        {
            Certificate certificate = path[Math.Min(result.Depth, path.Count - 1)];
            if (result.Status == RevocationStatus.Revoked)
            {
                yield return new Finding
                {
                    Id = FindingId.Revoked,
                    Severity = Severity.Error,
                    Depth = result.Depth,
                    Message = string.Create(CultureInfo.InvariantCulture,
                        $"{certificate.Subject} was revoked on " +
                        $"{result.RevokedAt:yyyy-MM-dd}" +
                        $"{(result.Reason is { } reason and not RevocationReason.Unspecified ? $" ({reason})" : "")}."),
                    Evidence = [$"a signed answer says so: {result.Source}", .. result.Attempts],
                    Remedy = "Replace the certificate and its key at the server; find out why the CA revoked it.",
                    RemedyFor = RemedyParty.Server,
                };
            }
            else if (result.Status == RevocationStatus.Unknown)
            {
                yield return new Finding
                {
                    Id = FindingId.RevocationUnknown,
                    Severity = Severity.Warning,
                    Depth = result.Depth,
                    Message = $"Whether {certificate.Subject} is revoked could not be found out.",
                    Evidence = [.. result.Attempts],
                    Remedy = "Let this machine reach the CA's OCSP responder and CRL, or let the server staple an OCSP answer. It " +
                        "does not mean that the certificate is revoked.",
                    RemedyFor = RemedyParty.Network,
                };
            }
        }
    }
}

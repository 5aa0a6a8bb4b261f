using TlsTrust.Diagnosis.Findings;
using TlsTrust.Results.Reports;

namespace TlsTrust.Diagnosis;

/// <summary>The one rule by which findings become a verdict and a cause, whoever asks.</summary>
internal static class VerdictRule
{
    /// <summary>
    /// Any error makes it untrusted, and the first by rank is the cause; a connection that no client at all could have makes it
    /// unreachable. A trusted chain that somebody else issues on the way has the cause Interception.
    /// </summary>
    /// <param name="sorted">What <see cref="CauseTable.Sort"/> returned.</param>
    /// <param name="someClientConnects">Whether some client could finish the handshake, whatever it then thinks of the certificate.</param>
    internal static (Verdict Verdict, Cause Cause) Of(IReadOnlyList<Finding> sorted, bool someClientConnects = true)
    {
        if (sorted.Count == 0 || sorted[0].Severity != Severity.Error)
        {
            return (Verdict.Trusted, sorted.Any(finding => finding is { Id: FindingId.Interception, Severity: Severity.Warning })
                ? Cause.Interception : Cause.None);
        }

        Cause cause = (Cause)(int)sorted[0].Id;
        return (CauseTable.Of(cause).Stage == CauseStage.Connection && !someClientConnects ? Verdict.Unreachable
            : Verdict.Untrusted, cause);
    }
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>
/// What is untidy about the list a server sends: order, duplicates, strangers, the root. RFC 8446 §4.4.2, RFC 5246 §7.4.2.
/// </summary>
internal static class PresentationFindings
{
    /// <summary>Judges names and key identifiers only: whether signatures hold is the path search's question.</summary>
    /// <param name="presented">As sent, the server's certificate first.</param>
    public static IEnumerable<Finding> Of(IReadOnlyList<Certificate> presented)
    {
        // Strangers and second copies are called so once, and then left out of the question of order.
        bool[] related = Related(presented);
        HashSet<Certificate> seen = [];
        List<int> ordered = [];
        List<int> misplaced = [];
        for (int i = 0; i < presented.Count; i++)
        {
            Certificate certificate = presented[i];
            if (!seen.Add(certificate))
            {
                yield return Untidy(FindingId.DuplicateSent, i, $"{certificate.Subject} is sent more than once.",
                    "Remove the second copy from the server's certificate file.");
                continue;
            }

            if (!related[i] && IsBelowFirst(presented, i))
            {
                // The first is an issuer, and this is what it leads down to: the file is the wrong way round, and nothing in it is
                // superfluous.
                yield return Untidy(
                    FindingId.OutOfOrder,
                    i,
                    $"{certificate} is sent at position {i}, behind its own issuer: the server's certificate has to be the first.",
                    "Put the server's certificate first and each issuer behind what it issued; Repair-PemBundle does it.");
                continue;
            }

            if (!related[i])
            {
                yield return Untidy(FindingId.UnrelatedSent, i, $"{certificate.Subject} is sent, and has issued nothing in this chain.",
                    "Remove it from the server's certificate file.");
                continue;
            }

            if (i > 0 && IsRoot(certificate))
            {
                yield return Untidy(FindingId.RootSent, i, $"The root {certificate.Subject} is sent; a client uses its own copy or none.",
                    "Leave the root out of the server's certificate file; it only costs bytes.", Severity.Information);
            }

            if (i > 0 && !ordered.Exists(earlier => MayHaveIssued(certificate, presented[earlier])))
            {
                misplaced.Add(i);
            }

            ordered.Add(i);
        }

        foreach (int i in misplaced)
        {
            yield return Untidy(
                FindingId.OutOfOrder,
                i,
                $"{presented[i].Subject} is sent at position {i}, before the certificate it has issued.",
                "Put the server's certificate first and each issuer behind what it issued; Repair-PemBundle does it.");
        }
    }

    /// <summary>
    /// True when names, and key identifiers where both have them, allow that <paramref name="issuer"/> issued <paramref name="child"/>.
    /// </summary>
    public static bool MayHaveIssued(Certificate issuer, Certificate child) =>
        child.Issuer.Equals(issuer.Subject) && KeyIdentifierMatch.Rank(child, issuer) != KeyIdentifierMatch.Mismatch;

    // Whether the first certificate stands above another in the list.
    private static bool IsBelowFirst(IReadOnlyList<Certificate> presented, int position)
    {
        Certificate? at = presented[position];
        for (int steps = 0; at is not null && steps < presented.Count; steps++)
        {
            if (MayHaveIssued(presented[0], at))
            {
                return presented[0].IsCA;
            }

            Certificate below = at;
            at = presented.FirstOrDefault(above => !above.Equals(below) && MayHaveIssued(above, below));
        }

        return false;
    }

    private static bool IsRoot(Certificate certificate) => certificate.IsSelfIssued && certificate.IsCA;

    // The server's certificate and everything above it, whatever the order.
    public static bool[] Related(IReadOnlyList<Certificate> presented)
    {
        bool[] related = new bool[presented.Count];
        Queue<int> open = new([0]);
        related[0] = true;
        while (open.TryDequeue(out int child))
        {
            for (int i = 1; i < presented.Count; i++)
            {
                if (!related[i] && (presented[i].Equals(presented[child]) || MayHaveIssued(presented[i], presented[child])))
                {
                    related[i] = true;
                    open.Enqueue(i);
                }
            }
        }

        return related;
    }

    private static Finding Untidy(FindingId id, int position, string message, string remedy, Severity severity = Severity.Warning) => new()
    {
        Id = id,
        Severity = severity,
        Depth = position,
        Message = message,
        Evidence = [$"position {position} of the certificates as presented"],
        Remedy = remedy,
        RemedyFor = RemedyParty.Server,
    };
}

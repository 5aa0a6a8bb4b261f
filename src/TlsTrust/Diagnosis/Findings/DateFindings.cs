using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Diagnosis.Observations;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>What dates mean beyond "expired" and "not yet valid": soon, avoided, or the wrong clock.</summary>
internal static class DateFindings
{
    /// <summary>A day: more than time zones, leap seconds and sloppy clocks explain.</summary>
    private static readonly TimeSpan SkewFrom = TimeSpan.FromDays(1);

    /// <param name="evidence">What the chain is judged from.</param>
    /// <param name="bestPath">The path that is taken.</param>
    /// <param name="avoids">Whether that path is good, so that what it leaves out is avoided.</param>
    public static IEnumerable<Finding> Of(ChainEvidence evidence, IReadOnlyList<Certificate> bestPath, bool avoids)
    {
        foreach (Finding finding in ExpiringSoon(evidence, bestPath))
        {
            yield return finding;
        }

        foreach (Certificate avoided in avoids ? ExpiredAndAvoided(evidence, bestPath) : [])
        {
            bool isOfStore = evidence.Store.Index.Contains(avoided);
            string place = StaleIssuerFindings.Place(evidence, avoided);
            yield return new Finding
            {
                Id = FindingId.ExpiredPathAvoided,
                Severity = Severity.Warning,
                Message = $"{avoided.Subject} {place}, issued by {avoided.Issuer}, expired on {Day(avoided.NotAfter)}; another path " +
                    $"avoids it.",
                Evidence = [$"the path taken: {string.Join(" <- ", bestPath.Select(certificate => certificate.Subject.ToString()))}",
                    $"SHA-256 of the expired one: {avoided.Sha256}"],
                Remedy = isOfStore
                    ? $"Remove {avoided.Subject} {place}: clients that take the first of one name, and do not look for another, fail on it."
                    : "Stop sending the expired certificate: clients that do not look for another path (OpenSSL before 1.1.0, GnuTLS " +
                        "before 3.6.14, old Java) fail on it.",
                RemedyFor = isOfStore ? RemedyParty.Client : RemedyParty.Server,
            };
        }

        if (Skew(evidence, bestPath) is { } skew)
        {
            yield return skew;
        }
    }

    private static IEnumerable<Finding> ExpiringSoon(ChainEvidence evidence, IReadOnlyList<Certificate> path)
    {
        for (int depth = 0; depth < path.Count; depth++)
        {
            TimeSpan left = path[depth].NotAfter - evidence.At;
            if (left >= TimeSpan.Zero && left.TotalDays < evidence.WarnDays)
            {
                yield return new Finding
                {
                    Id = FindingId.ExpiringSoon,
                    Severity = Severity.Warning,
                    Depth = depth,
                    Message = string.Create(CultureInfo.InvariantCulture,
                        $"{path[depth].Subject} expires on {Day(path[depth].NotAfter)}, in {(int)left.TotalDays} days."),
                    Evidence = [string.Create(CultureInfo.InvariantCulture, $"not after {path[depth].NotAfter:u}")],
                    Remedy = depth == 0 ? "Renew the server's certificate, and look at why the renewal has not happened by itself."
                        : "Ask the CA for the chain that follows, and let the server send it in time.",
                    RemedyFor = RemedyParty.Server,
                };
            }
        }
    }

    // Expired certificates that were presented, and those of the store that could stand in the path by their names, and that the path taken
    // does without.
    private static IEnumerable<Certificate> ExpiredAndAvoided(ChainEvidence evidence, IReadOnlyList<Certificate> bestPath) =>
        evidence.Presented
            .Concat(bestPath.SelectMany(certificate => evidence.Store.Index.WithSubject(certificate.Issuer)))
            .Where(certificate => certificate.NotAfter < evidence.At && !bestPath.Contains(certificate))
            .Distinct();

    // A machine whose clock is wrong finds every certificate in the world expired or not yet valid.
    private static Finding? Skew(ChainEvidence evidence, IReadOnlyList<Certificate> path)
    {
        if (!evidence.AtIsClock || path.All(certificate => certificate.NotBefore <= evidence.At && evidence.At <= certificate.NotAfter))
        {
            return null;
        }

        OtherClock? disagrees = evidence.OtherClocks.FirstOrDefault(clock =>
            clock.Time - evidence.At > SkewFrom || (!clock.IsLowerBound && evidence.At - clock.Time > SkewFrom));
        if (disagrees is null
            || !path.All(certificate => certificate.NotBefore <= disagrees.Time && disagrees.Time <= certificate.NotAfter))
        {
            return null;
        }

        return new Finding
        {
            Id = FindingId.ClockSkew,
            Severity = Severity.Error,
            Message = $"This machine's clock says {Day(evidence.At)}, and {disagrees.Source} says {Day(disagrees.Time)}: by that time " +
                $"the chain is valid.",
            Evidence = [string.Create(CultureInfo.InvariantCulture, $"this machine: {evidence.At:u}"),
                string.Create(CultureInfo.InvariantCulture,
                    $"{disagrees.Source}: {disagrees.Time:u}{(disagrees.IsLowerBound ? " or later" : "")}")],
            Remedy = "Set the clock of this machine (on Linux: timedatectl set-ntp true), and look at its battery or its hypervisor's " +
                "clock.",
            RemedyFor = RemedyParty.Client,
        };
    }

    private static string Day(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

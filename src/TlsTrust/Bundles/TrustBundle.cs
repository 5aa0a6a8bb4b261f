using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Bundles;

/// <summary>What of a trust bundle stays, and what of it is not as good an anchor as it looks.</summary>
internal static class TrustBundle
{
    /// <summary>The certificates that stay, in the order of the file.</summary>
    /// <param name="parts">All certificates of the file.</param>
    /// <param name="options">Time, and whether expired ones go.</param>
    /// <param name="changes">Receives what goes, and why.</param>
    public static List<BundlePart> Select(IEnumerable<BundlePart> parts, BundleRepairOptions options, List<PemChange> changes)
    {
        List<BundlePart> kept = [];
        Dictionary<Certificate, int> seen = [];
        Dictionary<(DistinguishedName, PublicKeyInfo, bool), int> byKey = [];
        foreach (BundlePart part in parts)
        {
            Certificate certificate = part.Certificate!;
            if (options.RemoveExpired && certificate.NotAfter < options.At)
            {
                changes.Add(Change("Expired", part, $"{certificate} expired on {certificate.NotAfter:yyyy-MM-dd} and is removed.", Severity.Warning));
                continue;
            }

            if (seen.ContainsKey(certificate))
            {
                changes.Add(Change("Duplicate", part, $"{certificate} is in the file already.", Severity.Warning));
                continue;
            }

            seen.Add(certificate, kept.Count);
            (DistinguishedName, PublicKeyInfo, bool) key = (certificate.Subject, certificate.PublicKey, certificate.IsSelfIssued);
            if (!byKey.TryGetValue(key, out int other))
            {
                byKey.Add(key, kept.Count);
                kept.Add(part);
                continue;
            }

            // The same CA, renewed with its key: the newer one does for both, from the day on that it is valid.
            Certificate known = kept[other].Certificate!;
            // A root that its own key did not sign was changed, its dates perhaps.
            bool newer = (certificate.IsSelfSigned, certificate.NotAfter, certificate.NotBefore).CompareTo((known.IsSelfSigned, known.NotAfter, known.NotBefore)) > 0;
            if ((newer ? certificate : known).NotBefore > options.At)
            {
                kept.Add(part);
                continue;
            }

            BundlePart loser = newer ? kept[other] : part;
            if (newer)
            {
                kept[other] = part;
            }

            changes.Add(Change("Duplicate", loser, $"{loser.Certificate} has the name and key of a newer certificate in the file (until {kept[other].Certificate!.NotAfter:yyyy-MM-dd}).", Severity.Warning));
        }

        return kept;
    }

    /// <summary>What is worth knowing about the anchors that stay.</summary>
    public static void Judge(IEnumerable<BundlePart> parts, BundleRepairOptions options, List<PemChange> notes)
    {
        foreach (BundlePart part in parts)
        {
            Certificate certificate = part.Certificate!;
            if (certificate.NotAfter < options.At)
            {
                notes.Add(Change("Expired", part, $"{certificate} expired on {certificate.NotAfter:yyyy-MM-dd}; -RemoveExpired leaves it out.", Severity.Warning));
            }

            bool authority = certificate.IsCA || (certificate.Version < 3 && certificate.IsSelfIssued);
            if (!authority)
            {
                notes.Add(Change("NotCa", part, $"{certificate} is no CA: as an anchor it counts in some clients for itself only.", Severity.Warning));
            }
            else if (!certificate.IsSelfIssued)
            {
                // Measured: facts, table 7.3.
                notes.Add(Change("IntermediateAsAnchor", part, $"{certificate} is an intermediate: curl, GnuTLS, Go and Java take it for an anchor of its own, Node.js, Python before 3.13, Ruby and .NET do not.", Severity.Warning));
            }
        }
    }

    internal static PemChange Change(string what, BundlePart part, FormattableString why, Severity severity) =>
        new() { What = what, Line = part.Line, Column = part.Block?.Column ?? 0, Why = FormattableString.Invariant(why), Severity = severity };
}

using TlsTrust.Certificates;

namespace TlsTrust.Bundles;

/// <summary>What changes in the chain of a server file, in words.</summary>
/// <param name="certificates">The certificates of the file.</param>
/// <param name="chain">The chain as it should be.</param>
/// <param name="server">How it was found.</param>
/// <param name="options">What is wanted.</param>
/// <param name="findings">Receives the words.</param>
internal sealed class ServerChanges(
    List<BundlePart> certificates, List<BundlePart> chain, ServerFile server, BundleRepairOptions options, PlanFindings findings)
{
    /// <summary>Says what goes, what comes and what stays wrong.</summary>
    /// <param name="issuers">The path that was chosen.</param>
    /// <param name="reached">All of the file that is on some path.</param>
    public void Report(IReadOnlyList<Certificate> issuers, IReadOnlyList<Certificate> reached)
    {
        HashSet<Certificate> seen = [];
        foreach (BundlePart part in certificates)
        {
            if (!seen.Add(part.Certificate!))
            {
                findings.Changes.Add(PlanFindings.Of("Duplicate", part, $"{part.Certificate} is in the file already.", Severity.Warning));
            }
            else if (!chain.Contains(part))
            {
                findings.LeaveOut(part, Gone(part, reached));
            }
        }

        foreach (BundlePart part in chain.Where(p => !certificates.Contains(p)))
        {
            findings.Changes.Add(certificates.Count == 0
                ? PlanFindings.Of("Added", part, $"{part.Certificate} is put in, from {part.Origin}.", Severity.Information)
                : part.Certificate!.IsSelfSigned
                ? PlanFindings.Of(
                    "Added", part, $"{part.Certificate} is a root and is added as -IncludeRoot says, from {part.Origin}.",
                        Severity.Information)
                : PlanFindings.Of(
                    "MissingIntermediate", part, $"{part.Certificate} was missing and is added, from {part.Origin}.", Severity.Error));
        }

        List<BundlePart> stayed = [.. certificates.Where(chain.Contains).Distinct()];
        if (!stayed.SequenceEqual(chain.Where(certificates.Contains)))
        {
            findings.Changes.Add(
                PlanFindings.Plain(
                    "OutOfOrder",
                        $"The certificates are not in the order of signing. {chain[0].Certificate} is the server's: {server.Reason}.",
                            Severity.Warning));
        }

        if (server.Choice is not null)
        {
            findings.Notes.Add(PlanFindings.Plain("PathChosen", server.Choice, Severity.Information));
        }

        foreach (BundlePart part in chain.Where(p => p.Certificate!.NotAfter < options.At))
        {
            string remedy = part == chain[0] ? "." : options.Sought is null ? "; -AddMissing looks for its renewal."
                : "; a renewal was looked for and not found.";
            findings.Notes.Add(
                PlanFindings.Of(
                    "Expired", part, $"{part.Certificate} expired on {part.Certificate!.NotAfter:yyyy-MM-dd}{remedy}", Severity.Error));
        }

        ReportNotAdded(issuers);
    }

    private PemChange Gone(BundlePart part, IReadOnlyList<Certificate> reached)
    {
        Certificate certificate = part.Certificate!;
        Certificate? twin =
            chain.Find(
                p => p.Certificate!.Subject.Equals(certificate.Subject)
                    && p.Certificate.PublicKey.Equals(certificate.PublicKey))?.Certificate;
        if (server.IsDisowned(certificate, certificates.Select(p => p.Certificate!), out Certificate? child))
        {
            return PlanFindings.Of(
                "SignatureInvalid",
                part,
                $"{certificate} is named as the issuer of {child}, and its key did not make that signature: one of the two was changed, or it is another CA of the same name.",
                Severity.Error);
        }

        return certificate.IsSelfSigned
            ? PlanFindings.Of(
                "RootSent", part, $"{certificate} is a root: clients have it or do not trust it. It is left out; -IncludeRoot keeps it.",
                    Severity.Warning)
            : twin is not null
            ? PlanFindings.Of(
                "UnrelatedSent", part,
                    $"{certificate} (by {certificate.Issuer}, until {certificate.NotAfter:yyyy-MM-dd}) has the name and key of one on the path that was taken (by {twin.Issuer}, until {twin.NotAfter:yyyy-MM-dd}), which does without it.", Severity.Warning)
            : reached.Contains(certificate)
            ? PlanFindings.Of(
                "Expired", part,
                    $"{certificate} (by {certificate.Issuer}) is not valid at this time ({certificate.NotBefore:yyyy-MM-dd} to {certificate.NotAfter:yyyy-MM-dd}), and the path that was taken does without it.", Severity.Warning)
            : PlanFindings.Of("UnrelatedSent", part, $"{certificate} is not on the path of the server's certificate.", Severity.Warning);
    }

    // What somebody gave by hand is expected in the file; of what was met on the way some is, or it is about another server.
    private void ReportNotAdded(IReadOnlyList<Certificate> issuers)
    {
        AdditionalCertificate[] given = [.. options.Additional.DistinctBy(a => a.Certificate)];
        foreach (AdditionalCertificate one in given.Where(a => a.IsExplicit && !chain.Exists(p => p.Certificate!.Equals(a.Certificate))))
        {
            string why = issuers.Contains(one.Certificate) ? "is a root, which clients have or do not trust: -IncludeRoot puts it in"
                : "is not on the path of the server's certificate";
            findings.Notes.Add(
                PlanFindings.Plain("NotAdded", $"{one.Certificate}, from {one.Origin}, is not added: it {why}.", Severity.Warning));
        }

        if (given.Length > 0
            && !given.Any(a => a.IsExplicit || issuers.Contains(a.Certificate) || chain.Exists(p => p.Certificate!.Equals(a.Certificate))))
        {
            string what = given.Length == 1 ? $"{given[0].Certificate} is" : $"{given[0].Certificate} and {given.Length - 1} more are";
            findings.Notes.Insert(
                0, PlanFindings.Plain(
                    "NotAdded",
                        $"Nothing of what was given belongs here: {what} not on the path of {chain[0].Certificate}. Is it another " +
                        $"server's?", Severity.Warning));
        }
    }
}

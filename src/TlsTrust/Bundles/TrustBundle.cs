using TlsTrust.Bundles.Laws;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Bundles;

/// <summary>What of a trust bundle stays, and what of it is not as good an anchor as it looks.</summary>
/// <param name="content">The file.</param>
/// <param name="options">What is wanted.</param>
/// <param name="findings">Receives what goes, comes and is worth knowing.</param>
internal sealed class TrustBundle(BundleContent content, BundleRepairOptions options, PlanFindings findings)
{
    /// <summary>The parts as they should be.</summary>
    public List<BundlePart> Arrange()
    {
        List<BundlePart> anchors = [.. content.Parts.Where(p => p.Certificate is not null && !p.KeepAsIs)];
        bool had = anchors.Count > 0;
        Add(anchors);
        List<(BundlePart, PemChange)> gone = [];
        List<BundlePart> kept = Select(anchors, options, gone);
        bool looksOtherwise = options is { Kind: PemBundleKind.Auto, RemoveExpired: true }
            && BundleKind.Classify([.. kept.Select(p => p.Certificate!)], options).Kind == PemBundleKind.Server;
        if ((kept.Count == 0 && anchors.Count > 0) || looksOtherwise)
        {
            findings.Notes.Add(looksOtherwise
                ? PlanFindings.Plain(
                    "ExpiredKept",
                        "Without its expired certificates the file would look like a server's, so they stay; -Kind Trust removes them.",
                            Severity.Warning)
                : PlanFindings.Plain(
                    "AllExpired", "All its certificates have expired; they stay, since without them nothing would be left.",
                        Severity.Error));
            gone.Clear();
            kept = Select(anchors, options with { RemoveExpired = false }, gone);
        }

        foreach ((BundlePart part, PemChange change) in gone)
        {
            if (kept.Exists(p => p.Certificate!.Equals(part.Certificate)))
            {
                findings.Changes.Add(change);
            }
            else
            {
                findings.LeaveOut(part, change);
            }
        }

        Judge(kept);
        HashSet<BundlePart> staying = new(kept, ReferenceEqualityComparer.Instance);
        List<BundlePart> parts = [];
        foreach (BundlePart part in content.Parts)
        {
            if (had && part is { Block.Kind: PemBlockKind.CertificateRequest, KeepAsIs: false })
            {
                findings.LeaveOut(
                    part, PlanFindings.Of(
                        "CertificateRequest", part, $"There is a certificate request among the trusted certificates; it is taken out.",
                            Severity.Error)
                    with { Clients = [.. PemDefects.Of(PemDefectKind.CertificateRequest).Effects.Select(e => e.ToString())] });
            }
            else if (part.Certificate is null || part.KeepAsIs || staying.Remove(part))
            {
                parts.Add(part);
            }
        }

        return [.. parts, .. kept.Where(staying.Contains)];
    }

    private void Add(List<BundlePart> anchors)
    {
        HashSet<Certificate> present = [.. anchors.Select(a => a.Certificate!)];
        foreach (AdditionalCertificate added in options.Additional)
        {
            if (!added.IsExplicit || !(added.Certificate.IsCA || added.Certificate.IsSelfIssued))
            {
                findings.Notes.Add(PlanFindings.Plain(
                    "NotAdded",
                    $"{added.Certificate}, from {added.Origin}, is not made an anchor: trust is given to a certificate that was named " +
                    $"for it, never to one that was met.",
                    Severity.Warning));
            }
            else if (present.Add(added.Certificate))
            {
                BundlePart part = new() { Certificate = added.Certificate, Origin = added.Origin };
                anchors.Add(part);
                findings.Changes.Add(
                    PlanFindings.Of("Added", part, $"{added.Certificate} is added, from {added.Origin}.", Severity.Information));
            }
        }
    }

    // A certificate goes where it is there twice, where it has expired and that was asked for, and where another one ends every path that
    // it
    // ended: the same CA with the same rules, renewed. One of another issuer, a cross-sign, ends other paths.
    private static List<BundlePart> Select(
        IEnumerable<BundlePart> parts, BundleRepairOptions options, List<(BundlePart Part, PemChange Change)> gone)
    {
        List<BundlePart> kept = [];
        HashSet<Certificate> seen = [];
        foreach (BundlePart part in parts)
        {
            Certificate certificate = part.Certificate!;
            if (options.RemoveExpired && certificate.NotAfter < options.At)
            {
                gone.Add((
                    part, PlanFindings.Of(
                        "Expired", part, $"{certificate} expired on {certificate.NotAfter:yyyy-MM-dd} and is removed.", Severity.Warning)));
            }
            else if (!seen.Add(certificate))
            {
                gone.Add((part, PlanFindings.Of("Duplicate", part, $"{certificate} is in the file already.", Severity.Warning)));
            }
            else
            {
                kept.Add(part);
            }
        }

        HashSet<BundlePart> renewed = new(ReferenceEqualityComparer.Instance);
        foreach (IGrouping<(DistinguishedName, PublicKeyInfo),
            BundlePart> namesakes in kept.GroupBy(p => (p.Certificate!.Subject, p.Certificate.PublicKey)))
        {
            BundlePart[] same = [.. namesakes];
            foreach (BundlePart older in same.Length > 1 ? same : [])
            {
                // The one that nothing replaces in turn.
                BundlePart? newer = same.Where(n => RepairLaws.Replaces(n.Certificate!, older.Certificate!, options.At))
                    .MaxBy(n => (n.Certificate!.IsSelfSigned, n.Certificate.NotAfter, n.Certificate.NotBefore));
                if (newer is not null)
                {
                    renewed.Add(older);
                    gone.Add((older, Renewed(older, newer)));
                }
            }
        }

        kept.RemoveAll(renewed.Contains);
        return kept;
    }

    private static PemChange Renewed(BundlePart older, BundlePart newer) => PlanFindings.Of(
        "Duplicate",
        older,
        $"{older.Certificate} has the name, key and rules of a newer certificate in the file (until {newer.Certificate!.NotAfter:yyyy-MM-dd}).",
        Severity.Warning);

    // What is worth knowing about the anchors that stay.
    private void Judge(List<BundlePart> kept)
    {
        foreach (BundlePart part in kept)
        {
            Certificate certificate = part.Certificate!;
            if (certificate.NotAfter < options.At)
            {
                findings.Notes.Add(
                    PlanFindings.Of(
                        "Expired", part, $"{certificate} expired on {certificate.NotAfter:yyyy-MM-dd}; -RemoveExpired leaves it out.",
                            Severity.Warning));
            }

            bool authority = certificate.IsCA || (certificate.Version < 3 && certificate.IsSelfIssued);
            if (!authority)
            {
                findings.Notes.Add(
                    PlanFindings.Of(
                        "NotCa", part, $"{certificate} is no CA: as an anchor it counts in some clients for itself only.",
                            Severity.Warning));
            }
            else if (!certificate.IsSelfIssued)
            {
                // Measured: facts, table 7.3.
                findings.Notes.Add(PlanFindings.Of(
                    "IntermediateAsAnchor",
                    part,
                    $"{certificate} is an intermediate: curl, GnuTLS, Go and Java take it for an anchor of its own, Node.js, Python before 3.13, Ruby and .NET do not.",
                    Severity.Warning));
            }
        }

        if (kept.Count > 0 && kept.TrueForAll(p => p.Certificate!.IsCA && !p.Certificate.IsSelfIssued))
        {
            findings.Notes.Add(PlanFindings.Plain(
                "ChainOnly",
                "It holds intermediates only, as the chain.pem that a CA hands out: a server needs it behind its own certificate, in " +
                "one file with it or beside it.",
                Severity.Warning));
        }
    }
}

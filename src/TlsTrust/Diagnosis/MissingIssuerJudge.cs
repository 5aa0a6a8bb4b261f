using TlsTrust.Certificates;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis;

/// <summary>Which fault it is that a path does not reach an anchor.</summary>
/// <param name="Findings">The fault, and what goes with it.</param>
/// <param name="CompletedPath">The path with what was found in its place, leaf first.</param>
/// <param name="Missing">What has to be added, nearest to the leaf first.</param>
internal sealed record MissingIssuerJudgement(
    IReadOnlyList<Finding> Findings, IReadOnlyList<Certificate> CompletedPath, IReadOnlyList<FoundCertificate> Missing);

/// <summary>
/// "Unable to get local issuer certificate" is two faults, and more: told apart by what the issuers that can be found lead to.
/// </summary>
internal static class MissingIssuerJudge
{
    /// <summary>Judges a path that ends before an anchor.</summary>
    public static MissingIssuerJudgement Judge(ChainEvidence evidence, IReadOnlyList<Certificate> bestPath, CancellationToken cancellation)
    {
        Certificate leaf = evidence.Presented[0];
        if (leaf.IsSelfSigned)
        {
            return new([SelfSigned(leaf, evidence.HostName)], bestPath, []);
        }

        // 1. To an anchor of the store, by way of what was found.
        if (Complete(evidence, evidence.Store.Index, cancellation) is { } complete)
        {
            IReadOnlyList<FoundCertificate> missing = MissingOf(evidence, complete);
            return new([MissingIssuerFindings.MissingIntermediate(evidence, complete, missing, Severity.Error),
                .. MissingIssuerFindings.OnlyWithDownload(evidence, missing)], complete, missing);
        }

        // 2. To a publicly known root that the store lacks.
        if (Complete(evidence, evidence.PublicRoots.Index, cancellation) is { } publicPath)
        {
            IReadOnlyList<FoundCertificate> missing = WithoutRoot(MissingOf(evidence, publicPath), publicPath);
            FoundCertificate root =
                new(publicPath[^1],
                    new CertificateOrigin { Kind = CertificateOriginKind.PublicRoots,
                        Location = $"publicly known root ({evidence.PublicRoots.Source})" });
            return new(
                [MissingIssuerFindings.MissingPublicRoot(evidence, publicPath), .. AlsoMissing(evidence, publicPath, missing),
                    .. IntermediateAsAnchor(evidence, cancellation)],
                publicPath,
                [.. missing, root]);
        }

        // 3. To a self-signed CA certificate that is neither.
        IReadOnlyList<Certificate> longest = Longest(evidence, cancellation) ?? bestPath;
        IReadOnlyList<FoundCertificate> brought = MissingOf(evidence, longest);
        if (longest[^1].IsSelfSigned)
        {
            return new(
                [MissingIssuerFindings.PrivateRoot(evidence, longest), .. AlsoMissing(evidence, longest, WithoutRoot(brought, longest)),
                    .. IntermediateAsAnchor(evidence, cancellation)],
                longest,
                brought);
        }

        // 4. Nothing found, and a CA of that name is at hand that has another key.
        Finding cause = StaleIssuerFindings.Find(evidence, longest[^1], longest.Count - 1)
            ?? MissingIssuerFindings.IssuerUnknown(evidence, longest);
        return new([cause, .. IntermediateAsAnchor(evidence, cancellation)], longest, brought);
    }

    private static IReadOnlyList<Certificate>? Complete(ChainEvidence evidence, CertificateIndex anchors, CancellationToken cancellation)
    {
        PathSearchResult result = PathSearch.SearchUntil(WithFound(evidence) with { Anchors = anchors }, cancellation);
        return result.Path?.Certificates ?? result.Partial.FirstOrDefault(partial => partial.End == PathEnd.RuleFailed)?.Certificates;
    }

    private static IReadOnlyList<Certificate>? Longest(ChainEvidence evidence, CancellationToken cancellation)
    {
        PathSearchResult result = PathSearch.SearchUntil(WithFound(evidence), cancellation);
        return (result.Partial.FirstOrDefault(partial => partial.Last.IsSelfSigned)
            ?? result.Partial.FirstOrDefault(_ => true))?.Certificates;
    }

    private static PathQuery WithFound(ChainEvidence evidence) => ChainJudge.Query(evidence) with
    {
        HostName = null,
        Intermediates = new CertificateIndex(evidence.Found.Select(found => found.Certificate)),
    };

    private static FoundCertificate[] MissingOf(ChainEvidence evidence, IReadOnlyList<Certificate> path) =>
        [.. path.Select(certificate => evidence.Found.FirstOrDefault(found => found.Certificate.Equals(certificate)))
            .OfType<FoundCertificate>()
            .Where(found => !evidence.Presented.Contains(found.Certificate) && !evidence.Store.Index.Contains(found.Certificate))];

    // The root itself is not missing from what the server sends: it never belongs there.
    private static FoundCertificate[] WithoutRoot(IEnumerable<FoundCertificate> found, IReadOnlyList<Certificate> path) =>
        [.. found.Where(each => !each.Certificate.Equals(path[^1]))];

    // The first fault to fix is the root; the server will still have to send these afterwards.
    private static IEnumerable<Finding> AlsoMissing(ChainEvidence evidence, IReadOnlyList<Certificate> path,
        IReadOnlyList<FoundCertificate> missing)
    {
        if (missing.Count > 0)
        {
            yield return MissingIssuerFindings.MissingIntermediate(evidence, path, missing, Severity.Warning);
        }
    }

    private static IEnumerable<Finding> IntermediateAsAnchor(ChainEvidence evidence, CancellationToken cancellation)
    {
        PathSearchResult result =
            PathSearch.SearchUntil(ChainJudge.Query(evidence) with { HostName = null, PartialChain = true }, cancellation);
        if (result.Path is { } path && !path.Certificates[^1].IsSelfSigned)
        {
            Certificate anchor = path.Certificates[^1];
            yield return new Finding
            {
                Id = FindingId.IntermediateAsAnchor,
                Severity = Severity.Warning,
                Depth = path.Certificates.Count - 1,
                Message = $"The store holds {anchor.Subject}, which is not a root: some clients end a path there, OpenSSL's default does " +
                    $"not.",
                Evidence = [evidence.Store.LocationOf(anchor) ?? evidence.Store.Name, $"it was issued by {anchor.Issuer}"],
                Remedy = $"Put what is above it into the store too, up to the self-signed root ({anchor.Issuer} is the next): " +
                    $"intermediate and root together work in every client.",
                RemedyFor = RemedyParty.Client,
            };
        }
    }

    // A certificate for another name is the default one of a server that does not know ours: trusting it would not help.
    private static Finding SelfSigned(Certificate leaf, string? hostName)
    {
        bool isForAnother = hostName is not null && !NameFindings.IsCovered(hostName, leaf);
        return new()
        {
            Id = FindingId.SelfSigned,
            Severity = isForAnother ? Severity.Warning : Severity.Error,
            Depth = 0,
            Message = $"The server's certificate {leaf.Subject} is signed by its own key, and is not in the store.",
            Evidence = ["its signature verifies with its own public key", $"SHA-256 {leaf.Sha256}"],
            Remedy = isForAnother
                ? $"Do not trust it: it is not for {hostName}, so that no client would take it even then. Set up the virtual host for " +
                    $"that name first."
                : "Give the server a certificate from a CA. Where it has to stay, have its owner confirm the SHA-256 fingerprint out " +
                    $"of band, then {(leaf.IsCA ? "add it with Set-TrustBundleEnvironment -Fingerprint."
                        : "keep it in a PEM file and name that to the clients that need it (curl --cacert, -TrustStore here).")}",
            RemedyFor = RemedyParty.Server,
        };
    }
}

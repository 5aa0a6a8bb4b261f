using TlsTrust.Diagnosis.Observations;
using TlsTrust.Issuers;

namespace TlsTrust.Diagnosis;

/// <summary>What a search for issuers adds to the evidence.</summary>
internal static class ChainCompletion
{
    /// <summary>The issuers that were neither presented nor anchors already.</summary>
    public static IReadOnlyList<FoundCertificate> Found(IssuerSearchResult issuers) =>
        [.. issuers.Leads
            .SelectMany(lead => lead.Issuers)
            .Where(issuer => issuer.Kind is not (IssuerSourceKind.Presented or IssuerSourceKind.TrustStore or IssuerSourceKind.PublicRoots))
            .DistinctBy(issuer => issuer.Certificate)
            .Select(issuer => new FoundCertificate(issuer.Certificate, issuer.Origin))];

    /// <summary>What was asked, one line each.</summary>
    public static IReadOnlyList<string> Tried(IssuerSearchResult issuers) => [.. issuers.Attempts.Select(attempt => attempt.ToString())];
}

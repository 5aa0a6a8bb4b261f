using TlsTrust.Certificates;
using TlsTrust.Paths;

namespace TlsTrust.Clients;

/// <summary>What distinguishes one client's search from another's.</summary>
/// <param name="UsesPublicRoots">The publicly known roots stand in for a store that is not at hand.</param>
/// <param name="PartialChain">Anchors need not be self-signed.</param>
/// <param name="WithDownloads">Issuers found by authority information access are at hand.</param>
/// <param name="WithPreloaded">Intermediates of public CAs are at hand.</param>
/// <param name="FirstIssuerOnly">Of certificates with one name and key, only the first that was sent counts.</param>
internal sealed record SearchKind(bool UsesPublicRoots, bool PartialChain, bool WithDownloads, bool WithPreloaded, bool FirstIssuerOnly);

/// <summary>The searches behind the profiles: each kind is run once, however many clients share it. The name is checked apart, since clients differ there.</summary>
internal sealed class ClientSearches(ClientEvidence evidence)
{
    private readonly Dictionary<SearchKind, PathSearchResult> results = [];

    internal ClientEvidence Evidence => evidence;

    internal PathSearchResult this[SearchKind kind]
    {
        get
        {
            if (!results.TryGetValue(kind, out PathSearchResult? result))
            {
                result = PathSearch.Search(QueryFor(kind));
                results.Add(kind, result);
            }

            return result;
        }
    }

    private PathQuery QueryFor(SearchKind kind)
    {
        PathQuery query = evidence.Query;
        IEnumerable<Certificate> presented = kind.FirstIssuerOnly ? query.Presented.DistinctBy(certificate => (certificate.Subject, certificate.PublicKey)) : query.Presented;
        return query with
        {
            // What a client downloads is to its search as if it had been sent; OpenSSL's knows nothing else.
            Presented = kind.WithDownloads ? [.. presented, .. evidence.Downloaded ?? []] : [.. presented],
            Anchors = kind.UsesPublicRoots ? evidence.PublicRoots ?? CertificateIndex.Empty : query.Anchors,
            Intermediates = kind.WithPreloaded ? evidence.KnownIntermediates : null,
            PartialChain = kind.PartialChain,
            HostName = null,
            Policy = PathPolicy.Default,
            Purpose = Purpose.ServerAuthentication,
            AllPaths = false,
        };
    }
}

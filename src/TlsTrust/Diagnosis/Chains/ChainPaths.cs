using TlsTrust.Certificates;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Chains;

/// <summary>Lists every path of a chain: the valid ones, and those that end early or break a rule, each with the reason.</summary>
internal static class ChainPaths
{
    public static ResultList<ChainPath> All(ChainEvidence evidence)
    {
        PathQuery query = ChainJudge.Query(evidence) with
        {
            AllPaths = true,
            Intermediates = new CertificateIndex(evidence.Found.Select(found => found.Certificate)),
        };
        PathSearchResult search = PathSearch.Search(query);
        IReadOnlyList<PartialPath> partial = search.Paths.Count == 0 ? search.Partial : Others(query, search);
        return
        [
            .. search.Paths.Select(path => new ChainPath
            {
                Certificates = Describe(evidence, path.Certificates),
                IsValid = true,
                End = $"ends in the anchor {path.Anchor.Subject} ({evidence.Store.LocationOf(path.Anchor) ?? evidence.Store.Name})",
            }),
            .. partial.Select(path => new ChainPath
            {
                Certificates = Describe(evidence, path.Certificates),
                IsValid = false,
                End = Reason(path),
            }),
        ];
    }

    // A search that succeeds keeps no partial paths. One that trusts nobody, with the anchors as mere candidates, has all of them; those
    // that reach an anchor are the ones that were found valid, or broke a rule on the way there.
    private static PartialPath[] Others(PathQuery query, PathSearchResult found)
    {
        PathSearchResult all = PathSearch.Search(query with
        {
            Anchors = CertificateIndex.Empty,
            Intermediates = new CertificateIndex(query.Anchors.Certificates.Concat(query.Intermediates?.Certificates ?? [])),
        });
        return [.. all.Partial.Where(partial =>
            !found.Paths.Any(path => path.Certificates.Take(partial.Certificates.Count).SequenceEqual(partial.Certificates)))];
    }

    private static ResultList<ChainCertificate> Describe(ChainEvidence evidence, IReadOnlyList<Certificate> path) =>
        [.. path.Select((certificate, depth) => ChainDescription.Describe(evidence, certificate, depth))];

    private static string Reason(PartialPath partial)
    {
        string end = partial.End switch
        {
            PathEnd.RuleFailed => $"reaches {partial.Last.Subject}, but breaks a rule",
            PathEnd.AnchorNotSelfSigned => $"ends in {partial.Last.Subject}, which is in the store and is no root",
            PathEnd.SelfSignedNotAnAnchor => $"ends in {partial.Last.Subject}, which is self-signed and not in the store",
            PathEnd.IssuerNotFound => $"the issuer {partial.Last.Issuer} was not found",
            PathEnd.IssuerKeyMismatch => $"certificates named {partial.Last.Issuer} are at hand, and none of their keys made the signature",
            PathEnd.TooLong => "is longer than the limit",
            _ => "the search stopped here",
        };
        Rejection[] errors = [.. partial.Rejections.Where(rejection => rejection.IsError)];
        return errors.Length == 0 ? end : $"{end}: {string.Join("; ", errors.Select(rejection => rejection.Message))}";
    }
}

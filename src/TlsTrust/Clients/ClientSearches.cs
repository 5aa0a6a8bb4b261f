using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;

namespace TlsTrust.Clients;

/// <summary>What distinguishes one client's search from another's.</summary>
/// <param name="Builder">How the path is found.</param>
/// <param name="UsesPublicRoots">The publicly known roots stand in for a store that is not at hand.</param>
/// <param name="PartialChain">Anchors need not be self-signed.</param>
/// <param name="WithDownloads">Issuers found by authority information access are at hand.</param>
/// <param name="WithPreloaded">Intermediates of public CAs are at hand.</param>
/// <param name="SecurityLevel">OpenSSL's.</param>
/// <param name="ReadsPkcs7">Issuers that came as PKCS#7 are among those that were found.</param>
internal sealed record SearchKind(PathBuilder Builder, bool UsesPublicRoots, bool PartialChain, bool WithDownloads, bool WithPreloaded,
    int SecurityLevel, bool ReadsPkcs7 = true);

/// <summary>What a client's search came to: paths, or OpenSSL's own answer.</summary>
internal sealed record ClientSearch
{
    /// <summary>The paths; null with OpenSSL, and where no chain reaches an anchor.</summary>
    internal PathSearchResult? Result { get; init; }

    /// <summary>Why GnuTLS's chain reaches no anchor.</summary>
    internal ClientFault? Fault { get; init; }

    /// <summary>OpenSSL's answer.</summary>
    internal OpenSslResult? OpenSsl { get; init; }

    /// <summary>What that is about.</summary>
    internal IReadOnlyList<Certificate> Chain { get; init; } = [];

    internal bool IsAccepted => OpenSsl is { } answer ? answer.Code == 0 : Result?.Path is not null;

    internal Certificate? Anchor => OpenSsl is null ? Result?.Path?.Anchor : IsAccepted ? Chain[^1] : null;
}

/// <summary>
/// The searches behind the profiles: each kind is run once, however many clients share it. The name is checked apart, since clients differ
/// there.
/// </summary>
internal sealed class ClientSearches(ClientEvidence evidence, CancellationToken cancellation = default)
{
    private readonly Dictionary<SearchKind, ClientSearch> _results = [];

    internal ClientEvidence Evidence => evidence;

    internal ClientSearch this[SearchKind kind]
    {
        get
        {
            if (!_results.TryGetValue(kind, out ClientSearch? result))
            {
                result = Run(kind);
                _results.Add(kind, result);
            }

            return result;
        }
    }

    private ClientSearch Run(SearchKind kind)
    {
        PathQuery query = QueryFor(kind);
        if (kind.Builder == PathBuilder.SentFirst && SentChain.Find(query) is { } sent)
        {
            return new ClientSearch { Result = PathSearch.SearchUntil(sent, cancellation) };
        }

        if (kind.Builder is PathBuilder.Search or PathBuilder.SentFirst)
        {
            return new ClientSearch { Result = PathSearch.SearchUntil(query, cancellation) };
        }

        if (kind.Builder == PathBuilder.OpenSsl)
        {
            (OpenSslResult answer, IReadOnlyList<Certificate> verified) =
                OpenSslVerification.Verify(query, kind.SecurityLevel, cancellation);
            return new ClientSearch { OpenSsl = answer, Chain = verified };
        }

        SingleChain chain = SingleChain.Build(query);
        if (chain.Fault is not null)
        {
            return new ClientSearch { Fault = chain.Fault };
        }

        // Nothing but this chain: what breaks a rule here is not avoided by another.
        PathQuery single =
            query with { Presented = chain.Certificates, Intermediates = null, Anchors = new CertificateIndex([chain.Certificates[^1]]),
                PartialChain = true };
        return new ClientSearch { Result = PathSearch.SearchUntil(single, cancellation) };
    }

    private PathQuery QueryFor(SearchKind kind)
    {
        PathQuery query = evidence.Query;
        return query with
        {
            // What a client downloads is to its search as if it had been sent.
            Presented = [.. query.Presented, .. kind.WithDownloads ? Downloaded(kind) : [], .. kind.WithPreloaded
                ? evidence.KnownIntermediates?.Certificates ?? [] : []],
            Anchors = kind.UsesPublicRoots ? evidence.PublicRoots ?? CertificateIndex.Empty : query.Anchors,
            Intermediates = null,
            PartialChain = kind.PartialChain,
            HostName = null,
            Policy = PathPolicy.Default,
            Purpose = Purpose.ServerAuthentication,
            AllPaths = false,
        };
    }

    private IEnumerable<Certificate> Downloaded(SearchKind kind) =>
        (evidence.Downloaded ?? []).Where(certificate => kind.ReadsPkcs7 || !evidence.DownloadedInPkcs7.Contains(certificate));
}

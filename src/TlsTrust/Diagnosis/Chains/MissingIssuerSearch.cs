using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Connections.Downloads;
using TlsTrust.Issuers;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Chains;

/// <summary>How missing issuers are looked for.</summary>
public sealed record MissingIssuerOptions
{
    /// <summary>The trust store in use.</summary>
    public required TrustStore Store { get; init; }

    /// <summary>The publicly known roots.</summary>
    public PublicRootSet PublicRoots { get; init; } = PublicRootSet.BuiltIn;

    /// <summary>Given files and folders, stores of this machine, the cache, in the order of asking.</summary>
    public IReadOnlyList<IssuerSource> AtHand { get; init; } = [];

    /// <summary>Leave the URLs in certificates alone.</summary>
    public bool NoDownload { get; init; }

    /// <summary>How the URLs in certificates are fetched.</summary>
    public CertificateUrlOptions Urls { get; init; } = new();

    /// <summary>How long one chain may be looked for.</summary>
    public TimeSpan TimeLimit { get; init; } = IssuerFinder.MaxSearchTime;

    /// <summary>Where downloads are kept for the next run; null for nowhere.</summary>
    public IssuerCache? Cache { get; init; }

    /// <summary>Give the root too.</summary>
    public bool IncludeRoot { get; init; }

    /// <summary>Look on for further candidates when one already leads to the store.</summary>
    public bool All { get; init; }

    /// <summary>The time for which candidates are ranked, UTC; null for <see cref="Clock"/>'s.</summary>
    public DateTime? At { get; init; }

    /// <summary>This machine's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Told what is going on, one line each; null for nobody.</summary>
    public Action<string>? Trace { get; init; }
}

/// <summary>Says which issuers are missing from what was sent or lies in a file, and finds them.</summary>
public sealed class MissingIssuerSearch : IDisposable
{
    private readonly MissingIssuerOptions _options;
    private readonly AiaClient? _aia;

    /// <summary>A search for one run.</summary>
    public MissingIssuerSearch(MissingIssuerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _aia = options.NoDownload ? null : new AiaClient(options.Urls);
    }

    /// <summary>HTTP requests sent so far.</summary>
    public int Requests => _aia?.Requests ?? 0;

    /// <inheritdoc/>
    public void Dispose() => _aia?.Dispose();

    /// <summary>One match for each issuer that is missing, nearest to the leaf first; nothing where nothing is missing.</summary>
    public async Task<IReadOnlyList<IssuerMatch>> FindAsync(PresentedCertificates presented, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(presented);
        List<IssuerMatch> matches = [];
        foreach (PresentedCertificates chain in presented.Chains())
        {
            matches.AddRange(await FindOneAsync(chain, cancellation).ConfigureAwait(false));
        }

        return matches;
    }

    private async Task<IReadOnlyList<IssuerMatch>> FindOneAsync(PresentedCertificates chain, CancellationToken cancellation)
    {
        Certificate leaf = chain.Certificates[0].Certificate;
        if (leaf.IsSelfSigned)
        {
            _options.Trace?.Invoke($"{chain.Origin}: {leaf.Subject} is its own issuer");
            return [];
        }

        IssuerFinder finder = new(new IssuerSources
        {
            Local =
            [
                .. FoundBefore(chain),
                .. _options.AtHand,
            ],
            PublicRoots = _options.PublicRoots,
            Aia = _aia,
            TimeLimit = _options.TimeLimit,
        });
        DateTime at = _options.At ?? _options.Clock.GetUtcNow().UtcDateTime;
        IssuerSearchResult result = await finder.FindAsync(
            new()
            {
                Child = leaf,
                Presented = [.. chain.Certificates.Select(stored => stored.Certificate)],
                Store = _options.Store,
                At = at,
                Reach = chain.Reach,
                All = _options.All,
            },
            cancellation).ConfigureAwait(false);
        foreach (IssuerAttempt attempt in result.Attempts)
        {
            _options.Trace?.Invoke($"{chain.Origin}: {attempt}");
        }

        _options.Cache?.Keep(result);
        return [.. Matches(chain, leaf, result, at)];
    }

    // What a report has found already is not fetched once more.
    private IEnumerable<IssuerSource> FoundBefore(PresentedCertificates chain) => chain.FoundBefore
        .Where(stored => !_options.Store.Index.Contains(stored.Certificate))
        .Select(stored => new IssuerSource(
            stored.Origin.Kind == CertificateOriginKind.Download ? IssuerSourceKind.Download : IssuerSourceKind.File, stored.Location, () =>
                [stored]));

    private IEnumerable<IssuerMatch> Matches(PresentedCertificates chain, Certificate leaf, IssuerSearchResult result, DateTime at)
    {
        ResultList<IssuerAttempt> attempts = [.. result.Attempts];
        IReadOnlyList<FoundIssuer> way = result.Best?.Issuers ?? [];
        LeadsTo end = result.Best?.End ?? LeadsTo.Unknown;
        FoundIssuer? root = end == LeadsTo.Unknown ? null : way[^1];
        bool any = false;
        Certificate child = leaf;
        for (int i = 0; i < way.Count; i++)
        {
            FoundIssuer issuer = way[i];

            // The server need not send its root; a root that the store has is missing to nobody. One that neither has is.
            bool isHole = issuer.Kind != IssuerSourceKind.Presented && (issuer != root || end != LeadsTo.StoreAnchor);
            bool isWantedRoot = issuer == root && _options.IncludeRoot && (any || end != LeadsTo.StoreAnchor);
            if (isHole || isWantedRoot)
            {
                any = true;
                yield return Found(chain, result, issuer, child, i + 1, end, root, attempts, at);
            }

            child = issuer.Certificate;
        }

        if (end == LeadsTo.Unknown)
        {
            yield return NotFound(chain, child, way.Count + 1, attempts);
        }
        else if (!any)
        {
            _options.Trace?.Invoke($"{chain.Origin}: nothing is missing up to {root!.Certificate.Subject}");
        }
    }

    private IssuerMatch Found(
        PresentedCertificates chain, IssuerSearchResult result, FoundIssuer issuer, Certificate child, int depth, LeadsTo end,
            FoundIssuer? root, ResultList<IssuerAttempt> attempts, DateTime at)
    {
        FoundIssuer[] candidates =
            [.. result.Leads.Where(lead => lead.Issuers.Count >= depth && ChildOf(lead, depth, result.Child).Equals(child))
                .Select(lead => lead.Issuers[depth - 1]).DistinctBy(candidate => candidate.Certificate)];
        string leads = end switch
        {
            LeadsTo.StoreAnchor => $"leads to {root!.Certificate.Subject}, which the store has",
            LeadsTo.PublicRoot => $"leads to {root!.Certificate.Subject}, which is publicly known and which the store lacks",
            LeadsTo.PrivateRoot => $"leads to {root!.Certificate.Subject}, which is neither in the store nor publicly known",
            _ => "and the next issuer is missing again",
        };
        return new()
        {
            Origin = chain.Origin,
            Status = IssuerStatus.Found,
            Certificate = Describe(issuer, depth, root, at),
            IssuerOf = child.Subject.ToString(),
            Depth = depth,
            IssuerName = child.Issuer.ToString(),
            IssuerKeyIdentifier = child.AuthorityKeyIdentifier?.KeyIdentifier?.ToString() ?? "",
            Source = issuer.Kind,
            Location = issuer.Location,
            LeadsTo = end,
            Anchor = root?.Certificate.Subject.ToString() ?? "",
            Candidates = [.. candidates.Select(candidate => Describe(candidate, depth, root, at))],
            Attempts = attempts,
            Summary = $"{issuer.Certificate.Subject} issued {child.Subject}; found: {issuer.Location}; {leads}.",
        };
    }

    private static Certificate ChildOf(IssuerLead lead, int depth, Certificate leaf) =>
        depth == 1 ? leaf : lead.Issuers[depth - 2].Certificate;

    private ChainCertificate Describe(FoundIssuer issuer, int depth, FoundIssuer? root, DateTime at)
    {
        ChainRole role = issuer.Certificate.LooksSelfSigned ? ChainRole.Root
            : _options.PublicRoots.ByKey(issuer.Certificate) is not null ? ChainRole.CrossSign
            : ChainRole.Intermediate;
        return ChainCertificates.Describe(issuer.Certificate, depth, role, issuer.Origin, at, issuer.Certificate.NotAfter < at
            ? ["it has expired"] : null);
    }

    private IssuerMatch NotFound(PresentedCertificates chain, Certificate child, int depth, ResultList<IssuerAttempt> attempts)
    {
        string key = child.AuthorityKeyIdentifier?.KeyIdentifier?.ToString() ?? "";
        string identified = key.Length > 0 ? $" (key identifier {key})" : "";
        string asked = _aia is null && child.CaIssuersUrls.Count > 0
            ? "; downloads were off, its certificate names " + string.Join(", ", child.CaIssuersUrls)
            : attempts.Any(attempt => attempt.IsPrivate)
                ? "; its certificate names a private address, which -AllowPrivateAddress lets downloads go to"
            : child.CaIssuersUrls.Count == 0 ? "; its certificate names no URL for it"
            : "";
        return new()
        {
            Origin = chain.Origin,
            Status = IssuerStatus.NotFound,
            IssuerOf = child.Subject.ToString(),
            Depth = depth,
            IssuerName = child.Issuer.ToString(),
            IssuerKeyIdentifier = key,
            Attempts = attempts,
            Summary = $"The issuer of {child.Subject} was not found: {child.Issuer}{identified}{asked}. Ask whoever issued the " +
                $"certificate, or runs the server, for this CA certificate.",
        };
    }
}

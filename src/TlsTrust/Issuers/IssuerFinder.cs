using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Connections.Downloads;

namespace TlsTrust.Issuers;

/// <summary>
/// Finds who signed a certificate, and who signed that one, up to a root: in what was sent, in given files, in the machine's stores, in
/// the cache, by AIA. An issuer counts only when its key verifies the signature and it may sign. Nothing that is found becomes an anchor.
/// </summary>
public sealed class IssuerFinder
{
    /// <summary>5 hops by AIA: the longest public chains have 4 certificates.</summary>
    public const int MaxHops = 5;

    /// <summary>16 fetches for one chain: 5 hops with up to 3 URLs each, and one over.</summary>
    public const int MaxFetches = 16;

    /// <summary>
    /// 200 signature checks for one chain: public names have at most some ten certificates of one subject; more is made to cost time.
    /// </summary>
    public const int MaxSignatureChecks = 200;

    /// <summary>64 leads: enough to list every cross-sign; beyond it only their number grows.</summary>
    public const int MaxLeads = 64;

    /// <summary>16 certificates above each other, the depth limit of the path search.</summary>
    public const int MaxDepth = 16;

    /// <summary>
    /// 20 s of downloads for one chain: two servers that answer at the last moment, and nobody waits longer for an explanation.
    /// </summary>
    public static readonly TimeSpan MaxSearchTime = TimeSpan.FromSeconds(20);

    private readonly IssuerSources _sources;

    /// <summary>A finder with these sources.</summary>
    public IssuerFinder(IssuerSources sources)
    {
        _sources = sources;
    }

    /// <summary>Looks for the issuers above a certificate. Throws only when cancelled.</summary>
    public async Task<IssuerSearchResult> FindAsync(IssuerQuery query, CancellationToken cancellation)
    {
        IssuerClimb climb = new(query, _sources);
        List<IssuerLead> leads = climb.Run();
        if (_sources.Aia is { } aia && !query.Child.IsSelfSigned)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(_sources.TimeLimit);
            int fetches = 0;
            HashSet<string> asked = new(StringComparer.Ordinal);
            for (int hop = 0; hop < MaxHops && (query.All || !leads.Exists(lead => lead.End == LeadsTo.StoreAnchor)); hop++)
            {
                string[] urls = [.. UrlsToAsk(query.Child, leads).Where(url => !asked.Contains(url))];
                if (urls.Length == 0)
                {
                    break;
                }

                bool tooMany = fetches + urls.Length > MaxFetches;
                string[] now = [.. urls.Take(MaxFetches - fetches)];
                asked.UnionWith(now);
                fetches += now.Length;

                // All URLs of a hop at once: they are alternatives, and the slowest of them costs no more than itself.
                AiaAnswer[] answers = await Task.WhenAll(now.Select(url => AskAsync(aia, url, query.Reach, limit.Token, cancellation)))
                    .ConfigureAwait(false);
                foreach (AiaAnswer answer in answers)
                {
                    climb.Add(answer);
                }

                leads = climb.Run();
                if (tooMany || limit.IsCancellationRequested)
                {
                    climb.Exhausted(tooMany ? $"more than {MaxFetches} URLs" : $"more than {_sources.TimeLimit.TotalSeconds} s");
                    break;
                }
            }
        }

        return climb.Result(leads);
    }

    /// <summary>
    /// True when the certificate may sign others: basic constraints say CA, and key usage, where there is one, allows it. A version 1 root
    /// has neither.
    /// </summary>
    internal static bool MaySign(Certificate issuer) =>
        (issuer.IsCA || (issuer.BasicConstraints is null && issuer.IsSelfSigned))
            && (issuer.KeyUsage?.HasFlag(KeyUsage.KeyCertSign) ?? true);

    // First where a lead is open; where none is, every certificate below an end outside the store: it may have a cross-sign.
    private static IEnumerable<string> UrlsToAsk(Certificate child, List<IssuerLead> leads)
    {
        if (leads.Count == 0)
        {
            return Http(child);
        }

        List<string> open = [.. leads.Where(lead => lead.End == LeadsTo.Unknown).SelectMany(lead => Http(lead.Top.Certificate)).Distinct()];
        return leads.Exists(lead => lead.End == LeadsTo.Unknown) && open.Count > 0
            ? open
            : Http(child).Concat(leads.SelectMany(lead => lead.Issuers.SelectMany(issuer => Http(issuer.Certificate)))).Distinct();
    }

    private static async Task<AiaAnswer> AskAsync(AiaClient aia, string url, FetchReach reach, CancellationToken limit,
        CancellationToken cancellation)
    {
        try
        {
            return await aia.FetchAsync(url, reach, limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new() { Url = url, Outcome = FetchOutcome.TimedOut, Detail = "the time for this chain was up" };
        }
    }

    private static IEnumerable<string> Http(Certificate certificate) => certificate.IsSelfSigned ? [] : certificate.CaIssuersUrls;
}

using System.Collections.Concurrent;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;

namespace TlsTrust.Issuers;

/// <summary>
/// Fetches issuers by authority information access (RFC 5280 §4.2.2.1), each URL once a run. What it returns is evidence, never
/// an anchor; whoever takes it checks the signature.
/// </summary>
public sealed class AiaClient : IDisposable
{
    /// <summary>64 KiB: one certificate is 1 to 3 KiB; ten post-quantum ones would still fit.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <summary>256 KiB for PKCS#7: some CAs put all their cross-certificates into one.</summary>
    public const int MaxPkcs7Bytes = 256 * 1024;

    /// <summary>64 certificates are taken out of one answer; more would only be work for the search.</summary>
    public const int MaxCertificates = 64;

    /// <summary>4,096 answers are kept; a scan of 20,000 endpoints meets a few hundred URLs, only an attacker makes more.</summary>
    public const int MaxKept = 4096;

    /// <summary>32 MiB of answers are kept, for the same reason.</summary>
    public const long MaxKeptBytes = 32 * 1024 * 1024;

    private readonly CertificateUrlFetcher _fetcher;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<(string Url, FetchReach Reach), Lazy<Task<AiaAnswer>>> _answers = new();
    private readonly ConcurrentQueue<(string Url, FetchReach Reach)> _order = new();
    private long _keptBytes;

    /// <summary>A client for one run.</summary>
    /// <param name="options">Limits, name resolution, proxy.</param>
    public AiaClient(CertificateUrlOptions? options = null)
    {
        _fetcher = new CertificateUrlFetcher(options ?? new CertificateUrlOptions());
    }

    /// <summary>HTTP requests sent so far in this run.</summary>
    public int Requests => _fetcher.Requests;

    /// <summary>The certificates behind a URL. Never throws for what the network does.</summary>
    /// <param name="url">A caIssuers URL.</param>
    /// <param name="reach">What is open beside public addresses.</param>
    /// <param name="cancellation">Ends the waiting of this caller; others may wait for the same answer.</param>
    public async Task<AiaAnswer> FetchAsync(string url, FetchReach reach, CancellationToken cancellation)
    {
        // An answer that a public address gave is good for everybody; what only a private one gave, for those who may go there.
        AiaAnswer answer = await OnceAsync(url, FetchReach.Public, cancellation).ConfigureAwait(false);
        return answer.Outcome == FetchOutcome.PrivateAddress && reach != FetchReach.Public
            ? await OnceAsync(url, reach, cancellation).ConfigureAwait(false)
            : answer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _fetcher.Dispose();
        _end.Dispose();
    }

    private static int ExtendForPkcs7(ReadOnlyMemory<byte> start) =>
        AiaAnswerReader.LooksLikePkcs7(start.Span) ? MaxPkcs7Bytes : MaxAnswerBytes;

    private async Task<AiaAnswer> OnceAsync(string url, FetchReach reach, CancellationToken cancellation)
    {
        (string, FetchReach) key = (url, reach);
        Lazy<Task<AiaAnswer>> mine = new(() => GetAsync(url, reach));
        Lazy<Task<AiaAnswer>> answer = _answers.GetOrAdd(key, mine);
        if (!ReferenceEquals(answer, mine))
        {
            // Somebody else's requests, which are counted there.
            return await answer.Value.WaitAsync(cancellation).ConfigureAwait(false) with { Requests = 0 };
        }

        _order.Enqueue(key);
        Trim();
        return await answer.Value.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private void Trim()
    {
        while ((_order.Count > MaxKept || Interlocked.Read(ref _keptBytes) > MaxKeptBytes) && _order.TryDequeue(out var oldest))
        {
            if (_answers.TryRemove(oldest, out Lazy<Task<AiaAnswer>>? gone)
                && gone is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                Interlocked.Add(ref _keptBytes, -Weight(gone.Value.Result.Certificates));
            }
        }
    }

    private static long Weight(IReadOnlyList<Certificate> certificates) =>
        certificates.Sum(certificate => (long)certificate.RawData.Length);

    private async Task<AiaAnswer> GetAsync(string url, FetchReach reach)
    {
        FetchedContent fetched;
        try
        {
            fetched = await _fetcher.FetchAsync(new FetchRequest(url, MaxAnswerBytes, reach) { Extend = ExtendForPkcs7 }, _end.Token)
                .ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
        {
            return new() { Url = url, Outcome = FetchOutcome.TimedOut, Detail = "the run has ended" };
        }

        if (fetched.Outcome != FetchOutcome.Fetched)
        {
            return new() { Url = url, Outcome = fetched.Outcome, Detail = fetched.Detail, Requests = fetched.Requests,
                Milliseconds = fetched.Milliseconds };
        }

        IReadOnlyList<Certificate> certificates = AiaAnswerReader.Read(fetched.Content, out string form);
        Interlocked.Add(ref _keptBytes, Weight(certificates));
        return new()
        {
            Url = url,
            Outcome = FetchOutcome.Fetched,
            Detail = form,
            Certificates = certificates.Count > MaxCertificates ? [.. certificates.Take(MaxCertificates)] : certificates,
            IsPkcs7 = AiaAnswerReader.LooksLikePkcs7(fetched.Content.Span),
            Requests = fetched.Requests,
            Milliseconds = fetched.Milliseconds,
            FromPrivateAddress = fetched.FromPrivateAddress,
            ServerTime = fetched.ServerTime,
        };
    }
}

using System.Collections.Concurrent;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Connections.Downloads;

namespace TlsTrust.Revocation;

/// <summary>
/// Asks whether the certificates of a path were revoked. "Revoked" needs a signed statement; "could not ask" is never mixed up with it.
/// </summary>
public sealed class RevocationChecker : IDisposable
{
    /// <summary>64 KiB: an OCSP answer is under 3 KiB.</summary>
    public const int MaxOcspBytes = 64 * 1024;

    /// <summary>32 MiB: the largest CRLs of public CAs are about 10 MiB.</summary>
    public const int MaxCrlBytes = 32 * 1024 * 1024;

    /// <summary>3 URLs of a kind are asked for one certificate; more name the same responder again.</summary>
    public const int MaxUrls = 3;

    /// <summary>64 MiB of CRLs are kept in a run, so that thousands of endpoints of one CA fetch its CRL once.</summary>
    public const long MaxKeptBytes = 64 * 1024 * 1024;

    /// <summary>
    /// 20 s for one path: two responders that answer at the last moment; nobody waits longer to hear that it is not known.
    /// </summary>
    public static readonly TimeSpan MaxCheckTime = TimeSpan.FromSeconds(20);

    private const string TimeIsUp = "the time for this chain was up";

    private readonly CertificateUrlFetcher _fetcher;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<(string Url, FetchReach Reach), Lazy<Task<FetchedCrl>>> _crls = new();
    private readonly ConcurrentQueue<(string Url, FetchReach Reach)> _order = new();
    private long _keptBytes;

    /// <summary>A checker for one run.</summary>
    /// <param name="options">Limits, name resolution, proxy.</param>
    /// <param name="limit">Time for one path; null for <see cref="MaxCheckTime"/>.</param>
    public RevocationChecker(CertificateUrlOptions? options = null, TimeSpan? limit = null)
    {
        _fetcher = new CertificateUrlFetcher(options ?? new CertificateUrlOptions());
        _limit = limit ?? MaxCheckTime;
    }

    /// <summary>HTTP requests sent so far in this run.</summary>
    public int Requests => _fetcher.Requests;

    /// <summary>One result for each certificate of the path below its anchor, leaf first. Throws only when cancelled.</summary>
    public async Task<IReadOnlyList<RevocationResult>> CheckAsync(RevocationQuery query, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_limit);
        List<RevocationResult> results = [];
        for (int depth = 0; depth + 1 < query.Path.Count; depth++)
        {
            cancellation.ThrowIfCancellationRequested();
            results.Add(query.Mode == RevocationMode.None
                ? new() { Depth = depth, Status = RevocationStatus.NotAsked }
                : await CheckOneAsync(query, depth, limit.Token, cancellation).ConfigureAwait(false));
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _fetcher.Dispose();
        _end.Dispose();
    }

    private async Task<RevocationResult> CheckOneAsync(RevocationQuery query, int depth, CancellationToken limit,
        CancellationToken cancellation)
    {
        Certificate certificate = query.Path[depth], issuer = query.Path[depth + 1];
        List<string> attempts = [];
        if (AtHand() is { } known)
        {
            return known;
        }

        if (query.Mode == RevocationMode.Online)
        {
            foreach (string url in certificate.OcspUrls.Take(MaxUrls))
            {
                FetchedContent fetched = await InTimeAsync(
                    () => AskAsync(url, certificate, issuer, query.Reach, limit),
                    new() { Url = url, Outcome = FetchOutcome.TimedOut, Detail = TimeIsUp },
                    cancellation).ConfigureAwait(false);
                if (fetched.Outcome != FetchOutcome.Fetched)
                {
                    attempts.Add($"OCSP {url}: {fetched.Detail}");
                }
                else if (FromOcsp(fetched.Content, $"OCSP {url}", RevocationChannel.Responder) is { } answer)
                {
                    return answer;
                }
            }

            foreach (string url in certificate.CrlUrls.Take(MaxUrls))
            {
                FetchedCrl fetched = await InTimeAsync(() => CrlAsync(url, query.Reach, limit), new(null, TimeIsUp), cancellation)
                    .ConfigureAwait(false);
                if (fetched.List is not { } list)
                {
                    attempts.Add($"CRL {url}: {fetched.Fault}");
                    continue;
                }

                IReadOnlyList<CertificateRevocationList> deltas = await DeltasAsync(certificate, list).ConfigureAwait(false);
                if (FromCrl(list, deltas.Count == 0 ? $"CRL {url}" : $"CRL {url} with its delta", deltas) is { } answer)
                {
                    return answer;
                }
            }

            if (certificate.OcspUrls.Count == 0 && certificate.CrlUrls.Count == 0)
            {
                attempts.Add("the certificate names neither an OCSP responder nor a CRL");
            }
        }
        else if (attempts.Count == 0)
        {
            attempts.Add("nothing at hand answers for it");
        }

        return new() { Depth = depth, Status = RevocationStatus.Unknown, Attempts = attempts };

        // All that is at hand is heard: a staple of last week does not clear what a list of today has. A hold can be lifted, so there the
        // newest decides.
        RevocationResult? AtHand()
        {
            List<RevocationResult?> answers =
                [depth == 0 && !query.StapledOcsp.IsEmpty ? FromOcsp(query.StapledOcsp, "stapled OCSP", RevocationChannel.Staple) : null,
                    .. query.Crls.Select(crl => FromCrl(crl, "given CRL", []))];
            return answers.Find(answer => answer is { Status: RevocationStatus.Revoked, Reason: not RevocationReason.CertificateHold })
                ?? (answers.Exists(answer => answer?.Status == RevocationStatus.Revoked) ? answers.MaxBy(answer => answer?.ThisUpdate)
                    : answers.Find(answer => answer is not null));
        }

        // What a delta adds is news; without one the complete list is as good as its issuer promised.
        async Task<IReadOnlyList<CertificateRevocationList>> DeltasAsync(Certificate of, CertificateRevocationList complete)
        {
            foreach (string url in of.FreshestCrlUrls.Concat(complete.FreshestUrls).Distinct().Take(MaxUrls))
            {
                FetchedCrl fetched = await InTimeAsync(() => CrlAsync(url, query.Reach, limit), new(null, TimeIsUp), cancellation)
                    .ConfigureAwait(false);
                string fault = fetched.List is not { } delta ? fetched.Fault
                    : !delta.IsDelta ? "it is no delta CRL"
                    : !CrlAnswer.GoesWith(delta, complete) ? "it does not build upon the complete CRL, or is no newer"
                    : !delta.IsCurrent(query.At) ? "it is not current"
                    : "";
                if (fault.Length == 0)
                {
                    return [fetched.List!];
                }

                attempts.Add($"delta CRL {url}: {fault}");
            }

            return [];
        }

        RevocationResult? FromOcsp(ReadOnlyMemory<byte> response, string source, RevocationChannel channel)
        {
            (OcspAnswer? answer, string reason) = OcspVerifier.Verify(response, certificate, issuer, query.At);
            if (answer is null || answer.Status == OcspCertificateStatus.Unknown)
            {
                attempts.Add($"{source}: {(answer is null ? reason : "the responder does not know the certificate")}");
                return null;
            }

            return new()
            {
                Depth = depth,
                Status = answer.Status == OcspCertificateStatus.Good ? RevocationStatus.Good : RevocationStatus.Revoked,
                Source = source,
                Channel = channel,
                RevokedAt = answer.RevokedAt,
                Reason = answer.Reason,
                ThisUpdate = answer.ThisUpdate,
                NextUpdate = answer.NextUpdate,
                Attempts = [.. attempts],
            };
        }

        RevocationResult? FromCrl(CertificateRevocationList list, string source, IReadOnlyList<CertificateRevocationList> deltas)
        {
            if (list.IsDelta && query.Crls.Any(complete => CrlAnswer.GoesWith(list, complete)))
            {
                return null; // it speaks through the one that it builds upon
            }

            CrlAnswer answer =
                CrlAnswer.Of(list, certificate, by =>
                    query.Path.Skip(depth + 1).Where(above => above.Subject.Equals(by)), [.. query.Crls, .. deltas], query.At);
            string reason = answer.Status != CrlStatus.Good ? answer.Reason
                : OcspVerifier.Staleness(list.ThisUpdate, list.NextUpdate, query.At)
                    ?? (answer.Reasons == CrlScope.AllReasons ? "" : "it covers only some reasons");
            if (reason.Length > 0)
            {
                attempts.Add($"{source}: {reason}");
            }

            return answer.Status is CrlStatus.Good or CrlStatus.Revoked && reason.Length == 0
                ? new()
                {
                    Depth = depth,
                    Status = answer.Status == CrlStatus.Good ? RevocationStatus.Good : RevocationStatus.Revoked,
                    Source = source,
                    Channel = RevocationChannel.List,
                    RevokedAt = answer.Entry?.RevokedAt,
                    Reason = (RevocationReason?)answer.Entry?.ReasonCode,
                    ThisUpdate = list.ThisUpdate,
                    NextUpdate = list.NextUpdate,
                    Attempts = [.. attempts],
                }
                : null;
        }
    }

    private static async Task<T> InTimeAsync<T>(Func<Task<T>> asking, T late, CancellationToken cancellation)
    {
        try
        {
            return await asking().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return late;
        }
    }

    private async Task<FetchedContent> AskAsync(string url, Certificate certificate, Certificate issuer, FetchReach reach,
        CancellationToken cancellation)
    {
        byte[] request = OcspRequest.Build(certificate, issuer);
        if (OcspRequest.GetUrl(url, request) is { } get)
        {
            FetchedContent answer = await _fetcher.FetchAsync(new FetchRequest(get, MaxOcspBytes, reach), cancellation)
                .ConfigureAwait(false);

            // Some responders take only POST; they say so by a status or by an answer that is none.
            bool again = answer.Outcome == FetchOutcome.Status
                || (answer.Outcome == FetchOutcome.Fetched && OcspResponse.TryRead(answer.Content) is not { Status: 0 });
            if (!again)
            {
                return answer;
            }
        }

        return await _fetcher.FetchAsync(
            new FetchRequest(url, MaxOcspBytes, reach) { Body = request, BodyType = "application/ocsp-request" }, cancellation)
                .ConfigureAwait(false);
    }

    private Task<FetchedCrl> CrlAsync(string url, FetchReach reach, CancellationToken cancellation)
    {
        (string, FetchReach) key = (url, reach);
        Lazy<Task<FetchedCrl>> crl =
            _crls.GetOrAdd(key, static (key, checker) => new(() => checker.FetchCrlAsync(key.Url, key.Reach)), this);
        if (!crl.IsValueCreated)
        {
            _order.Enqueue(key);
            while (Interlocked.Read(ref _keptBytes) > MaxKeptBytes && _order.TryDequeue(out var oldest))
            {
                if (_crls.TryRemove(oldest, out Lazy<Task<FetchedCrl>>? gone)
                    && gone is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                {
                    Interlocked.Add(ref _keptBytes, -(gone.Value.Result.List?.RawData.Length ?? 0));
                }
            }
        }

        return crl.Value.WaitAsync(cancellation);
    }

    private async Task<FetchedCrl> FetchCrlAsync(string url, FetchReach reach)
    {
        FetchedContent fetched;
        try
        {
            fetched = await _fetcher.FetchAsync(new FetchRequest(url, MaxCrlBytes, reach), _end.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
        {
            return new(null, "the run has ended");
        }

        if (fetched.Outcome != FetchOutcome.Fetched)
        {
            return new(null, fetched.Detail);
        }

        if (!CertificateRevocationList.TryParse(fetched.Content, out CertificateRevocationList? list, out DerFault? broken))
        {
            return new(null, $"not a CRL: {broken}");
        }

        Interlocked.Add(ref _keptBytes, list.RawData.Length);
        return new(list, "");
    }

    private sealed record FetchedCrl(CertificateRevocationList? List, string Fault);
}

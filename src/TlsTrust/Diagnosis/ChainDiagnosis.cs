using System.Net;
using System.Net.Sockets;
using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Connections.Downloads;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Issuers;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis;

/// <summary>What every diagnosis of one run shares.</summary>
internal sealed record ChainDiagnosisOptions
{
    /// <summary>The publicly known roots.</summary>
    public required PublicRootSet PublicRoots { get; init; }

    /// <summary>Certificates at hand that may complete a chain.</summary>
    public IReadOnlyList<IssuerSource> AtHand { get; init; } = [];

    /// <summary>Leave the URLs in certificates alone.</summary>
    public bool NoDownload { get; init; }

    /// <summary>How the URLs in certificates are fetched.</summary>
    public CertificateUrlOptions Urls { get; init; } = new();

    /// <summary>Whether revocation is looked at.</summary>
    public RevocationMode Revocation { get; init; }

    /// <summary>Told what is going on, one line each; null for nobody.</summary>
    public Action<string>? Trace { get; init; }
}

/// <summary>What is particular to one chain beside its evidence.</summary>
internal sealed record ChainCircumstances
{
    /// <summary>How far inside downloads may go: as far as the endpoint itself is.</summary>
    public FetchReach Reach { get; init; }

    /// <summary>The OCSP answer that the server stapled; null where none arrived.</summary>
    public ReadOnlyMemory<byte>? StapledOcsp { get; init; }

    /// <summary>How the handshake went, for the clients' rows.</summary>
    public HandshakeFacts Handshake { get; init; } = new();

    /// <summary>Which other public hosts of this run stand under the root of a path; null where nobody keeps count.</summary>
    public Func<ChainEvidence, ChainJudgement, IReadOnlyList<string>>? OtherHosts { get; init; }

    /// <summary>Asks the name service whether the certificate's names are known here; null where nobody asks it.</summary>
    public Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>>? LookUp { get; init; }

    /// <summary>The address that sent the chain.</summary>
    public IPAddress? Answered { get; init; }

    /// <summary>What is left of the item's time.</summary>
    public required TimeSpan TimeLeft { get; init; }

    /// <summary>The item's whole time limit, for the words.</summary>
    public required TimeSpan TimeLimit { get; init; }
}

/// <summary>A chain with all that was found out about it.</summary>
/// <param name="Evidence">What it was judged from.</param>
/// <param name="Judgement">What it amounts to.</param>
/// <param name="Clients">What each client would make of it.</param>
internal sealed record DiagnosedChain(ChainEvidence Evidence, ChainJudgement Judgement, ResultList<ClientVerdict> Clients);

/// <summary>
/// The one way from a chain to its judgement: judge, find issuers, judge, other clocks and revocation, judge, ask what each client
/// would do. Endpoints, files, stores and kept reports come through here, each within its own time limit.
/// </summary>
internal sealed class ChainDiagnosis : IDisposable
{
    private readonly ChainDiagnosisOptions _options;
    private readonly AiaClient? _aia;
    private readonly IssuerFinder _finder;
    private readonly RevocationChecker _revocation;

    public ChainDiagnosis(ChainDiagnosisOptions options)
    {
        _options = options;
        _aia = options.NoDownload ? null : new AiaClient(options.Urls);
        _finder = new IssuerFinder(new IssuerSources { Local = options.AtHand, PublicRoots = options.PublicRoots, Aia = _aia });
        _revocation = new RevocationChecker(options.Urls);
    }

    public void Dispose()
    {
        _aia?.Dispose();
        _revocation.Dispose();
    }

    /// <summary>Diagnoses one chain. When its time is up, what is known by then is judged; throws only when the caller cancels.</summary>
    public async Task<DiagnosedChain> RunAsync(ChainEvidence evidence, ChainCircumstances around, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (around.TimeLeft > TimeSpan.Zero)
        {
            limit.CancelAfter(around.TimeLeft);
        }
        else
        {
            await limit.CancelAsync().ConfigureAwait(false); // a timer may come too late for what is too late already
        }

        TimeKeeper time = new(limit.Token, cancellation);
        string tooLate = $"the time limit of {around.TimeLimit.TotalSeconds:0.###} s was reached";

        ChainJudgement judgement = time.Within(() => ChainJudge.JudgeUntil(evidence, limit.Token)) ?? ChainJudge.GivenUp(evidence, tooLate);
        if (!judgement.ReachesAnchor && !judgement.IsGivenUp)
        {
            IssuerSearchResult? issuers =
                await time.WithinAsync(() => _finder.FindAsync(IssuerQuery(evidence, judgement, around), limit.Token))
                    .ConfigureAwait(false);
            evidence = issuers is null
                ? evidence with { Tried = [.. evidence.Tried, tooLate] }
                : evidence with { Found = [.. evidence.Found, .. ChainCompletion.Found(issuers)], Tried = ChainCompletion.Tried(issuers) };
            foreach (string attempt in evidence.Tried)
            {
                _options.Trace?.Invoke(attempt);
            }

            judgement = time.Within(() => ChainJudge.JudgeUntil(evidence, limit.Token)) ?? ChainJudge.GivenUp(evidence, tooLate);
        }

        ChainEvidence more = evidence with
        {
            OtherHostsUnderSameRoot = around.OtherHosts?.Invoke(evidence, judgement) ?? [],
            OtherClocks = await time.WithinAsync(() => ClocksAsync(evidence, judgement, around, limit.Token)).ConfigureAwait(false)
                ?? evidence.OtherClocks,
        };
        more = more with { Revocation = await RevocationAsync(more, judgement, around, time, tooLate, limit.Token).ConfigureAwait(false) };
        if (more.Revocation.Count > 0 || more.OtherHostsUnderSameRoot.Count > 0 || more.OtherClocks.Count > 0)
        {
            judgement = time.Within(() => ChainJudge.JudgeUntil(more, limit.Token)) ?? ChainJudge.GivenUp(more, tooLate);
        }

        ResultList<ClientVerdict> rows = time.Within(() => ClientRows.Of(more, judgement, around.Handshake, limit.Token))
            ?? ClientRows.Undecided(tooLate);
        judgement = ChainJudge.WithClients(judgement, more, rows);
        if (around.LookUp is { } lookUp && judgement.Findings.Any(finding => finding.Id == FindingId.NameMismatch))
        {
            judgement = await time.WithinAsync(() => WithLookedUpNamesAsync(judgement, more, lookUp, around.Answered, limit.Token))
                .ConfigureAwait(false) ?? judgement;
        }

        return new DiagnosedChain(more, judgement, rows);
    }

    // Of the names that would work: which of them lead here.
    private static async Task<ChainJudgement> WithLookedUpNamesAsync(
        ChainJudgement judgement, ChainEvidence evidence, Func<string, CancellationToken, Task<IReadOnlyList<IPAddress>>> lookUp,
            IPAddress? answered, CancellationToken cancellation)
    {
        string[] facts = await Task.WhenAll(NameFindings.ToLookUp(evidence.Presented[0], evidence.HostName ?? "").Select(async name =>
        {
            IReadOnlyList<IPAddress> addresses;
            try
            {
                addresses = await lookUp(name, cancellation).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                addresses = [];
            }

            return addresses.Count == 0 ? $"{name} does not resolve from here"
                : answered is not null && addresses.Contains(answered) ? $"{name} resolves to the address that answered, {answered}"
                : $"{name} resolves to " +
                    $"{string.Join(", ", addresses.Take(3))}{(answered is null ? "" : $", not to the address that answered, {answered}")}";
        })).ConfigureAwait(false);
        return judgement with
        {
            Findings = [
                .. judgement.Findings.Select(finding =>
                    finding.Id == FindingId.NameMismatch ? finding with { Evidence = [.. finding.Evidence, .. facts] } : finding)],
        };
    }

    private static IssuerQuery IssuerQuery(ChainEvidence evidence, ChainJudgement judgement, ChainCircumstances around) => new()
    {
        Child = judgement.BestPath[^1],
        Presented = evidence.Presented,
        Store = evidence.Store,
        At = evidence.At,
        Reach = around.Reach,
    };

    // Another clock is looked for only where this machine's finds the chain out of date.
    private async Task<IReadOnlyList<OtherClock>> ClocksAsync(ChainEvidence evidence, ChainJudgement judgement, ChainCircumstances around,
        CancellationToken cancellation)
    {
        if (!evidence.AtIsClock
            || !judgement.Findings.Any(finding => finding is { Severity: Severity.Error, Id: FindingId.Expired or FindingId.NotYetValid }))
        {
            return [];
        }

        Certificate leaf = evidence.Presented[0];
        OtherClock? server = _aia is null ? null
            : await OtherClocks.OfIssuerServerAsync(leaf, _aia, around.Reach, cancellation).ConfigureAwait(false);
        return [.. evidence.OtherClocks, .. server is null ? Array.Empty<OtherClock>() : [server], .. OtherClocks.OfTimestamps(leaf)];
    }

    // A stapled answer costs nobody anything and is always looked at; what it leaves open is a finding only for who asked.
    private async Task<IReadOnlyList<RevocationResult>> RevocationAsync(
        ChainEvidence evidence, ChainJudgement judgement, ChainCircumstances around, TimeKeeper time, string tooLate,
            CancellationToken cancellation)
    {
        bool asked = _options.Revocation != RevocationMode.None;
        if (judgement.CompletedPath.Count < 2 || (!asked && around.StapledOcsp is null))
        {
            return [];
        }

        RevocationQuery query = new()
        {
            Path = judgement.CompletedPath,
            Mode = asked ? _options.Revocation : RevocationMode.Offline,
            StapledOcsp = around.StapledOcsp ?? default,
            At = evidence.At,
            Reach = around.Reach,
        };
        IReadOnlyList<RevocationResult>? results = await time.WithinAsync(() => _revocation.CheckAsync(query, cancellation))
            .ConfigureAwait(false);
        results ??= [.. query.Path.SkipLast(1)
            .Select((_, depth) => new RevocationResult { Depth = depth, Status = RevocationStatus.Unknown, Attempts = [tooLate] })];
        return asked ? results : [.. results.Where(result => result.Status is RevocationStatus.Good or RevocationStatus.Revoked)];
    }

    /// <summary>Tells the end of an item's time, after which there is still an answer, from the caller's wish to end.</summary>
    private sealed class TimeKeeper(CancellationToken limit, CancellationToken caller)
    {
        /// <summary>What the work gives; null when time was up.</summary>
        public T? Within<T>(Func<T> work)
            where T : class
        {
            try
            {
                return work();
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !caller.IsCancellationRequested)
            {
                return null;
            }
        }

        /// <inheritdoc cref="Within"/>
        public async Task<T?> WithinAsync<T>(Func<Task<T>> work)
            where T : class
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !caller.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}

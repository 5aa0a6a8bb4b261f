using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Connections;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Endpoints;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Issuers;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis;

/// <summary>
/// What the tests of one run share: each URL is fetched once, and hosts under one root are remembered. Nothing outlives it.
/// </summary>
internal sealed class EndpointRun : IDisposable
{
    /// <summary>4,096 roots: more than there are, so that only an attacker's servers could fill it.</summary>
    private const int MaxRootsRemembered = 4096;

    /// <summary>8 hosts for a root: enough to show that they have nothing to do with each other.</summary>
    private const int MaxHostsRemembered = 8;

    private const int SmtpPort = 25;

    /// <summary>4 repeats at a time: fresh connections of one client do not look like a flood to the server.</summary>
    private const int RepeatsAtOnce = 4;

    private readonly EndpointTestOptions _options;
    private readonly ChainDiagnosis _diagnosis;
    private readonly SentIssuerCache _issuers = new();
    private readonly AnswerMemory _answers = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, byte>> _hostsByRoot = new();

    private readonly SemaphoreSlim _exchangers;

    public EndpointRun(EndpointTestOptions options)
    {
        _exchangers = new(options.ThrottleLimit);
        // A stapled answer is asked for where revocation is: that takes a further connection.
        _options = options.Revocation == RevocationMode.None ? options
            : options with { Connection = options.Connection with { AskForStapledOcsp = true } };
        _diagnosis = new ChainDiagnosis(new ChainDiagnosisOptions
        {
            PublicRoots = options.PublicRoots,
            AtHand = options.AtHand,
            NoDownload = options.NoDownload,
            Urls = options.Urls,
            Revocation = options.Revocation,
            Trace = options.Trace,
        });
    }

    public void Dispose()
    {
        _diagnosis.Dispose();
        _exchangers.Dispose();
    }

    /// <summary>
    /// Connects and judges: one report, one for each address, one for each kind of chain, or one for each mail exchanger.
    /// </summary>
    public async Task<IReadOnlyList<EndpointReport>> TestAsync(Endpoint endpoint, CancellationToken cancellation)
    {
        if (_options.MailExchangers is not { } lookup)
        {
            return await TestOneAsync(endpoint, cancellation);
        }

        IReadOnlyList<string> hosts;
        try
        {
            hosts = await lookup.FindAsync(endpoint.HostName, cancellation);
        }
        catch (IOException fault)
        {
            ConnectionEvidence unknown = new()
            {
                Endpoint = endpoint, ServerName = endpoint.HostName, Outcome = Cause.NameNotResolved, Detail = fault.Message,
            };
            return [await JudgeAsync(unknown, [], cancellation)];
        }

        _options.Trace?.Invoke($"the mail of {endpoint.HostName} goes to {string.Join(", ", hosts)}");
        IReadOnlyList<EndpointReport>[] reports =
            await Task.WhenAll(hosts.Select(host => TestExchangerAsync(endpoint, host, cancellation)));
        return [.. reports.SelectMany(ofHost => ofHost)];
    }

    // Several at a time, and never more than the limit, over all domains of the run.
    private async Task<IReadOnlyList<EndpointReport>> TestExchangerAsync(Endpoint domain, string host, CancellationToken cancellation)
    {
        Endpoint exchanger = Exchanger(domain, host);
        if (exchanger.Error is { } error)
        {
            return [await JudgeAsync(new()
            {
                Endpoint = domain, ServerName = domain.HostName, Outcome = Cause.NameNotResolved, Detail = error,
            }, [], cancellation)];
        }

        await _exchangers.WaitAsync(cancellation);
        try
        {
            return await TestOneAsync(exchanger, cancellation);
        }
        finally
        {
            _exchangers.Release();
        }
    }

    // A name server says a name, and neither protocol nor port nor address. What is no name of a host is the domain's fault, and has a
    // report of its own.
    private static Endpoint Exchanger(Endpoint domain, string host)
    {
        int port = domain.Scheme is null && domain.IsDefaultPort ? SmtpPort : domain.Port;
        Endpoint read = Endpoint.Parse($"{domain.Scheme ?? "smtp"}://{host}:{port}");
        bool isName = read.Error is null && read.HostName == host && read.Port == port && read.LiteralAddress is null;
        return (isName ? read : Endpoint.Parse(host) with { Error = $"The name server names \"{host}\" for mail, which is no host name." })
            with { Tag = domain.Tag };
    }

    private async Task<IReadOnlyList<EndpointReport>> TestOneAsync(Endpoint endpoint, CancellationToken cancellation)
    {
        List<ConnectionEvidence> seen = [];
        if (_options.AllAddresses)
        {
            await foreach (ConnectionEvidence evidence in TlsConnector.ConnectAllAddressesAsync(endpoint, _options.Connection,
                cancellation))
            {
                seen.Add(evidence);
            }
        }
        else
        {
            seen.Add(await TlsConnector.ConnectAsync(endpoint, _options.Connection, cancellation));
        }

        Finding? disagree = AddressFindings.Disagree(seen);
        List<EndpointReport> reports = [];
        foreach (ConnectionEvidence once in seen)
        {
            ConnectionEvidence evidence = await DefaultHost.AskAsync(once, _options.Connection, cancellation);
            _options.Trace?.Invoke(Describe(evidence));
            reports.Add(await JudgeNodesAsync(evidence, disagree, cancellation));
            foreach (PresentedChain other in evidence.OtherChains)
            {
                reports.Add(
                    await JudgeAsync(
                        evidence with { Presented = other.Certificates, PresentedFrom = other.PresentedFrom, Protocol = other.Protocol,
                            CipherSuite = null, StapledOcsp = other.StapledOcsp }, [disagree], cancellation));
            }
        }

        return reports;
    }

    // One report, whatever the nodes behind an address serve: about the worst of it, with the share of each.
    private async Task<EndpointReport> JudgeNodesAsync(ConnectionEvidence first, Finding? disagree, CancellationToken cancellation)
    {
        Finding?[] known = [disagree, Remark(first)];
        if (_options.Repeat <= 1)
        {
            return await JudgeAsync(first, known, cancellation);
        }

        ILookup<string, ConnectionEvidence> answers = (await AskAgainAsync(first, cancellation)).ToLookup(NodeFindings.Describe);
        List<(NodeAnswer Answer, EndpointReport Report)> judged = [];
        foreach (IGrouping<string, ConnectionEvidence> answer in answers.OrderByDescending(answer => answer.Count()))
        {
            EndpointReport report = await JudgeAsync(answer.First(), known, cancellation);
            string outcome = $"{report.Verdict}{(report.Cause == Cause.None ? "" : $" ({report.Cause})")}";
            judged.Add((new NodeAnswer(answer.First(), answer.Count(), outcome), report));
        }

        (NodeAnswer worst, EndpointReport alone) =
            judged.MinBy(one => one.Report.Verdict switch { Verdict.Untrusted => 0, Verdict.Unreachable => 1, _ => 2 });
        return judged.Count == 1 ? alone
            : await JudgeAsync(worst.Evidence, [disagree, NodeFindings.Shares([.. judged.Select(one => one.Answer)])], cancellation);
    }

    private async Task<IEnumerable<ConnectionEvidence>> AskAgainAsync(ConnectionEvidence first, CancellationToken cancellation)
    {
        // The same address again where each has a report of its own; else whichever the name leads to now.
        ConnectionOptions connection = _options.AllAddresses && first is { RemoteAddress: { } address, ViaProxy: null }
            ? _options.Connection with { Address = address } : _options.Connection;
        ConnectionEvidence[] answers = new ConnectionEvidence[_options.Repeat];
        answers[0] = first;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = RepeatsAtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(1, answers.Length, parallel, async (i, token) =>
        {
            answers[i] = await TlsConnector.ConnectAsync(first.Endpoint, connection, token);
            _options.Trace?.Invoke(Describe(answers[i]));
        });
        return answers;
    }

    // Two different answers in one run are remarked, even if nobody asked for more than one.
    private Finding? Remark(ConnectionEvidence evidence)
    {
        string who = _options.AllAddresses ? $"{evidence.Endpoint} {evidence.RemoteAddress}" : evidence.Endpoint.ToString();
        return evidence.OtherAnswer.Count > 0
                ? NodeFindings.Once(evidence, NodeFindings.Describe(evidence with { Presented = evidence.OtherAnswer }))
            : _answers.DiffersFromBefore(who, evidence.Presented, out string before)
                ? NodeFindings.Once(evidence, $"SHA-256 of the server's own {before}…")
            : null;
    }

    private static string Describe(ConnectionEvidence evidence) =>
        $"{evidence.Endpoint}: {(evidence.ViaProxy is null ? "" : $"through {evidence.ViaProxy}, ")}"
        + $"{evidence.RemoteAddress?.ToString() ?? "no address"}, " +
            $"{(evidence.Outcome == Cause.None ? $"{evidence.Presented.Count} certificates from {evidence.PresentedFrom}"
                : evidence.Detail)}";

    /// <summary>Judges what an earlier report holds, without connecting.</summary>
    public Task<EndpointReport> JudgeAgainAsync(EndpointReport saved, CancellationToken cancellation) =>
        JudgeAsync(SavedReport.Connection(saved, _options.Connection.HostName), SavedReport.KeptFindings(saved), cancellation);

    private Task<EndpointReport> JudgeAsync(ConnectionEvidence connection, Finding?[] others, CancellationToken cancellation) =>
        JudgeAsync(connection, ConnectionFindings.Of(connection).Concat(others.OfType<Finding>()), cancellation);

    private async Task<EndpointReport> JudgeAsync(ConnectionEvidence connection, IEnumerable<Finding> connectionFindings,
        CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        List<Finding> findings = [.. connectionFindings, .. MachineFindings.OfSettings(_options.InsecureSettings)];
        ChainEvidence? chain = Read(connection);
        DiagnosedChain? diagnosed = null;
        if (chain is not null)
        {
            diagnosed = await _diagnosis.RunAsync(chain, Around(connection), cancellation);
        }
        else
        {
            findings.AddRange(MachineFindings.OfStore(_options.Store));
            findings.AddRange(ReadFaults(connection).Select(unreadable => ChainJudge.Unreadable(unreadable, GaveUp(connection))));
        }

        return EndpointReportBuilder.Make(connection, diagnosed, findings, _options, Stopwatch.GetElapsedTime(started));
    }

    private ChainCircumstances Around(ConnectionEvidence connection)
    {
        TimeSpan limit = _options.Connection.TotalTimeout;
        return new ChainCircumstances
        {
            Reach = FetchReaches.OpenedBy(connection.Endpoint.HostName, connection.RemoteAddress, connection.ViaProxy is not null),
            StapledOcsp = connection.StapledOcsp,
            Handshake = EndpointReportBuilder.HandshakeOf(connection),
            OtherHosts = Remember,
            LookUp = _options.NoDownload || connection.ViaProxy is not null ? null : _options.Connection.Resolver.ResolveAsync,
            Answered = connection.RemoteAddress,
            TimeLimit = limit,
            TimeLeft = limit - TimeSpan.FromMilliseconds(connection.Timings.Sum(timing => timing.Milliseconds)),
        };
    }

    // A handshake that ended without an alert of the server, and not for want of time or bytes.
    private static bool GaveUp(ConnectionEvidence connection) => connection is { Outcome: Cause.HandshakeRefused, Alert: null };

    private static IEnumerable<UnreadableCertificate> ReadFaults(ConnectionEvidence connection)
    {
        for (int i = 0; i < connection.Presented.Count; i++)
        {
            if (!Certificate.TryParse(connection.Presented[i], out _, out DerFault? fault))
            {
                yield return new(i, fault);
            }
        }
    }

    // Null where the server's own certificate did not arrive or can't be read: then there is no chain to judge.
    private ChainEvidence? Read(ConnectionEvidence connection)
    {
        List<Certificate> presented = [];
        List<CertificateOrigin> origins = [];
        for (int i = 0; i < connection.Presented.Count; i++)
        {
            if (i > 0 ? _issuers.TryRead(connection.Presented[i], out Certificate? certificate)
                : Certificate.TryParse(connection.Presented[i], out certificate, out _))
            {
                presented.Add(certificate);
                origins.Add(CertificateOrigin.Sent(i));
            }
            else if (i == 0)
            {
                return null;
            }
        }

        bool isPublicAddress = connection.ViaProxy is null
            ? connection.RemoteAddress is { } remote && AddressScope.IsGlobal(remote)
            : connection.ResolvedAddresses.All(AddressScope.IsGlobal);
        return presented.Count == 0 ? null : new ChainEvidence
        {
            Presented = presented,
            Origins = origins,
            Unreadable = [.. ReadFaults(connection)],
            UnreadableStopsHandshake = GaveUp(connection),
            HostName = connection.ServerName,
            WithoutServerName = connection.WithoutServerName,
            IsPublicHost = isPublicAddress && PublicHost.IsPublicName(connection.ServerName),
            Store = _options.Store,
            StoreOf = _options.StoreOf,
            PublicRoots = _options.PublicRoots,
            At = _options.At ?? _options.Clock.GetUtcNow().UtcDateTime,
            AtIsClock = _options.At is null,
            OtherClocks = connection.ServerTime is { } time ? [new OtherClock(time, "the server's own clock", IsLowerBound: false)] : [],
            DownloadsAllowed = !_options.NoDownload,
            Policy = _options.Policy,
            WarnDays = _options.WarnDays,
        };
    }

    // Which unrelated public hosts of this run stand under the same private root.
    private string[] Remember(ChainEvidence evidence, ChainJudgement judgement)
    {
        Certificate last = judgement.CompletedPath[^1];
        if (!evidence.IsPublicHost || !last.IsSelfSigned || evidence.PublicRoots.Contains(last) || evidence.HostName is not { } host)
        {
            return [];
        }

        if (!_hostsByRoot.TryGetValue(last.Sha256, out ConcurrentDictionary<string, byte>? hosts))
        {
            if (_hostsByRoot.Count >= MaxRootsRemembered)
            {
                return [];
            }

            hosts = _hostsByRoot.GetOrAdd(last.Sha256, _ => new(StringComparer.OrdinalIgnoreCase));
        }

        string[] others = [.. hosts.Keys.Where(other => !AreRelated(other, host)).Order(StringComparer.Ordinal)];
        if (hosts.Count < MaxHostsRemembered)
        {
            hosts.TryAdd(host, 0);
        }

        return others;
    }

    // The last two labels: too coarse for co.uk, and then only evidence is lost.
    private static bool AreRelated(string one, string other) => Tail(one).Equals(Tail(other), StringComparison.OrdinalIgnoreCase);

    private static string Tail(string host)
    {
        string[] labels = host.TrimEnd('.').Split('.');
        return labels.Length <= 2 ? host : $"{labels[^2]}.{labels[^1]}";
    }
}

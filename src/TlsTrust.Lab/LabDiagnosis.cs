using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Diagnosis;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.Lab;

/// <summary>What the engine says of a scenario, beside what is right.</summary>
public sealed record ScenarioOutcome
{
    /// <summary>The scenario.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>The engine's report; of several addresses the worst.</summary>
    public required EndpointReport Report { get; init; }

    /// <summary>All findings of all reports.</summary>
    public required ResultList<FindingId> Findings { get; init; }

    /// <summary>Findings that were expected and are not there.</summary>
    public ResultList<FindingId> MissingFindings => [.. Scenario.ExpectedFindings.Where(id => !Findings.Contains(id))];

    /// <summary>True when verdict and cause are the expected ones and no expected finding is missing.</summary>
    public bool Ok => Report.Verdict == Scenario.ExpectedVerdict && Report.Cause == Scenario.ExpectedCause && MissingFindings.Count == 0;

    /// <summary>The outcome of a scenario's reports, one for each address.</summary>
    public static ScenarioOutcome Of(Scenario scenario, IReadOnlyList<EndpointReport> reports) => new()
    {
        Scenario = scenario,
        Report = reports.MinBy(report => report.Verdict switch { Verdict.Untrusted => 0, Verdict.Unreachable => 1, _ => 2 })!,
        Findings = new ResultList<FindingId>(reports.SelectMany(report => report.Findings).Select(finding => finding.Id).Distinct()),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Scenario.Name}: {Report.Verdict} ({Report.Cause}), " +
        $"{(Ok ? "ok" : $"expected {Scenario.ExpectedVerdict} ({Scenario.ExpectedCause})")}";
}

/// <summary>
/// Has the real engine diagnose the scenarios of a running lab. The engine gets what a client is told, never what is expected.
/// </summary>
public static class LabDiagnosis
{
    /// <summary>16 at a time: the silent ones wait without holding up the others.</summary>
    private const int Concurrency = 16;

    /// <summary>Diagnoses all scenarios of a lab at the same time and returns them in the lab's order.</summary>
    public static async Task<ResultList<ScenarioOutcome>> RunAsync(LabServer lab, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ScenarioOutcome[] outcomes = new ScenarioOutcome[lab.Scenarios.Count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, outcomes.Length, parallel, async (i, token) =>
            outcomes[i] = await RunAsync(lab, lab.Scenarios[i], token));
        return new ResultList<ScenarioOutcome>(outcomes);
    }

    /// <summary>Diagnoses one scenario of a lab.</summary>
    public static async Task<ScenarioOutcome> RunAsync(LabServer lab, RunningScenario running,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(running);
        List<EndpointReport> reports = [];
        await foreach (EndpointReport report in EndpointTester.TestAsync([Endpoint.Parse(running.Endpoint)], Options(lab, running),
            cancellationToken))
        {
            reports.Add(report);
        }

        return ScenarioOutcome.Of(running.Scenario, reports);
    }

    /// <summary>The engine's options for a scenario.</summary>
    public static EndpointTestOptions Options(LabServer lab, RunningScenario running)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(running);
        return SurroundingsOf(lab, running)(new EndpointTestOptions
        {
            Connection = new ConnectionOptions
            {
                HostName = running.HostName,
                Proxy = running.Proxy is null ? ProxySetting.None
                    : ProxySetting.Always(new ProxyServer { HostName = new Uri(running.Proxy).Host, Port = new Uri(running.Proxy).Port }),
                ClientCertificate = running.ClientCertificate is null ? null : ClientIdentity.Of([running.ClientCertificate]),
                AllChains = running.AllChains,
                ProbeLegacyProtocols = running.ProbeLegacyProtocols,
            },
            AllAddresses = running.AllAddresses,
            Repeat = running.Repeat,
            Store = TrustStores.Open(running.TrustStorePath),
            AtHand = [.. running.SearchPaths.Select(path =>
                new IssuerSource(IssuerSourceKind.File, path, () => TrustStores.Open(path).Anchors))],
            NoDownload = running.NoDownload,
            Revocation = running.Revocation,
            At = running.AtIsClock ? null : running.At,
        });
    }

    /// <summary>
    /// What a scenario puts in place of the machine's own: network, name service, clock, and the roots that count as publicly known.
    /// All else a client is told by options, or a cmdlet by parameters.
    /// </summary>
    public static Func<EndpointTestOptions, EndpointTestOptions> SurroundingsOf(LabServer lab, RunningScenario running)
    {
        ArgumentNullException.ThrowIfNull(lab);
        ArgumentNullException.ThrowIfNull(running);
        return options => options with
        {
            Connection = options.Connection with
            {
                ConnectTimeout = running.ConnectTimeout,
                HandshakeTimeout = running.HandshakeTimeout,
                Resolver = running.Network,
                Dialer = running.Network,
            },
            PublicRoots = lab.PublicRootSet,
            Urls = options.Urls with { Resolver = running.Network, Dialer = running.Network, FetchTimeout = running.FetchTimeout },
            Clock = new StoppedClock(running.At),
        };
    }

    private sealed class StoppedClock(DateTime now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(now);
    }
}

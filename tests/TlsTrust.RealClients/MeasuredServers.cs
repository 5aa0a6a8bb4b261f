using System.Net;
using TlsTrust.Certificates;
using TlsTrust.Connections;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Diagnosis;
using TlsTrust.Lab;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;
using TlsTrust.Stores;
using TlsTrust.Tests.Clients;

namespace TlsTrust.RealClients;

/// <summary>All servers that clients are sent to, up: the lab's scenarios, the cases of the profiles and the generated chains.</summary>
public sealed class MeasuredServers : IAsyncLifetime
{
    /// <summary>A scenario at a time that the machine's clock does not show can't be shown to programs.</summary>
    private static readonly TimeSpan SameTime = TimeSpan.FromHours(1);

    private readonly List<LoopbackServer> _servers = [];
    private KeyKindServers? _kinds;
    private readonly string _directory = Directory.CreateTempSubdirectory("tlstrust-measured-").FullName;
    // What the lab calls publicly known is in no program: to these clients every root is one that somebody gave them.
    private readonly PublicRootSet _noPublicRoots = new("none", new DateOnly(2026, 1, 1), []);
    private LabServer _lab = null!;

    internal IReadOnlyList<MeasuredServer> All { get; private set; } = [];

    /// <summary>Those with keys that the lab can't make.</summary>
    internal IReadOnlyList<MeasuredServer> Kinds { get; private set; } = [];

    /// <summary>The part that is quick.</summary>
    internal IReadOnlyList<MeasuredServer> Cases { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        _lab = await LabServer.StartAsync();
        List<MeasuredServer> lab = [];
        foreach (RunningScenario running in _lab.Scenarios)
        {
            if (await IsMeasurableAsync(running, now))
            {
                Endpoint endpoint = Endpoint.Parse(running.Endpoint);
                lab.Add(new MeasuredServer(
                    running.Scenario.Name, running.HostName ?? endpoint.HostName, endpoint.Port, running.TrustStorePath,
                    token => JudgeAsync(endpoint, LabDiagnosis.Options(_lab, running) with { PublicRoots = _noPublicRoots }, token)));
            }
        }

        ClientCases cases = new(now);
        Cases = [.. ClientCases.Names.Select((name, index) => Serve($"case {name}", cases.Named(name), tls13: index % 2 > 0))];
        _kinds = new KeyKindServers(_directory);
        List<MeasuredServer> kinds = [];
        foreach (Kind kind in KeyKindServers.Kinds)
        {
            if (await _kinds.StartAsync(kind) is ({ } port, { } anchors))
            {
                kinds.Add(new MeasuredServer(kind.Name, "localhost", port, anchors, token =>
                    JudgeAsync(Endpoint.Parse($"localhost:{port}"), Options("localhost", anchors), token)));
            }
        }

        Kinds = kinds;
        List<(string Name, ClientCase Case)> generated = [.. new GeneratedChains(now).All(), .. new NamedChains(now).All(),
            .. new OddChains(now).All()];
        All = [.. lab, .. Cases, .. kinds, .. generated.Select((made, index) => Serve(made.Name, made.Case, tls13: index % 2 > 0)),
            .. GeneratedChains.OfUsage.Select(name =>
                Serve($"{name}, TLS 1.2", generated.First(made => made.Name == name).Case, tls13: false))];
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask()));
        await _lab.DisposeAsync();
        if (_kinds is not null)
        {
            await _kinds.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    // No proxy, no STARTTLS, no certificate of the client, one store that every client can be given, and a server that sends certificates
    // within its patience.
    private static async Task<bool> IsMeasurableAsync(RunningScenario running, DateTimeOffset now)
    {
        Endpoint endpoint = Endpoint.Parse(running.Endpoint);
        return running.Scenario.Server is ServerKind.SslStream or ServerKind.RawTls12 or ServerKind.RawTls13
            && running.Proxy is null && endpoint.StartTls == StartTlsProtocol.None && running.ClientCertificate is null
                && !running.AllAddresses && !running.AllChains
            && running.Scenario.ExpectedCause is not (Cause.StoreUnusable or Cause.HandshakeTimedOut or Cause.ClientCertificateRequired)
            && !running.Scenario.Name.StartsWith("alert-", StringComparison.Ordinal) && File.Exists(running.TrustStorePath)
            && (running.At - now.UtcDateTime).Duration() < SameTime
            && (IPAddress.TryParse(endpoint.HostName, out IPAddress? literal) ? [literal]
                : await running.Network.ResolveAsync(endpoint.HostName, CancellationToken.None)) is [{ } address]
            && IPAddress.IsLoopback(address);
    }

    private MeasuredServer Serve(string name, ClientCase served, bool tls13)
    {
        ServedChain chain = new([served.Leaf, .. served.Sent]);
        LoopbackServer server = new(tls13 ? RawTlsServer.Tls13(new RawTlsOptions(chain)) : RawTlsServer.Tls12(chain));
        _servers.Add(server);
        string anchors = Path.Combine(_directory, $"{_servers.Count}.pem");
        File.WriteAllText(anchors, string.Concat(served.Anchors.Select(anchor => anchor.Pem)));
        return new MeasuredServer(name, served.Host, server.Port, anchors, token =>
            JudgeAsync(Endpoint.Parse($"localhost:{server.Port}"), Options(served.Host, anchors), token));
    }

    private EndpointTestOptions Options(string host, string anchors) => new()
    {
        Connection = new ConnectionOptions { HostName = host, Proxy = ProxySetting.None, Resolver = _lab.Network, Dialer = _lab.Network },
        Store = TrustStores.Open(anchors),
        PublicRoots = _noPublicRoots,
    };

    private static async Task<EndpointReport> JudgeAsync(Endpoint endpoint, EndpointTestOptions options,
        CancellationToken cancellationToken)
    {
        await foreach (EndpointReport report in EndpointTester.TestAsync([endpoint], options, cancellationToken))
        {
            return report;
        }

        throw new InvalidOperationException("no report");
    }
}

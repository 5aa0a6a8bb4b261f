using System.Collections.Concurrent;
using System.Diagnostics;
using TlsTrust.Connections;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Tests.Connections.Servers;
using TlsTrust.Tests.Hostile.Servers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// Whatever a server or a proxy does, the attempt ends within its limit, with a cause, and holds no more than it must; others get through
/// meanwhile.
/// </summary>
[Collection(MeasuredAlone.Name)]
public sealed class HostileTlsServerTests(ITestOutputHelper output)
{
    private const int AtOnce = 200;
    private const int Honest = 20;

    // Held when all is over, and at once while two hundred work: what one connection may keep is 1 MiB of a flight and two records.
    private const long LeftBehind = 16L << 20;
    private const long Held = 200L << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    // The machine has other things to do; what waits for ever is beyond it.
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(60);

    private static readonly ConnectionOptions Options =
        new() { HandshakeTimeout = TimeSpan.FromSeconds(1.5), ConnectTimeout = TimeSpan.FromSeconds(1.5), TotalTimeout = Limit };

    // What only came too late on a busy machine is asked again, alone.
    private static readonly ConnectionOptions Patient =
        new() { HandshakeTimeout = TimeSpan.FromSeconds(20), ConnectTimeout = TimeSpan.FromSeconds(20), TotalTimeout = Stuck };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static int Rounds => System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") is null ? 1 : 20;

    [Fact]
    public void There_are_more_kinds_than_were_asked_for()
    {
        Assert.InRange(HostileTlsServers.All.Count, AtOnce, int.MaxValue);
        Assert.Equal(HostileTlsServers.All.Count, HostileTlsServers.All.Select(server => server.Name).Distinct().Count());
    }

    [Fact]
    public async Task Two_hundred_hostile_servers_at_once_each_get_their_time_and_a_cause()
    {
        await using LoopbackServer good = LoopbackServer.Tls(TestPki.Shared.Leaf, []);
        List<(HostileTlsServer Kind, LoopbackServer Server)> servers =
            [.. HostileTlsServers.All.Select(kind => (kind, new LoopbackServer(kind.Serve)))];
        ConcurrentQueue<string> wrong = [];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        Stopwatch watch = Stopwatch.StartNew();
        for (int round = 0; round < Rounds; round++)
        {
            using SemaphoreSlim places = new(AtOnce);
            Task[] hostile = [.. servers.Select(each => AskAsync(each.Kind, each.Server.Port, places, wrong))];
            Task<ConnectionEvidence>[] honest = [.. Enumerable.Range(0, Honest).Select(_ =>
                TlsConnector.ConnectAsync(Endpoint.Parse($"127.0.0.1:{good.Port}"),
                    new ConnectionOptions { HandshakeTimeout = Stuck, TotalTimeout = Stuck }, Stop))];
            Task all = Task.WhenAll([.. hostile, .. honest]);
            while (await Task.WhenAny(all, Task.Delay(250, Stop)) != all)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }

            await all;
            Assert.All(honest, each => Assert.True(each.Result.Outcome == Cause.None, each.Result.Detail));
        }

        long after = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{servers.Count} kinds, {Rounds} times, in {watch.Elapsed}; held {most >> 20} MiB at most, {after >> 20} MiB " +
            $"when all was over");
        foreach ((_, LoopbackServer server) in servers)
        {
            await server.DisposeAsync();
        }

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
        Assert.InRange(most, 0, Held);
        Assert.InRange(after, long.MinValue, LeftBehind);
    }

    private static async Task AskAsync(HostileTlsServer kind, int port, SemaphoreSlim places, ConcurrentQueue<string> wrong)
    {
        await places.WaitAsync(Stop);
        Stopwatch watch = Stopwatch.StartNew();
        ConnectionEvidence evidence;
        try
        {
            evidence = await ConnectAsync(kind, port, Options);
        }
        finally
        {
            places.Release();
        }

        TimeSpan taken = watch.Elapsed;
        if (!kind.Causes.Contains(evidence.Outcome) && evidence.Outcome is Cause.HandshakeTimedOut or Cause.ConnectionTimedOut)
        {
            evidence = await ConnectAsync(kind, port, Patient);
        }

        // Wine's TLS gives up some dialogues by itself, which is told as this side's.
        bool isOurs = !TestKeys.ArePlatforms && evidence.Detail?.Contains("on this side", StringComparison.Ordinal) == true;
        if (!isOurs && !kind.Causes.Contains(evidence.Outcome))
        {
            wrong.Enqueue($"{kind.Name}: {evidence.Outcome}, not {string.Join(" or ", kind.Causes)} ({evidence.Detail})");
        }

        if (taken > Stuck)
        {
            wrong.Enqueue($"{kind.Name}: took {taken}");
        }

        if (string.IsNullOrEmpty(evidence.Detail) || evidence.Detail.Length > 1000)
        {
            wrong.Enqueue($"{kind.Name}: says {evidence.Detail?.Length} characters");
        }
    }

    private static Task<ConnectionEvidence> ConnectAsync(HostileTlsServer kind, int port, ConnectionOptions options)
    {
        string endpoint = kind.IsProxy ? "https://hostile.test" : $"{(kind.Scheme.Length > 0 ? kind.Scheme + "://" : "")}127.0.0.1:{port}";
        return TlsConnector.ConnectAsync(
            Endpoint.Parse(endpoint),
            kind.IsProxy
                ? options with { Proxy = ProxySetting.Always(new ProxyServer { HostName = "127.0.0.1", Port = port }) } : options,
            Stop);
    }
}

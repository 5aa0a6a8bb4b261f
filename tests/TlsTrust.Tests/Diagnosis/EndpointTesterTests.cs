using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis;
using TlsTrust.Lab;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>The stream of endpoints: bounded, prompt to stop, and not held up by the slow ones.</summary>
public sealed class EndpointTesterTests
{
    private readonly CancellationToken _test = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_no_more_endpoints_than_the_limit_while_nobody_reads()
    {
        int taken = 0;
        using Socket silent = Silent(out int port);
        EndpointTestOptions options =
            Options() with { ThrottleLimit = 4, Connection = new ConnectionOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(50) } };
        await using IAsyncEnumerator<EndpointReport> reports = EndpointTester.TestAsync(Count(_test), options, _test)
            .GetAsyncEnumerator(_test);

        Assert.True(await reports.MoveNextAsync());
        await Task.Delay(500, _test);

        // 4 under way, 1 in the channel, 1 read.
        Assert.InRange(Volatile.Read(ref taken), 1, 6);

        async IAsyncEnumerable<Endpoint> Count([EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.Yield();
            for (int i = 0; i < 1000; i++)
            {
                Interlocked.Increment(ref taken);
                yield return Endpoint.Parse($"127.0.0.1:{port}");
            }
        }
    }

    [Fact]
    public async Task Cancelling_ends_everything_at_once()
    {
        using Socket silent = Silent(out int port);
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(_test);
        IAsyncEnumerator<EndpointReport> reports = EndpointTester.TestAsync(
            Enumerable.Repeat(Endpoint.Parse($"127.0.0.1:{port}"), 4000), Options(), cancel.Token).GetAsyncEnumerator(cancel.Token);
        ValueTask<bool> next = reports.MoveNextAsync();
        await Task.Delay(200, _test);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next.AsTask().WaitAsync(TimeSpan.FromSeconds(5), _test));
        await reports.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), _test);
    }

    [Fact]
    public async Task Reports_of_quick_servers_come_before_those_of_silent_ones()
    {
        using Socket silent = Silent(out int port);
        await using LabServer lab = await LabServer.StartAsync(["trusted"], cancellationToken: _test);
        EndpointTestOptions options =
            Options(lab.Scenarios[0]) with { Connection = new ConnectionOptions { HandshakeTimeout = TimeSpan.FromMinutes(1) } };
        await using IAsyncEnumerator<EndpointReport> reports = EndpointTester.TestAsync(
            [Endpoint.Parse($"127.0.0.1:{port}"), Endpoint.Parse(lab.Scenarios[0].Endpoint)], options, _test).GetAsyncEnumerator(_test);

        // The silent one ends when the quick one's report is there, and not by the clock.
        Assert.True(await reports.MoveNextAsync());
        Assert.Equal(Verdict.Trusted, reports.Current.Verdict);
        silent.Dispose();
        Assert.True(await reports.MoveNextAsync());
        Assert.Equal(Verdict.Unreachable, reports.Current.Verdict);
        Assert.False(await reports.MoveNextAsync());
    }

    [Theory]
    [InlineData("localhost.", 1)]
    [InlineData("localhost", 0)]
    public async Task A_trailing_dot_is_left_away_and_said(string host, int remarks)
    {
        await using LabServer lab = await LabServer.StartAsync(["trusted"], cancellationToken: _test);
        Endpoint endpoint =
            Endpoint.Parse($"{host}:{Endpoint.Parse(lab.Scenarios[0].Endpoint).Port}") with { Address = "127.0.0.1" };

        await using IAsyncEnumerator<EndpointReport> reports = EndpointTester.TestAsync([endpoint], Options(lab.Scenarios[0]), _test)
            .GetAsyncEnumerator(_test);
        Assert.True(await reports.MoveNextAsync());
        EndpointReport report = reports.Current;

        Assert.Equal(Verdict.Trusted, report.Verdict);
        Assert.Equal("localhost", report.HostName);
        Assert.Equal(remarks, report.Findings.Count(finding =>
            finding is { Id: FindingId.ClientsDisagree, Severity: Severity.Information }
                && finding.Evidence.Any(fact => fact.Contains("Python's ssl", StringComparison.Ordinal))));
    }

    private static EndpointTestOptions Options(RunningScenario? scenario = null) => new()
    {
        Store = scenario is null ? Judged.Store() : TrustStores.Open(scenario.TrustStorePath),
        PublicRoots = Judged.Public(),
        At = scenario?.At,
    };

    // Takes connections (the kernel does) and never answers.
    private static Socket Silent(out int port)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(4096);
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }
}

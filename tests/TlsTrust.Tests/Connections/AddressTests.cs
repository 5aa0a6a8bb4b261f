using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TlsTrust.Connections;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Connections;

public class AddressTests
{
    private static TestPki Pki => TestPki.Shared;

    private static readonly IPAddress First = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress Second = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Third = IPAddress.Parse("192.0.2.2");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_address_that_answers_is_used_and_all_are_told()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, []);
        ConnectionOptions options = Options(new MappedDialer { [Second] = server.Port }, First, Second, Third);

        ConnectionEvidence evidence = await TlsConnector.ConnectAsync(Endpoint.Parse("a.example.test"), options, Stop);

        Assert.Equal((Cause.None, ""), (evidence.Outcome, evidence.Detail));
        Assert.Equal(Second, evidence.RemoteAddress);
        Assert.Equal([First, Second, Third], evidence.ResolvedAddresses);
        Assert.Equal(["Resolve", "Connect", "Handshake"], evidence.Timings.Select(timing => timing.Phase));
    }

    [Fact]
    public async Task A_dead_address_costs_a_quarter_of_a_second_and_not_its_whole_limit()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, []);
        ConnectionOptions options = Options(new MappedDialer { [First] = MappedDialer.Silent, [Second] = server.Port }, First, Second);

        Stopwatch watch = Stopwatch.StartNew();
        ConnectionEvidence evidence = await TlsConnector.ConnectAsync(Endpoint.Parse("a.example.test"), options, Stop);

        Assert.Equal(Second, evidence.RemoteAddress);
        Assert.InRange(watch.ElapsedMilliseconds, 200, 4000);
    }

    [Fact]
    public async Task When_none_answers_each_is_named_and_a_refusal_tells_most()
    {
        MappedDialer dialer = new() { [First] = MappedDialer.Silent, [Second] = MappedDialer.Refusing };
        ConnectionOptions options = Options(dialer, First, Second, Third) with { ConnectTimeout = TimeSpan.FromMilliseconds(400) };

        ConnectionEvidence evidence = await TlsConnector.ConnectAsync(Endpoint.Parse("a.example.test"), options, Stop);

        Assert.Equal(Cause.ConnectionRefused, evidence.Outcome);
        Assert.Contains("[2001:db8::1]:443 did not answer within 0.4 s.", evidence.Detail, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1:443 refused the connection", evidence.Detail, StringComparison.Ordinal);
        Assert.Contains("There is no route to 192.0.2.2:443", evidence.Detail, StringComparison.Ordinal);
        Assert.Null(evidence.RemoteAddress);
    }

    [Theory]
    [InlineData(MappedDialer.Silent, Cause.ConnectionTimedOut)]
    [InlineData(MappedDialer.Refusing, Cause.ConnectionRefused)]
    [InlineData(0, Cause.NetworkUnreachable)]
    public async Task A_connection_that_does_not_come_about_has_its_cause(int port, Cause cause)
    {
        ConnectionOptions options =
            Options(new MappedDialer { [Second] = port }, Second) with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };

        Assert.Equal(cause, (await TlsConnector.ConnectAsync(Endpoint.Parse("a.example.test"), options, Stop)).Outcome);
    }

    [Fact]
    public async Task Every_address_can_have_its_own_evidence()
    {
        await using LoopbackServer one = LoopbackServer.Tls(Pki.Leaf, []);
        await using LoopbackServer other = LoopbackServer.Tls(Pki.RsaLeaf, []);
        ConnectionOptions options =
            Options(new MappedDialer { [First] = one.Port, [Second] = MappedDialer.Refusing, [Third] = other.Port }, First, Second, Third);

        List<ConnectionEvidence> all = [];
        await foreach (ConnectionEvidence evidence in TlsConnector.ConnectAllAddressesAsync(Endpoint.Parse("a.example.test"), options,
            Stop))
        {
            all.Add(evidence);
        }

        Assert.Equal<(IPAddress?, Cause)>([(First, Cause.None), (Second, Cause.ConnectionRefused), (Third, Cause.None)],
            all.Select(evidence => (evidence.RemoteAddress, evidence.Outcome)));
        Assert.NotEqual(all[0].Presented[0].ToArray(), all[2].Presented[0].ToArray());
        Assert.All(all, evidence => Assert.Equal([First, Second, Third], evidence.ResolvedAddresses));
    }

    [Fact]
    public async Task A_name_without_an_address_is_NameNotResolved()
    {
        ConnectionEvidence unknown =
            await TlsConnector.ConnectAsync(Endpoint.Parse("nowhere.test"), new ConnectionOptions { Resolver = new TableResolver() }, Stop);
        Assert.Equal((Cause.NameNotResolved, "The name nowhere.test does not exist."), (unknown.Outcome, unknown.Detail));

        ConnectionOptions options = new() { Resolver = new SilentResolver(), ResolveTimeout = TimeSpan.FromMilliseconds(200) };
        ConnectionEvidence silent = await TlsConnector.ConnectAsync(Endpoint.Parse("slow.test"), options, Stop);
        Assert.Equal((Cause.NameNotResolved, "No name server answered for slow.test within 0.2 s."), (silent.Outcome, silent.Detail));

        List<ConnectionEvidence> all = [];
        await foreach (ConnectionEvidence evidence in TlsConnector.ConnectAllAddressesAsync(Endpoint.Parse("nowhere.test"),
            new ConnectionOptions { Resolver = new TableResolver() }, Stop))
        {
            all.Add(evidence);
        }

        Assert.Equal(Cause.NameNotResolved, Assert.Single(all).Outcome);
    }

    [Fact]
    public async Task The_systems_resolver_knows_localhost_and_can_be_abandoned_at_once()
    {
        IReadOnlyList<IPAddress> addresses = await SystemNameResolver.Instance.ResolveAsync("localhost", Stop);
        Assert.All(addresses, address => Assert.True(IPAddress.IsLoopback(address)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            SystemNameResolver.Instance.ResolveAsync("localhost", new CancellationToken(true)));
    }

    [Fact]
    public async Task An_endpoint_that_is_none_is_the_callers_fault()
    {
        await Assert.ThrowsAsync<ArgumentException>(() =>
            TlsConnector.ConnectAsync(Endpoint.Parse("host:0"), new ConnectionOptions(), Stop));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            TlsConnector.ConnectAsync(Endpoint.Parse("host"), new ConnectionOptions { HostName = "a b" }, Stop));
    }

    private static ConnectionOptions Options(ISocketDialer dialer, params IPAddress[] addresses) =>
        new() { Resolver = new TableResolver { ["a.example.test"] = addresses }, Dialer = dialer };

    private sealed class SilentResolver : INameResolver
    {
        public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string hostName, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        }
    }

    /// <summary>Addresses of the documentation ranges, mapped to ports of loopback; what is not mapped has no route.</summary>
    private sealed class MappedDialer : ISocketDialer
    {
        public const int Silent = -1;
        public const int Refusing = -2;

        private readonly Dictionary<IPAddress, int> _ports = [];

        public int this[IPAddress address]
        {
            set => _ports[address] = value;
        }

        public async Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
        {
            switch (_ports.GetValueOrDefault(address.Address))
            {
                case Silent:
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    throw new SocketException((int)SocketError.TimedOut);
                case Refusing:
                    throw new SocketException((int)SocketError.ConnectionRefused);
                case 0:
                    throw new SocketException((int)SocketError.NetworkUnreachable);
                case int port:
                    return await SystemSocketDialer.Instance.DialAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            }
        }
    }
}

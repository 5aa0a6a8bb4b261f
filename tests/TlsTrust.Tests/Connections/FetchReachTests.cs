using System.Net;
using System.Net.Sockets;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Proxies;
using TlsTrust.Tests.Issuers;

namespace TlsTrust.Tests.Connections;

/// <summary>A server opens to the URLs in its certificates the inside that it stands in, and no other.</summary>
public sealed class FetchReachTests
{
    // One address of each inside, in every form that reaches it.
    private static readonly string[] Loopback = ["127.0.0.1", "[::1]", "0.0.0.0", "[::]", .. Carrying("127.0.0.1")];
    private static readonly string[] Private =
        ["10.0.0.1", "192.168.7.7", "172.16.0.9", "100.64.3.2", "[fd12::1]", .. Carrying("10.9.8.7")];
    private static readonly string[] Forbidden =
        ["169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "[fd20:ce::254]", "100.100.100.200", "168.63.129.16", "192.0.0.192",
            .. Carrying("169.254.169.254")];
    private static readonly string[] Reserved =
        ["192.0.2.1", "198.18.0.1", "203.0.113.9", "[2001:db8::1]", "[3fff::1]", "[2001:2::1]", "240.0.0.1", .. Carrying("198.51.100.4")];
    private static readonly string[] Public = ["8.8.8.8", "[2606:4700::1111]", .. Carrying("1.1.1.1")];

    public static TheoryData<FetchReach> Reaches =>
        [FetchReach.Public, FetchReach.Loopback, FetchReach.PrivateNetworks, FetchReach.Anywhere];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Carrying(string address)
    {
        byte[] four = IPAddress.Parse(address).GetAddressBytes();
        string high = Convert.ToHexString(four[..2]), low = Convert.ToHexString(four[2..]);
        yield return $"[::ffff:{address}]"; // mapped
        yield return $"[::{address}]"; // compatible
        yield return $"[::ffff:0:{address}]"; // translated
        yield return $"[64:ff9b::{address}]";
        yield return $"[64:ff9b:1::{address}]";
        yield return $"[64:ff9b:1:abcd::{address}]";
        yield return $"[64:ff9b:1:{high}:00{low[..2]}:{low[2..]}00::]"; // RFC 6052 §2.2, /48
        yield return $"[2002:{high}:{low}::1]"; // 6to4
        yield return $"[2001:0:{high}:{low}:0:0:{(ushort)~Convert.ToUInt16(high, 16):x}:{(ushort)~Convert.ToUInt16(low, 16):x}]"; // Teredo
        yield return $"[2606:4700::5efe:{address}]"; // ISATAP
        yield return $"[2606:4700::200:5efe:{address}]";
    }

    private static async Task<(FetchOutcome Outcome, bool Dialled)> Fetch(string url, FetchReach reach,
        CertificateUrlOptions? options = null)
    {
        RefusingDialer dialer = new();
        using CertificateUrlFetcher fetcher = new((options ?? new()) with { Dialer = dialer });
        FetchedContent content = await fetcher.FetchAsync(new FetchRequest(url, 1000, reach), Cancellation);
        return (content.Outcome, dialer.Dialled);
    }

    [Theory]
    [MemberData(nameof(Reaches))]
    public async Task Each_reach_opens_its_own_addresses_and_no_others(FetchReach reach)
    {
        (string[] Hosts, bool Open)[] groups =
        [
            (Public, true),
            (Loopback, reach.HasFlag(FetchReach.Loopback)),
            (Private, reach.HasFlag(FetchReach.PrivateNetworks)),
            (Reserved, reach.HasFlag(FetchReach.Reserved)),
            (Forbidden, false),
        ];
        foreach ((string[] hosts, bool open) in groups)
        {
            foreach (string host in hosts)
            {
                (FetchOutcome outcome, bool dialled) = await Fetch($"http://{host}/ca.crt", reach);

                Assert.True(dialled == open, $"{host} with {reach}: {outcome}");
                Assert.Equal(open ? FetchOutcome.Unreachable : FetchOutcome.PrivateAddress, outcome);
            }
        }
    }

    [Theory]
    [InlineData("127.0.0.1", FetchReach.Loopback)]
    [InlineData("::1", FetchReach.Loopback)]
    [InlineData("10.4.5.6", FetchReach.PrivateNetworks)]
    [InlineData("fd00::7", FetchReach.PrivateNetworks)]
    [InlineData("169.254.3.3", FetchReach.Public)]
    [InlineData("fe80::1", FetchReach.Public)]
    [InlineData("8.8.8.8", FetchReach.Public)]
    public void A_server_opens_where_it_stands(string server, FetchReach reach) =>
        Assert.Equal(reach, FetchReaches.OpenedBy(IPAddress.Parse(server)));

    [Theory]
    // whoever answers for the name may say 10.0.0.1 here and another address to the proxy
    [InlineData("internal.example.net", FetchReach.Public)]
    [InlineData("10.1.1.1", FetchReach.PrivateNetworks)]
    public void Through_a_proxy_only_a_written_address_opens_anything(string host, FetchReach reach) =>
        Assert.Equal(reach, FetchReaches.OpenedBy(host, server: null, isProxied: true));

    [Theory]
    [InlineData(22)]
    [InlineData(25)]
    [InlineData(6000)]
    [InlineData(6667)]
    [InlineData(10080)]
    public async Task Ports_that_browsers_block_are_blocked_for_all(int port)
    {
        Assert.Equal((FetchOutcome.BlockedPort, false), await Fetch($"http://8.8.8.8:{port}/", FetchReach.Public));
        Assert.Equal((FetchOutcome.BlockedPort, false), await Fetch($"https://127.0.0.1:{port}/", FetchReach.Anywhere));
    }

    [Fact]
    public async Task A_redirect_is_held_to_the_same_reach_and_ports()
    {
        await using AiaServer server = new();
        server.Redirect("/private", "http://10.0.0.1/");
        server.Redirect("/port", $"http://127.0.0.1:25/");
        server.Redirect("/metadata", "http://169.254.169.254/latest/meta-data/");
        using CertificateUrlFetcher fetcher = new(new());

        async Task<FetchOutcome> Get(string path, FetchReach reach) =>
            (await fetcher.FetchAsync(new FetchRequest(server.Url(path), 1000, reach), Cancellation)).Outcome;

        Assert.Equal(FetchOutcome.PrivateAddress, await Get("/private", FetchReach.Loopback));
        Assert.Equal(FetchOutcome.BlockedPort, await Get("/port", FetchReach.Anywhere));
        Assert.Equal(FetchOutcome.PrivateAddress, await Get("/metadata", FetchReach.Anywhere));
        Assert.Equal(3, server.Connections);
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("metadata.google.internal")]
    [InlineData("vault.corp")]
    [InlineData("printer.local")]
    [InlineData("kubernetes.default.svc")]
    [InlineData("router.home.arpa")]
    [InlineData("0x7f.1.")]
    [InlineData("127.0.0.1.")]
    [InlineData("2130706433.")]
    public async Task Through_a_proxy_a_name_that_looks_internal_and_is_not_known_here_is_refused(string host)
    {
        CertificateUrlOptions options =
            new() { Proxy = ProxySetting.Always(new ProxyServer { HostName = "8.8.8.8", Port = 3128 }), Resolver = new EmptyResolver() };

        Assert.Equal((FetchOutcome.PrivateAddress, false), await Fetch($"http://{host}/", FetchReach.PrivateNetworks, options));
        Assert.Equal((FetchOutcome.Unreachable, true), await Fetch("http://ca.some-company.com/", FetchReach.Public, options));
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/list", true)]
    [InlineData("http://10.0.0.1/list", true)]
    [InlineData("http://169.254.169.254/list", false)]
    public async Task An_address_that_the_user_wrote_is_open_unless_nothing_may_go_there(string url, bool dialled)
    {
        RefusingDialer dialer = new();

        await TlsTrust.Issuers.IntermediateImport.FetchAsync(
            new Uri(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, 9999)), new() { Dialer = dialer }, Cancellation);

        Assert.Equal(dialled, dialer.Dialled);
    }

    private sealed class RefusingDialer : ISocketDialer
    {
        public bool Dialled { get; private set; }

        public Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
        {
            Dialled = true;
            throw new SocketException((int)SocketError.ConnectionRefused);
        }
    }

    private sealed class EmptyResolver : INameResolver
    {
        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string hostName, CancellationToken cancellationToken) =>
            throw new SocketException((int)SocketError.HostNotFound);
    }
}

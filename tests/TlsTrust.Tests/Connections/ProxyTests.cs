using System.Net;
using System.Net.Sockets;
using System.Text;
using TlsTrust.Connections;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Diagnosis.Findings;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Connections;

public class ProxyTests
{
    private static TestPki Pki => TestPki.Shared;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_through_a_proxy_names_it_and_lets_it_resolve_the_name()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, []);
        List<string> requests = [];
        await using LoopbackServer proxy = Proxy(server.Port, requests);

        ConnectionEvidence evidence = await AskAsync(proxy.Port, "www.example.test:443", new TableResolver());

        Assert.Equal((Cause.None, ""), (evidence.Outcome, evidence.Detail));
        Assert.Equal($"http://127.0.0.1:{proxy.Port}", evidence.ViaProxy);
        Assert.Null(evidence.RemoteAddress);
        Assert.Empty(evidence.ResolvedAddresses);
        Assert.Equal(new DateTime(2026, 11, 21, 3, 4, 5, DateTimeKind.Utc), evidence.ServerTime);
        Assert.Equal("CONNECT www.example.test:443 HTTP/1.1\r\nHost: www.example.test:443\r\nUser-Agent: " +
            "TlsTrust\r\nProxy-Connection: Keep-Alive\r\n\r\n", Assert.Single(requests));
        Assert.Equal(["Proxy", "Handshake"], evidence.Timings.Select(timing => timing.Phase));
    }

    [Fact]
    public async Task What_this_machine_knows_of_the_name_is_told_beside()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, []);
        await using LoopbackServer proxy = Proxy(server.Port, []);

        ConnectionEvidence evidence =
            await AskAsync(proxy.Port, "www.example.test:443", new TableResolver { ["www.example.test"] = [IPAddress.Parse("10.1.2.3")] });

        Assert.Equal([IPAddress.Parse("10.1.2.3")], evidence.ResolvedAddresses);
    }

    [Fact]
    public async Task Each_address_of_a_name_can_be_asked_for_through_the_proxy()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, []);
        List<string> requests = [];
        await using LoopbackServer proxy = Proxy(server.Port, requests);
        ConnectionOptions options =
            Options(proxy.Port,
                new TableResolver { ["two.example.test"] = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")] });

        List<ConnectionEvidence> all = [];
        await foreach (ConnectionEvidence evidence in TlsConnector.ConnectAllAddressesAsync(Endpoint.Parse("two.example.test"), options,
            Stop))
        {
            all.Add(evidence);
        }

        Assert.Equal([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")], all.Select(evidence => evidence.RemoteAddress));
        Assert.Equal(["CONNECT 192.0.2.1:443 HTTP/1.1", "CONNECT [2001:db8::1]:443 HTTP/1.1"],
            requests.Select(request => request.Split("\r\n")[0]));
    }

    [Fact]
    public async Task A_name_that_only_the_proxy_knows_is_asked_for_once()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, []);
        List<string> requests = [];
        await using LoopbackServer proxy = Proxy(server.Port, requests);

        List<ConnectionEvidence> all = [];
        await foreach (ConnectionEvidence evidence in TlsConnector.ConnectAllAddressesAsync(Endpoint.Parse("inside.example.test"),
            Options(proxy.Port, new TableResolver()), Stop))
        {
            all.Add(evidence);
        }

        Assert.Equal(Cause.None, Assert.Single(all).Outcome);
        Assert.StartsWith("CONNECT inside.example.test:443 ", Assert.Single(requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_greeting_that_comes_with_the_proxys_answer_is_not_lost()
    {
        await using LoopbackServer proxy = new(async (stream, stop) =>
        {
            _ = await LoopbackServer.ReadSomeAsync(stream, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n* OK ready\r\n"u8.ToArray(), stop);
            _ = await LoopbackServer.ReadSomeAsync(stream, stop);
            await stream.WriteAsync("a1 NO not today\r\n"u8.ToArray(), stop);
        });

        ConnectionEvidence evidence = await AskAsync(proxy.Port, "imap://mail.example.test", new TableResolver());

        Assert.Equal(Cause.StartTlsRefused, evidence.Outcome);
        Assert.Contains("a1 NO not today", evidence.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", Cause.ProxyRefused,
        "answered CONNECT a.example.test:443 with \"HTTP/1.1 403 Forbidden\"")]
    [InlineData("HTTP/1.1 502 \u001b[31mBad\r\n\r\n", Cause.ProxyRefused, "\"HTTP/1.1 502 .[31mBad\"")]
    [InlineData("HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nproxy-authenticate: Basic realm=\"x\"\r\n\r\n",
        Cause.ProxyAuthenticationRequired, "(Negotiate, Basic), and no user name was given")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", Cause.ProxyRefused, "is no HTTP proxy: to CONNECT it said SSH")]
    [InlineData("HTTP/1.1 abc\r\n\r\n", Cause.ProxyRefused, "is no HTTP proxy")]
    [InlineData("", Cause.ProxyRefused, "closed the connection in answer to CONNECT")]
    public async Task A_proxy_that_refuses_is_its_own_cause(string answer, Cause cause, string words)
    {
        await using LoopbackServer proxy = new(async (stream, stop) =>
        {
            _ = await LoopbackServer.ReadSomeAsync(stream, stop);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop);
        });

        ConnectionEvidence evidence = await AskAsync(proxy.Port, "a.example.test", new TableResolver());

        Assert.Equal(cause, evidence.Outcome);
        Assert.Contains(words, evidence.Detail, StringComparison.Ordinal);
        Assert.NotNull(evidence.ViaProxy);
    }

    [Fact]
    public async Task A_proxy_whose_answer_has_no_end_is_cut_off()
    {
        await using LoopbackServer proxy = new(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), stop);
            byte[] header = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("X: y\r\n", 1000)));
            while (true)
            {
                await stream.WriteAsync(header, stop);
            }
        });

        Assert.Equal(Cause.ProxyRefused, (await AskAsync(proxy.Port, "a.example.test", new TableResolver())).Outcome);
    }

    [Fact]
    public async Task A_password_is_sent_only_when_asked_for_and_never_shown()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, []);
        List<string> requests = [];
        string basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:geheim"));
        await using LoopbackServer proxy = Proxy(server.Port, requests, basic);

        ConnectionEvidence admitted =
            await AskAsync(proxy.Port, "a.example.test", new TableResolver(), new NetworkCredential("user", "geheim"));
        ConnectionEvidence rejected =
            await AskAsync(proxy.Port, "a.example.test", new TableResolver(), new NetworkCredential("user", "gehe1m"));

        Assert.Equal((Cause.None, ""), (admitted.Outcome, admitted.Detail));
        Assert.DoesNotContain("Proxy-Authorization", requests[0], StringComparison.Ordinal);
        Assert.Contains($"Proxy-Authorization: {basic}\r\n", requests[1], StringComparison.Ordinal);
        Assert.Equal(Cause.ProxyAuthenticationRequired, rejected.Outcome);
        Assert.Contains("did not accept user user by Basic", rejected.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("gehe1m", $"{rejected} {rejected.Detail} {rejected.ViaProxy}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_wants_only_what_this_machine_cannot_do_is_told_so()
    {
        await using LoopbackServer proxy = new(async (stream, stop) =>
        {
            _ = await LoopbackServer.ReadSomeAsync(stream, stop);
            await stream.WriteAsync(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n\r\n"u8.ToArray(),
                    stop);
        });

        ConnectionEvidence evidence =
            await AskAsync(proxy.Port, "a.example.test", new TableResolver(), new NetworkCredential("user", "geheim"));

        Assert.Equal(Cause.ProxyAuthenticationRequired, evidence.Outcome);
        Assert.Contains("(Digest), and none of that can be done here", evidence.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Negotiate_is_preferred_and_falls_back_to_Basic_where_this_machine_has_no_tickets()
    {
        List<string> requests = [];
        await using LoopbackServer proxy = new(async (stream, stop) =>
        {
            while (await LoopbackServer.ReadSomeAsync(stream, stop) is { Length: > 0 } request)
            {
                lock (requests)
                {
                    requests.Add(Encoding.Latin1.GetString(request));
                }

                await stream.WriteAsync(("HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic "u8 +
                    "realm=\"x\"\r\nContent-Length: 5\r\n\r\nerror"u8).ToArray(), stop);
            }
        });

        ConnectionEvidence evidence =
            await AskAsync(proxy.Port, "a.example.test", new TableResolver(), new NetworkCredential("user", "geheim"));

        Assert.Equal(Cause.ProxyAuthenticationRequired, evidence.Outcome);
        Assert.Contains("Proxy-Authorization: ", requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_cannot_be_reached_or_used_is_named()
    {
        int port = ServerProcess.FreePort();
        ConnectionEvidence refused = await AskAsync(port, "a.example.test", new TableResolver());
        Assert.Equal(Cause.ConnectionRefused, refused.Outcome);
        Assert.Contains($"The proxy http://127.0.0.1:{port} cannot be reached", refused.Detail, StringComparison.Ordinal);

        ConnectionOptions options =
            new() { Proxy = ProxySetting.FromEnvironment(name => name == "ALL_PROXY" ? "socks5://u:geheim@127.0.0.1:1080" : null) };
        ConnectionEvidence socks = await TlsConnector.ConnectAsync(Endpoint.Parse("a.example.test"), options, Stop);
        Assert.Equal(
            (Cause.ProxyRefused,
                "The proxy socks5://127.0.0.1:1080 of the variable ALL_PROXY is of a kind that is not spoken here; only HTTP CONNECT is."),
                    (socks.Outcome, socks.Detail));

        options = new() { Proxy = ProxySetting.FromEnvironment(name => name == "HTTPS_PROXY" ? "http://nowhere.test" : null),
            Resolver = new TableResolver() };
        ConnectionEvidence unknown = await TlsConnector.ConnectAsync(Endpoint.Parse("a.example.test"), options, Stop);
        Assert.Equal(
            (Cause.NameNotResolved,
                "The proxy http://nowhere.test:1080, set by HTTPS_PROXY, cannot be reached: The name nowhere.test does not exist."),
                    (unknown.Outcome, unknown.Detail));
        foreach (ConnectionEvidence evidence in new[] { refused, unknown })
        {
            // What to look at is the proxy, not the host behind it.
            Finding finding = Assert.Single(ConnectionFindings.Of(evidence));
            Assert.Contains("port of the proxy", finding.Remedy, StringComparison.Ordinal);
            Assert.DoesNotContain("a.example.test", finding.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_silent_proxy_ends_at_the_limit_for_connecting()
    {
        await using LoopbackServer proxy = new((_, stop) => Task.Delay(Timeout.Infinite, stop));
        ConnectionOptions options = Options(proxy.Port, new TableResolver()) with { ConnectTimeout = TimeSpan.FromMilliseconds(300) };

        ConnectionEvidence evidence = await TlsConnector.ConnectAsync(Endpoint.Parse("a.example.test"), options, Stop);

        Assert.Equal(Cause.ConnectionTimedOut, evidence.Outcome);
        Assert.Contains("did not answer CONNECT a.example.test within 0.3 s", evidence.Detail, StringComparison.Ordinal);
    }

    private static ConnectionOptions Options(int proxyPort, INameResolver resolver, NetworkCredential? credential = null) => new()
    {
        Proxy = ProxySetting.Always(new ProxyServer { HostName = "127.0.0.1", Port = proxyPort, Credential = credential }),
        Resolver = resolver,
    };

    private static Task<ConnectionEvidence> AskAsync(int proxyPort, string endpoint, INameResolver resolver,
        NetworkCredential? credential = null) =>
        TlsConnector.ConnectAsync(Endpoint.Parse(endpoint), Options(proxyPort, resolver, credential), Stop);

    private static LoopbackServer Proxy(int targetPort, List<string> requests, string? wanted = null) => new(async (stream, stop) =>
    {
        string request = Encoding.Latin1.GetString(await LoopbackServer.ReadSomeAsync(stream, stop));
        lock (requests)
        {
            requests.Add(request);
        }

        if (wanted is not null && !request.Contains($"Proxy-Authorization: {wanted}\r\n", StringComparison.Ordinal))
        {
            await stream.WriteAsync(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
            return;
        }

        await stream.WriteAsync("HTTP/1.1 200 Connection established\r\nDate: Sat, 21 Nov 2026 03:04:05 GMT\r\n\r\n"u8.ToArray(), stop);
        using Socket target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await target.ConnectAsync(IPAddress.Loopback, targetPort, stop);
        await using NetworkStream onward = new(target);
        await Task.WhenAny(onward.CopyToAsync(stream, stop), stream.CopyToAsync(onward, stop));
    });
}

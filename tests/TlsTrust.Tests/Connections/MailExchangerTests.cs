using System.Net;
using System.Net.Sockets;
using TlsTrust.Certificates.Names;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.MailExchangers;
using TlsTrust.Diagnosis;
using TlsTrust.Stores;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Connections;

/// <summary>The hosts that take a domain's mail, asked of dnsmasq and of name servers that play tricks.</summary>
public sealed class MailExchangerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_name_server_is_asked_over_UDP_and_where_it_does_not_fit_over_TCP()
    {
        string[] many = [.. Enumerable.Range(0, 40).Select(i => $"--mx-host=many.test,exchanger-with-a-long-name-{i:00}.many.test,{i}")];
        await using ServerProcess server = await DnsmasqAsync(
        [
            .. many, "--mx-host=two.test,second.two.test,20", "--mx-host=two.test,first.two.test,10",
            "--host-record=alone.test,127.0.0.1",
        ]);
        MailExchangerLookup lookup = new([new IPEndPoint(IPAddress.Loopback, server.Port)]);

        Assert.Equal(["first.two.test", "second.two.test"], await lookup.FindAsync("two.test", Stop));
        Assert.Equal(40, (await lookup.FindAsync("many.test", Stop)).Count);
        Assert.Equal(["alone.test"], await lookup.FindAsync("alone.test", Stop));
        IOException absent = await Assert.ThrowsAsync<IOException>(() => lookup.FindAsync("absent.test", Stop));
        Assert.Contains("does not exist", absent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_exchanger_of_a_domain_is_tested_by_its_own_name()
    {
        TestPki pki = TestPki.Shared;
        using TemporaryDirectory directory = new();
        await using ServerProcess names =
            await DnsmasqAsync(["--mx-host=mail.test,mx1.mail.test,10", "--mx-host=mail.test,mx2.mail.test,20"]);
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, pki.Issue("mx1.mail.test"), [pki.Intermediate]);
        string root = Path.Combine(directory.Path, "root.pem");
        await File.WriteAllTextAsync(root, pki.Root.ExportCertificatePem(), Stop);
        EndpointTestOptions options = new()
        {
            Store = TrustStores.Open(root),
            NoDownload = true,
            Ordered = true,
            MailExchangers = new([new IPEndPoint(IPAddress.Loopback, names.Port)]),
            Connection = new ConnectionOptions { Address = IPAddress.Loopback },
        };
        List<EndpointReport> reports = [];
        Endpoint[] domains = [Endpoint.Parse($"tls://mail.test:{server.Port}"), Endpoint.Parse("absent.test")];
        await foreach (EndpointReport report in EndpointTester.TestAsync(domains, options, Stop))
        {
            reports.Add(report);
        }

        Assert.Equal(
            [("mx1.mail.test", Cause.None), ("mx2.mail.test", Cause.NameMismatch), ("absent.test", Cause.NameNotResolved)],
            reports.Select(report => (report.HostName, report.Cause)));
        Assert.Contains("does not exist", reports[2].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchangers_are_tested_at_once_within_the_limit_and_told_in_their_order()
    {
        const int Limit = 4;
        string[] hosts = [.. Enumerable.Range(0, 3 * Limit).Select(i => $"mx{i:00}.mail.test")];
        await using ServerProcess names = await DnsmasqAsync([.. hosts.Select((host, i) => $"--mx-host=mail.test,{host},{i}")]);
        TaskCompletionSource full = new();
        int open = 0, most = 0;
        await using LoopbackServer server = new(async (_, stop) =>
        {
            lock (full)
            {
                most = Math.Max(most, ++open);
                if (open == Limit)
                {
                    full.TrySetResult();
                }
            }

            // Nobody is answered before as many as may be are waiting.
            await Task.WhenAny(full.Task, Task.Delay(TimeSpan.FromSeconds(10), stop));
            lock (full)
            {
                open--;
            }
        });
        EndpointTestOptions options = new()
        {
            Store = new TrustStore("none", []),
            ThrottleLimit = Limit,
            MailExchangers = new([new IPEndPoint(IPAddress.Loopback, names.Port)]),
            Connection = new ConnectionOptions { Address = IPAddress.Loopback, HandshakeTimeout = TimeSpan.FromSeconds(30) },
        };
        List<string> told = [];
        await foreach (EndpointReport report in EndpointTester.TestAsync([Endpoint.Parse($"tls://mail.test:{server.Port}")], options, Stop))
        {
            told.Add(report.HostName);
        }

        Assert.Equal(hosts, told);
        Assert.Equal(Limit, most);
    }

    [Fact]
    public async Task A_domain_that_takes_no_mail_and_a_silent_server_are_said()
    {
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] buffer = new byte[512];
        Task answering = Task.Run(async () =>
        {
            SocketReceiveFromResult asked =
                await server.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), Stop);

            // First a stranger's answer, with another id, which must not count.
            byte[] stranger = Answer(buffer.AsSpan(0, asked.ReceivedBytes), 5, "evil.test");
            stranger[0] ^= 0xFF;
            await server.SendToAsync(stranger, SocketFlags.None, asked.RemoteEndPoint, Stop);
            await server.SendToAsync(Answer(buffer.AsSpan(0, asked.ReceivedBytes), 0, ""), SocketFlags.None, asked.RemoteEndPoint, Stop);
        }, Stop);
        MailExchangerLookup lookup = new([(IPEndPoint)server.LocalEndPoint!]);

        IOException fault = await Assert.ThrowsAsync<IOException>(() => lookup.FindAsync("nomail.test", Stop));
        await answering;
        Assert.Contains("takes no mail", fault.Message, StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<IOException>(() => lookup.FindAsync("silent.test", Stop));
        Assert.Contains("no answer in 3 s", fault.Message, StringComparison.Ordinal);
        fault = await Assert.ThrowsAsync<IOException>(() => new MailExchangerLookup([]).FindAsync("x.test", Stop));
        Assert.Contains("no name server", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:PORT/x")]
    [InlineData("127.0.0.1:PORT")]
    [InlineData("user@127.0.0.1:PORT/")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("mx.test/../:PORT#")]
    [InlineData("mx\u001B[31m.test")]
    [InlineData("mx.test\r\nX: 1")]
    [InlineData("b\u00FCcher.test")]
    [InlineData("mx.test?a=:PORT")]
    [InlineData("mx.test\\:PORT")]
    [InlineData("=cmd")]
    public async Task A_name_server_names_hosts_and_neither_ports_nor_addresses(string host)
    {
        using Socket inside = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        inside.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        inside.Listen();
        string said = host.Replace("PORT", $"{((IPEndPoint)inside.LocalEndPoint!).Port}", StringComparison.Ordinal);
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Task answering = Task.Run(async () =>
        {
            byte[] buffer = new byte[512];
            SocketReceiveFromResult asked =
                await server.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), Stop);
            await server.SendToAsync(Answer(buffer.AsSpan(0, asked.ReceivedBytes), 5, said), SocketFlags.None, asked.RemoteEndPoint, Stop);
        }, Stop);
        EndpointTestOptions options = new()
        {
            Store = new TrustStore("none", []), NoDownload = true, MailExchangers = new([(IPEndPoint)server.LocalEndPoint!]),
        };
        List<EndpointReport> reports = [];
        await foreach (EndpointReport each in EndpointTester.TestAsync([Endpoint.Parse("mail.test")], options, Stop))
        {
            reports.Add(each);
        }

        await answering;
        EndpointReport report = Assert.Single(reports);
        Assert.Equal(("mail.test", Cause.NameNotResolved), (report.HostName, report.Cause));
        Assert.Contains("no host name", report.Summary, StringComparison.Ordinal);
        Assert.False(VisibleText.HasHidden(report.Summary), report.Summary);
        Assert.False(inside.Poll(0, SelectMode.SelectRead), "something came");
    }

    [Fact]
    public void Whatever_comes_back_is_an_answer_or_none()
    {
        byte[] question = MailExchangerMessage.Question(7, "mail.test");
        byte[] sound = Answer(question, 10, "mx.mail.test");
        Assert.Equal([new MailExchanger(10, "mx.mail.test")], MailExchangerMessage.Read(sound, question)!.Exchangers);

        // A name that points at itself.
        byte[] loop = [.. sound];
        loop[question.Length] = 0xC0;
        loop[question.Length + 1] = (byte)question.Length;
        Assert.Null(MailExchangerMessage.Read(loop, question));

        Random random = new(20261201);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] mutated = [.. sound];
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            MailExchangerMessage.Read(mutated.AsSpan(0, random.Next(mutated.Length + 1)), question);
        }
    }

    private static byte[] Answer(ReadOnlySpan<byte> question, int preference, string host)
    {
        byte[] answer = [.. question];
        answer[2] |= 0x80;
        answer[7] = 1;
        List<byte> name = [];
        foreach (string label in host.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            name.Add((byte)label.Length);
            name.AddRange(System.Text.Encoding.Latin1.GetBytes(label));
        }

        name.Add(0);
        return [.. answer, 0xC0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, (byte)(name.Count + 2), 0, (byte)preference, .. name];
    }

    private static async Task<ServerProcess> DnsmasqAsync(string[] records)
    {
        string? program = ServerProcess.Find("dnsmasq");
        Assert.SkipWhen(program is null, "dnsmasq is not installed.");
        int port = ServerProcess.FreePort();
        return await ServerProcess.StartAsync(program!, port,
            ["--keep-in-foreground", $"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts",
                "--conf-file=/dev/null", "--local=/test/", "--pid-file=", "--user=root", .. records]);
    }
}

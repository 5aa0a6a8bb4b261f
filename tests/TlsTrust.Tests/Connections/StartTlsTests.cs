using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Connections;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.StartTls;
using TlsTrust.Tests.Connections.Servers;
using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Tests.Connections;

/// <summary>Scripted servers for every protocol: what they say is on lines with S, what they wait for on lines with C.</summary>
public class StartTlsTests
{
    private const string MySqlGreeting = "S \\x4a\\x00\\x00\\x00\\x0a8.0.36\\x00\\x01\\x00\\x00\\x00saltsalt\\x00\\xff{0}\\x21\\x02" +
        "\\x00\\xff\\xc7\\x15\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00saltsaltsalt\\x00caching_sha2_password\\x00\n";

    private const string LdapRequest = "C \\x30\\x1d\\x02\\x01\\x01w\\x18\\x80\\x161.3.6.1.4.1.1466.20037\n";

    private const string XmppOpen = "C <?xml version='1.0'?><stream:stream xmlns='jabber:client' " +
        "xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>\n";

    private static TestPki Pki => TestPki.Shared;

    // Pre-login with encryption on; the X.224 request with TLS and network level authentication.
    private const string TdsRequest = "C \\x12\\x01\\x00\\x2f\\x00\\x00\\x00\\x00\\x00\\x00\\x1a\\x00\\x06\\x01\\x00\\x20\\x00\\x01" +
        "\\x02\\x00\\x21\\x00\\x01\\x03\\x00\\x22\\x00\\x04\\x04\\x00\\x26\\x00\\x01\\xff\\x00\\x00\\x00\\x00\\x00\\x00\\x01\\x00\\x00" +
        "\\x00\\x00\\x00\\x00\n";

    private const string RdpRequest = "C \\x03\\x00\\x00\\x13\\x0e\\xe0\\x00\\x00\\x00\\x00\\x00\\x01\\x00\\x08\\x00\\x03\\x00\\x00\\x00\n";

    public static TheoryData<StartTlsProtocol, string> Conversations => new()
    {
        { StartTlsProtocol.Smtp, "S 220-mail.example ESMTP\\r\\n220 ready\\r\\n\nC EHLO tlstrust.invalid\\r\\n\nS " +
            "250-mail.example\\r\\n250-SIZE 1000\\r\\n250-starttls\\r\\n250 8BITMIME\\r\\n\nC STARTTLS\\r\\n\nS 220 go ahead\\r\\n" },
        { StartTlsProtocol.Lmtp, "S 220 mail.example LMTP\\r\\n\nC LHLO tlstrust.invalid\\r\\n\nS 250-mail.example\\r\\n250 " +
            "STARTTLS\\r\\n\nC STARTTLS\\r\\n\nS 220 go ahead\\r\\n" },
        { StartTlsProtocol.Imap,
            "S * OK [CAPABILITY IMAP4rev1 STARTTLS] ready\\r\\n\nC a1 STARTTLS\\r\\n\nS * CAPABILITY X\\r\\na1 OK begin\\r\\n" },
        { StartTlsProtocol.Pop3, "S +OK ready\\r\\n\nC STLS\\r\\n\nS +OK begin\\r\\n" },
        { StartTlsProtocol.Ftp, "S 220-Welcome\\r\\n 220 not yet\\r\\n220 ready\\r\\n\nC AUTH TLS\\r\\n\nS 234 ok\\r\\n" },
        { StartTlsProtocol.Ldap, LdapRequest
            + "S \\x30\\x24\\x02\\x01\\x01\\x78\\x1f\\x0a\\x01\\x00\\x04\\x00\\x04\\x00\\x8a\\x161.3.6.1.4.1.1466.20037" },
        { StartTlsProtocol.PostgreSql, "C \\x00\\x00\\x00\\x08\\x04\\xd2\\x16\\x2f\nS S" },
        { StartTlsProtocol.MySql, MySqlGreeting.Replace("{0}", "\\xff", StringComparison.Ordinal)
            + "C \\x20\\x00\\x00\\x01\\x01\\x8a\\x00\\x00\\x00\\x00\\x00\\x01\\x21\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00" +
                "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00" },
        { StartTlsProtocol.Xmpp, XmppOpen + "S <?xml version='1.0'?><stream:stream from='localhost' " +
            "version='1.0'><stream:features><starttls " +
            "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>\nC <starttls " +
            "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\nS <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" },
        { StartTlsProtocol.XmppServer, XmppOpen.Replace("client", "server", StringComparison.Ordinal)
            + "S <stream:stream version='1.0'><stream:features><starttls " +
                "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\nC <starttls " +
                "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\nS <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'></proceed>" },
        { StartTlsProtocol.Nntp, "S 201 no posting\\r\\n\nC STARTTLS\\r\\n\nS 382 go\\r\\n" },
        { StartTlsProtocol.Sieve,
            "S \"IMPLEMENTATION\" \"x\"\\r\\n\"STARTTLS\"\\r\\nOK \"ready\"\\r\\n\nC STARTTLS\\r\\n\nS OK \"begin\"\\r\\n" },
        { StartTlsProtocol.Irc,
            "C STARTTLS\\r\\n\nS :irc.example NOTICE * :*** Looking up your hostname\\r\\n:irc.example 670 * :STARTTLS successful\\r\\n" },
        { StartTlsProtocol.MsSql, TdsRequest + "S \\x04\\x01\\x00\\x1a\\x00\\x00\\x01\\x00\\x00\\x00\\x0b\\x00\\x06\\x01\\x00\\x11" +
            "\\x00\\x01\\xff\\x0f\\x00\\x07\\xd0\\x00\\x00\\x01" },
        { StartTlsProtocol.Rdp, RdpRequest
            + "S \\x03\\x00\\x00\\x13\\x0e\\xd0\\x00\\x00\\x12\\x34\\x00\\x02\\x00\\x08\\x00\\x01\\x00\\x00\\x00" },
        // network level authentication
        { StartTlsProtocol.Rdp, RdpRequest
            + "S \\x03\\x00\\x00\\x13\\x0e\\xd0\\x00\\x00\\x12\\x34\\x00\\x02\\x00\\x08\\x00\\x02\\x00\\x00\\x00" },
        { StartTlsProtocol.Nats, "S INFO {\"server_id\":\"x\",\"tls_required\": true}\\r\\n" },
    };

    public static TheoryData<StartTlsProtocol, string, Cause, string> Refusals => new()
    {
        { StartTlsProtocol.Smtp, "S 220 ready\\r\\n\nC EHLO tlstrust.invalid\\r\\n\nS 250-mail\\r\\n250 SIZE\\r\\n", Cause.StartTlsRefused,
            "not among what it offers" },
        { StartTlsProtocol.Smtp,
            "S 220 ready\\r\\n\nC EHLO tlstrust.invalid\\r\\n\nS 250 STARTTLS\\r\\n\nC STARTTLS\\r\\n\nS 454 TLS not available\\r\\n",
                Cause.StartTlsRefused, "454 TLS not available" },
        { StartTlsProtocol.Smtp, "S 554 no service\\r\\n", Cause.StartTlsRefused, "554 no service" },
        { StartTlsProtocol.Smtp, "S SSH-2.0-OpenSSH_9.2\\r\\n", Cause.NotTls, "SSH (\"SSH-2.0-OpenSSH_9.2\")" },
        { StartTlsProtocol.Smtp, "S 220 mail LMTP\\r\\n\nC EHLO tlstrust.invalid\\r\\n\nS 500 unknown\\r\\n", Cause.NotTls, "as lmtp://" },
        { StartTlsProtocol.Smtp, "S 220 ProFTPD\\r\\n\nC EHLO tlstrust.invalid\\r\\n\nS 500 unknown\\r\\n", Cause.NotTls, "as ftp://" },
        { StartTlsProtocol.Lmtp, "S 220 mail ESMTP\\r\\n\nC LHLO tlstrust.invalid\\r\\n\nS 502 unknown\\r\\n", Cause.NotTls, "as smtp://" },
        { StartTlsProtocol.Ftp, "S 220 mail ESMTP\\r\\n\nC AUTH TLS\\r\\n\nS 502 unknown\\r\\n", Cause.NotTls, "as smtp://" },
        { StartTlsProtocol.Imap, "S * PREAUTH welcome\\r\\n", Cause.StartTlsRefused, "* PREAUTH" },
        { StartTlsProtocol.Imap, "S * OK ready\\r\\n\nC a1 STARTTLS\\r\\n\nS a1 BAD \u001b[2Junknown\\r\\n", Cause.StartTlsRefused,
            "a1 BAD .[2Junknown" },
        { StartTlsProtocol.Imap, "S +OK POP3 ready\\r\\n", Cause.NotTls, "POP3" },
        { StartTlsProtocol.Pop3, "S +OK ready\\r\\n\nC STLS\\r\\n\nS -ERR no\\r\\n", Cause.StartTlsRefused, "-ERR no" },
        { StartTlsProtocol.Ftp, "S 220 ready\\r\\n\nC AUTH TLS\\r\\n\nS 502 not implemented\\r\\n", Cause.StartTlsRefused,
            "502 not implemented" },
        { StartTlsProtocol.Ldap, LdapRequest + "S \\x30\\x18\\x02\\x01\\x01\\x78\\x13\\x0a\\x01\\x34\\x04\\x00\\x04\\x0cno TLS today",
            Cause.StartTlsRefused, "result code 52, no TLS today" },
        { StartTlsProtocol.Ldap, LdapRequest + "S HTTP/1.1 400 Bad Request\\r\\n\\r\\n", Cause.NotTls, "HTTP" },
        { StartTlsProtocol.Ldap, LdapRequest + "S \\x30\\x84\\xff\\xff\\xff\\xff", Cause.NotTls, "bytes 3084FFFFFFFF" },
        { StartTlsProtocol.PostgreSql, "C \\x00\\x00\\x00\\x08\\x04\\xd2\\x16\\x2f\nS N", Cause.StartTlsRefused, "ssl is off" },
        { StartTlsProtocol.PostgreSql,
            "C \\x00\\x00\\x00\\x08\\x04\\xd2\\x16\\x2f\nS E\\x00\\x00\\x00\\x16SFATAL\\x00Mtoo many\\x00\\x00\\x00\\x00",
                Cause.StartTlsRefused, "too many" },
        { StartTlsProtocol.PostgreSql, "C \\x00\\x00\\x00\\x08\\x04\\xd2\\x16\\x2f\nS \\x15\\x03\\x03\\x00\\x02\\x02\\x0a",
            Cause.StartTlsRefused, "TLS from the first byte" },
        { StartTlsProtocol.MySql, MySqlGreeting.Replace("{0}", "\\xf7", StringComparison.Ordinal), Cause.StartTlsRefused,
            "8.0.36 does not offer it" },
        { StartTlsProtocol.MySql, "S \\x1c\\x00\\x00\\x00\\xff\\x6a\\x04Host is not allowed here.", Cause.StartTlsRefused,
            "Host is not allowed here" },
        { StartTlsProtocol.Xmpp, XmppOpen + "S <stream:stream version='1.0'><stream:features><bind/></stream:features>",
            Cause.StartTlsRefused, "not among its stream features" },
        { StartTlsProtocol.Xmpp, XmppOpen
            + "S <stream:stream version='1.0'><stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
                Cause.StartTlsRefused, "host-unknown" },
        { StartTlsProtocol.Xmpp, XmppOpen + "S HTTP/1.0 400 Bad\\r\\n", Cause.NotTls, "HTTP" },
        { StartTlsProtocol.Nntp, "S 200 ready\\r\\n\nC STARTTLS\\r\\n\nS 580 no\\r\\n", Cause.StartTlsRefused, "580 no" },
        { StartTlsProtocol.Sieve, "S \"IMPLEMENTATION\" \"x\"\\r\\nOK\\r\\n", Cause.StartTlsRefused, "not among its capabilities" },
        { StartTlsProtocol.Irc, "C STARTTLS\\r\\n\nS :irc.example 421 * STARTTLS :Unknown command\\r\\n", Cause.StartTlsRefused,
            "Unknown command" },
        { StartTlsProtocol.Irc, "C STARTTLS\\r\\n\nC PING :tlstrust\\r\\n\nS :irc.example PONG irc.example :tlstrust\\r\\n",
            Cause.StartTlsRefused, "answers PING" },
        { StartTlsProtocol.MsSql, TdsRequest + "S \\x04\\x01\\x00\\x1a\\x00\\x00\\x01\\x00\\x00\\x00\\x0b\\x00\\x06\\x01\\x00\\x11" +
            "\\x00\\x01\\xff\\x0f\\x00\\x07\\xd0\\x00\\x00\\x02", Cause.StartTlsRefused, "without encryption" },
        { StartTlsProtocol.MsSql, TdsRequest + "S HTTP/1.1 400 Bad Request\\r\\n\\r\\n", Cause.NotTls, "HTTP" },
        { StartTlsProtocol.Rdp, RdpRequest
            + "S \\x03\\x00\\x00\\x13\\x0e\\xd0\\x00\\x00\\x12\\x34\\x00\\x03\\x00\\x08\\x00\\x02\\x00\\x00\\x00", Cause.StartTlsRefused,
                "RDP's own encryption only" },
        { StartTlsProtocol.Rdp, RdpRequest
            + "S \\x03\\x00\\x00\\x13\\x0e\\xd0\\x00\\x00\\x12\\x34\\x00\\x02\\x00\\x08\\x00\\x00\\x00\\x00\\x00", Cause.StartTlsRefused,
                "chose RDP's own encryption" },
        { StartTlsProtocol.Rdp, RdpRequest + "S \\x03\\x00\\x00\\x0b\\x06\\xd0\\x00\\x00\\x12\\x34\\x00", Cause.StartTlsRefused,
            "knows nothing but" },
        { StartTlsProtocol.Rdp, RdpRequest + "S SSH-2.0-OpenSSH_9.2\\r\\n", Cause.NotTls, "SSH" },
        { StartTlsProtocol.Nats, "S INFO {\"server_id\":\"x\"}\\r\\n", Cause.StartTlsRefused, "neither tls_required" },
        { StartTlsProtocol.Smtp, "S \\x04\\x01\\x00\\x1a\\x00\\x00\\x01\\x00\\x00\\x00\\x0b\\x00\\x06\\x01\\x00\\x11\\x00\\x01\\xff" +
            "\\x0f\\x00\\x07\\xd0\\x00\\x00\\x01\\r\\n", Cause.NotTls, "Ask it as mssql://" },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_protocol_has_one_row_and_its_schemes_and_ports_lead_to_it()
    {
        Assert.Equal(Enum.GetValues<StartTlsProtocol>().Where(each => each != StartTlsProtocol.None).Order(),
            StartTlsTable.Rows.Select(row => row.Protocol).Order());
        Assert.All(StartTlsTable.Rows, row =>
        {
            Assert.NotEmpty(row.Name);
            Assert.NotEmpty(row.Services);
            Assert.All(row.Services, service =>
                Assert.Equal((row.Protocol, service.Port),
                    (Endpoint.Parse($"{service.Scheme}://a.example").StartTls, Endpoint.Parse($"{service.Scheme}://a.example").Port)));
            Assert.All(row.Services.Select(service => service.Port).Concat(row.MorePorts), port =>
                Assert.Equal(row.Protocol, Endpoint.Parse($"a.example:{port}").StartTls));
            Endpoint forced = Endpoint.Parse("a.example:4711") with { StartTls = row.Protocol };
            Assert.Equal(row.Protocol, Endpoint.Parse(forced.ToString()).StartTls);
        });
        Assert.Equal(Conversations.Select(row => row.Data.Item1).Distinct().Order(),
            StartTlsTable.Rows.Select(row => row.Protocol).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task TDS_carries_a_handshake_of_several_packets_and_what_comes_bare_after_it(int piece)
    {
        byte[] hello = [.. Enumerable.Range(0, 9000).Select(i => (byte)(i % 251))];
        byte[] bare = [23, 3, 3, 0, 1, 7];
        using MemoryStream wire = new();
        await new TdsStream(wire).WriteAsync(hello, Stop);
        Assert.Equal([0x12, 0, 0x10, 0], wire.ToArray()[..4]);
        wire.Write(bare);
        wire.Position = 0;
        TdsStream reader = new(wire);
        List<byte> read = [];
        byte[] buffer = new byte[piece];
        for (int count; (count = await reader.ReadAsync(buffer, Stop)) > 0;)
        {
            read.AddRange(buffer[..count]);
        }

        Assert.Equal([.. hello, .. bare], read);
    }

    [Theory]
    [MemberData(nameof(Conversations))]
    public async Task Every_protocol_comes_to_TLS(StartTlsProtocol protocol, string script)
    {
        await using LoopbackServer server = Scripted(script, thenTls: true, StartTlsTable.Of(protocol).Wrap);

        ConnectionEvidence evidence = await AskAsync(server.Port, protocol);

        Assert.Equal((Cause.None, TestKeys.ArePlatforms ? "" : evidence.Detail), (evidence.Outcome, evidence.Detail));
        Assert.Equal(Pki.Leaf.RawData, evidence.Presented[0].ToArray());
        Assert.Equal(["Connect", "StartTls", "Handshake"], evidence.Timings.Select(timing => timing.Phase));
    }

    [Theory]
    [MemberData(nameof(Conversations))]
    public async Task Plain_text_after_the_go_ahead_is_not_taken_for_the_servers(StartTlsProtocol protocol, string script)
    {
        int lastReply = script.LastIndexOf("\nS ", StringComparison.Ordinal) is > 0 and int at && protocol != StartTlsProtocol.MySql ? at
            : script.IndexOf("S ", StringComparison.Ordinal) - 1;
        int end = script.IndexOf('\n', lastReply + 1) is > 0 and int next ? next : script.Length;
        await using LoopbackServer server = Scripted(script.Insert(end, "evil injected\\r\\n"), thenTls: false);

        ConnectionEvidence evidence = await AskAsync(server.Port, protocol);

        Assert.Equal(Cause.StartTlsRefused, evidence.Outcome);
        Assert.Contains("more bytes in plain text (\"evil injected\")", evidence.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_and_a_stranger_are_told_apart(StartTlsProtocol protocol, string script, Cause cause, string words)
    {
        await using LoopbackServer server = Scripted(script, thenTls: false);

        ConnectionEvidence evidence = await AskAsync(server.Port, protocol);

        Assert.Equal(cause, evidence.Outcome);
        Assert.Contains(words, evidence.Detail, StringComparison.Ordinal);
        Assert.NotNull(evidence.Spoke);
    }

    [Fact]
    public async Task The_greeting_of_a_mail_server_tells_its_time()
    {
        await using LoopbackServer server =
            Scripted("S 220 mail.example ESMTP Exim 4.96 Sat, 21 Nov 2026 04:04:05 +0100\\r\\n", thenTls: false);

        Assert.Equal(new DateTime(2026, 11, 21, 3, 4, 5, DateTimeKind.Utc),
            (await AskAsync(server.Port, StartTlsProtocol.Smtp)).ServerTime);
    }

    [Theory]
    [InlineData(StartTlsProtocol.Smtp, "220-")]
    [InlineData(StartTlsProtocol.Imap, "* OK x\r\n* y\r\n")]
    [InlineData(StartTlsProtocol.Sieve, "\"X\" \"y\"\r\n")]
    [InlineData(StartTlsProtocol.Irc, ":x NOTICE y\r\n")]
    [InlineData(StartTlsProtocol.Xmpp, "<stream:stream>")]
    public async Task A_server_that_never_ends_its_reply_is_cut_off(StartTlsProtocol protocol, string endless)
    {
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            byte[] words = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(endless, 100)));
            while (true)
            {
                await stream.WriteAsync(words, stop);
            }
        });

        Stopwatch watch = Stopwatch.StartNew();
        ConnectionEvidence evidence = await AskAsync(server.Port, protocol);

        Assert.Equal(Cause.StartTlsRefused, evidence.Outcome);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 2000);
    }

    [Fact]
    public async Task A_server_that_waits_for_TLS_at_once_is_recognised_by_its_silence()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, []);

        ConnectionEvidence evidence = await AskAsync(server.Port, StartTlsProtocol.Smtp, TimeSpan.FromMilliseconds(300));

        Assert.Equal(Cause.HandshakeTimedOut, evidence.Outcome);
        Assert.Contains("ask it as tls://", evidence.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_closes_before_TLS_is_ConnectionReset()
    {
        await using LoopbackServer server = new((_, _) => Task.CompletedTask);

        ConnectionEvidence evidence = await AskAsync(server.Port, StartTlsProtocol.Imap);

        Assert.Equal((Cause.ConnectionReset, "The server closed the connection before TLS (IMAP), without a word."),
            (evidence.Outcome, evidence.Detail));
    }

    [Fact]
    public async Task Nothing_a_server_says_before_TLS_makes_it_throw()
    {
        Random random = new(20260104);
        string[] openings =
            ["", "220 x\r\n", "* OK x\r\n", "+OK x\r\n", "200 x\r\n", "\"A\" \"B\"\r\nOK\r\n", "<stream:stream><stream:features>", "S",
                "E\0\0\0", "0\x84", "J\0\0\0\n8.0\0", ":x 670 y\r\n"];
        foreach (StartTlsProtocol protocol in Enum.GetValues<StartTlsProtocol>().Where(each => each != StartTlsProtocol.None))
        {
            for (int i = 0; i < 150; i++)
            {
                byte[] rest = new byte[random.Next(200)];
                random.NextBytes(rest);
                ConnectionOptions options =
                    new() { StartTls = protocol,
                        Dialer = new CannedDialer([.. Encoding.Latin1.GetBytes(openings[i % openings.Length]), .. rest]) };

                ConnectionEvidence evidence = await TlsConnector.ConnectAsync(Endpoint.Parse("192.0.2.1:1"), options, Stop);

                Assert.NotEqual(Cause.None, evidence.Outcome);
                Assert.DoesNotContain(evidence.Detail, letter => letter is < ' ' or > '~' and not '…');
            }
        }
    }

    private sealed class CannedDialer(byte[] answer) : ISocketDialer
    {
        public Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken) =>
            Task.FromResult<Stream>(new CannedStream(answer));
    }

    private static Task<ConnectionEvidence> AskAsync(int port, StartTlsProtocol protocol, TimeSpan? limit = null) =>
        TlsConnector.ConnectAsync(
        Endpoint.Parse($"localhost:{port}"),
        new ConnectionOptions { Address = IPAddress.Loopback, StartTls = protocol, HandshakeTimeout = limit ?? TimeSpan.FromSeconds(5) },
        Stop);

    private static LoopbackServer Scripted(string script, bool thenTls, Func<Stream, Stream>? wrap = null) => new(async (stream, stop) =>
    {
        foreach (string step in script.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            byte[] bytes = Bytes(step[2..]);
            if (step[0] == 'S')
            {
                await stream.WriteAsync(bytes, stop);
            }
            else
            {
                byte[] said = new byte[bytes.Length];
                await stream.ReadExactlyAsync(said, stop);
                Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(said));
            }
        }

        if (thenTls)
        {
            await LoopbackServer.ServeTlsAsync(wrap is null ? stream : wrap(stream), Pki.Leaf, [], stop);
        }
        else
        {
            _ = await LoopbackServer.ReadSomeAsync(stream, stop);
        }
    });

    private static byte[] Bytes(string text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
                continue;
            }

            i++;
            if (text[i] == 'x')
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.Add(text[i] == 'r' ? (byte)'\r' : (byte)'\n');
            }
        }

        return [.. bytes];
    }
}

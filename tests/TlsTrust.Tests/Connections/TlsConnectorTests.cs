using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using TlsTrust.Connections;
using TlsTrust.Connections.Faults;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Connections;

public class TlsConnectorTests
{
    private static TestPki Pki => TestPki.Shared;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ConnectionOptions Quick => new()
    {
        ResolveTimeout = TimeSpan.FromSeconds(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        HandshakeTimeout = TimeSpan.FromSeconds(5),
        TotalTimeout = TimeSpan.FromSeconds(10),
    };

    private static Task<ConnectionEvidence> ConnectAsync(int port, ConnectionOptions? options = null, string host = "localhost") =>
        TlsConnector.ConnectAsync(Endpoint.Parse($"tls://{host}:{port}"), (options ?? Quick) with { Address = IPAddress.Loopback }, Stop);

    private static string[] Shown(IEnumerable<ReadOnlyMemory<byte>> certificates) =>
        [.. certificates.Select(der => Convert.ToHexString(SHA1.HashData(der.Span)))];

    private static string[] Shown(params X509Certificate2[] certificates) =>
        [.. certificates.Select(certificate => certificate.Thumbprint)];

    [Theory]
    [InlineData("-tls1_2", SslProtocols.Tls12)]
    [InlineData("-tls1_3", SslProtocols.Tls13)]
    public async Task Keeps_what_was_sent_in_wire_order_with_duplicates_and_strangers(string version, SslProtocols protocol)
    {
        X509Certificate2[] rest = [Pki.Root, Pki.Intermediate, Pki.RsaLeaf, Pki.Intermediate, Pki.Leaf];
        using TemporaryDirectory directory = new();
        await using ServerProcess server = await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, rest, version);

        ConnectionEvidence evidence = await ConnectAsync(server.Port);

        Assert.Equal((Cause.None, ""), (evidence.Outcome, evidence.Detail));
        Assert.Equal(protocol, evidence.Protocol);
        Assert.Equal(Shown([Pki.Leaf, .. rest]), Shown(evidence.Presented));
        Assert.Equal(protocol == SslProtocols.Tls12 ? "read from the bytes of the handshake"
            : "as OpenSSL received them (TLS 1.3 encrypts them on the wire)", evidence.PresentedFrom);
        Assert.False(evidence.ClientCertificateRequested);
        Assert.Equal(IPAddress.Loopback, evidence.RemoteAddress);
        Assert.Equal(["Connect", "Handshake"], evidence.Timings.Select(timing => timing.Phase));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Says_whether_a_client_certificate_was_only_asked_for(SslProtocols protocol)
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, [], options =>
        {
            options.EnabledSslProtocols = protocol;
            options.ClientCertificateRequired = true;
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        });

        ConnectionEvidence evidence = await ConnectAsync(server.Port);

        Assert.Equal(Cause.None, evidence.Outcome);
        Assert.True(evidence.ClientCertificateRequested);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_required_client_certificate_is_its_own_cause_and_the_chain_is_kept(string version)
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, [Pki.Intermediate], version, "-Verify", "1");

        ConnectionEvidence evidence = await ConnectAsync(server.Port);

        Assert.Equal(Cause.ClientCertificateRequired, evidence.Outcome);
        Assert.Equal(version == "-tls1_3" ? "certificate_required" : "handshake_failure", evidence.Alert);
        Assert.Equal(Shown(Pki.Leaf, Pki.Intermediate), Shown(evidence.Presented));

        ConnectionEvidence admitted =
            await ConnectAsync(server.Port, Quick with { ClientCertificate = ClientIdentity.Of([Pki.Issue("client")]) });
        Assert.True(admitted.Outcome == Cause.None, admitted.Detail);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_client_certificate_that_the_server_does_not_trust_is_refused_in_every_version(string version)
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, [Pki.Intermediate], version, "-Verify", "1", "-verify_return_error");

        ConnectionEvidence evidence =
            await ConnectAsync(server.Port, Quick with { ClientCertificate = ClientIdentity.Of([Pki.Issue("client")]) });

        Assert.Equal((Cause.ClientCertificateRequired, true), (evidence.Outcome, evidence.ClientCertificateRequested));
        Assert.StartsWith("The server refused the client certificate CN=client (alert ", evidence.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_far_away_that_wants_a_client_certificate_is_waited_for()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, [Pki.Intermediate], "-tls1_3", "-Verify", "1");
        await using LoopbackServer far = FarAway(server.Port, 300);

        ConnectionEvidence evidence = await ConnectAsync(far.Port);

        Assert.Equal((Cause.ClientCertificateRequired, "certificate_required"), (evidence.Outcome, evidence.Alert));
    }

    [Fact]
    public async Task Waiting_for_a_refusal_ends_with_the_limit_and_not_in_a_timeout()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, [Pki.Intermediate], "-tls1_3", "-verify", "1");
        await using LoopbackServer far = FarAway(server.Port, 500);

        // The handshake takes a second or more, a wait of three others would end after the limit.
        ConnectionEvidence evidence = await ConnectAsync(far.Port, Quick with { HandshakeTimeout = TimeSpan.FromSeconds(3.9) });

        Assert.Equal((Cause.None, true), (evidence.Outcome, evidence.ClientCertificateRequested));
    }

    // What passes takes so many milliseconds in each direction.
    private static LoopbackServer FarAway(int port, int delay) => new(async (near, stop) =>
    {
        using TcpClient onward = new();
        await onward.ConnectAsync(IPAddress.Loopback, port, stop);
        await Task.WhenAny(PassAsync(near, onward.GetStream()), PassAsync(onward.GetStream(), near));

        async Task PassAsync(Stream from, Stream to)
        {
            Task passed = Task.CompletedTask;
            byte[] passing = new byte[16384];
            for (int read = 1; read > 0;)
            {
                read = await from.ReadAsync(passing, stop);
                passed = ArriveAsync(passed, to, passing[..read]);
            }

            await passed;
        }

        async Task ArriveAsync(Task before, Stream to, byte[] part)
        {
            Task way = Task.Delay(delay, stop);
            await before;
            await way;
            await to.WriteAsync(part, stop);
        }
    });

    [Fact]
    public async Task Sends_the_name_as_SNI_and_no_address()
    {
        List<string> names = [];
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            await LoopbackServer.ServeTlsAsync(stream, Pki.Leaf, [], stop, named: name =>
            {
                lock (names)
                {
                    names.Add(name);
                }
            });
        });

        await ConnectAsync(server.Port);
        await ConnectAsync(server.Port, Quick with { HostName = "other.example" });
        await ConnectAsync(server.Port, host: "127.0.0.1");

        Assert.Equal(["localhost", "other.example", ""], names);
    }

    [Fact]
    public async Task Connects_to_an_IPv6_address()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        await using LoopbackServer server = new(
            (stream, stop) => LoopbackServer.ServeTlsAsync(stream, Pki.Leaf, [], stop),
            IPAddress.IPv6Loopback);

        ConnectionEvidence evidence = await TlsConnector.ConnectAsync(Endpoint.Parse($"[::1]:{server.Port}"), Quick, Stop);

        Assert.Equal((Cause.None, ""), (evidence.Outcome, evidence.Detail));
        Assert.Equal(IPAddress.IPv6Loopback, evidence.RemoteAddress);
    }

    [Fact]
    public async Task Negotiates_an_application_protocol()
    {
        TestKeys.SkipWithoutPlatforms();
        await using LoopbackServer server =
            LoopbackServer.Tls(Pki.Leaf, [], options =>
                options.ApplicationProtocols = [SslApplicationProtocol.Http11, SslApplicationProtocol.Http2]);

        Assert.Equal("h2", (await ConnectAsync(server.Port, Quick with { ApplicationProtocols = [SslApplicationProtocol.Http2] })).Alpn);
        Assert.Null((await ConnectAsync(server.Port)).Alpn);
    }

    [Fact]
    public async Task A_second_connection_is_no_resumed_one()
    {
        await using LoopbackServer server = LoopbackServer.Tls(Pki.Leaf, [Pki.Intermediate], options =>
        {
            options.EnabledSslProtocols = SslProtocols.Tls12;
            options.AllowTlsResume = true;
        });

        await ConnectAsync(server.Port);
        ConnectionEvidence second = await ConnectAsync(server.Port);

        Assert.Equal(Shown(Pki.Leaf, Pki.Intermediate), Shown(second.Presented));
        Assert.Equal("read from the bytes of the handshake", second.PresentedFrom);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nDate: Sat, 21 Nov 2026 03:04:05 GMT\r\n\r\n", "HTTP (\"HTTP/1.1 400 Bad Request\")")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "SSH (\"SSH-2.0-OpenSSH_9.2p1\")")]
    [InlineData("220 mail.example ESMTP \u001b[31mPostfix\r\n", "SMTP (\"220 mail.example ESMTP .[31mPostfix\")")]
    [InlineData("220 FTP server ready\r\n", "FTP (\"220 FTP server ready\")")]
    [InlineData("* OK IMAP4rev1\r\n", "IMAP (\"* OK IMAP4rev1\")")]
    [InlineData("+OK ready\r\n", "POP3 (\"+OK ready\")")]
    [InlineData("hello there\r\n", "\"hello there\"")]
    [InlineData("\u0080\u0001\u0002", "bytes 800102")]
    public async Task A_server_that_speaks_something_else_is_quoted(string words, string spoke)
    {
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(words), stop);
            await LoopbackServer.ReadSomeAsync(stream, stop);
        });

        ConnectionEvidence evidence = await ConnectAsync(server.Port);

        Assert.Equal(Cause.NotTls, evidence.Outcome);
        Assert.Equal(spoke, evidence.Spoke);
    }

    [Fact]
    public async Task The_clock_of_a_server_that_tells_its_time_is_kept()
    {
        await using LoopbackServer server = new(async (stream, stop) =>
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nDate: Sat, 21 Nov 2026 03:04:05 GMT\r\n\r\n"u8.ToArray(), stop));

        Assert.Equal(new DateTime(2026, 11, 21, 3, 4, 5, DateTimeKind.Utc), (await ConnectAsync(server.Port)).ServerTime);
    }

    [Theory]
    [InlineData(40, Cause.HandshakeRefused, "handshake_failure")]
    [InlineData(70, Cause.ProtocolVersion, "protocol_version")]
    [InlineData(112, Cause.UnrecognizedName, "unrecognized_name")]
    [InlineData(80, Cause.HandshakeRefused, "internal_error")]
    [InlineData(211, Cause.HandshakeRefused, "alert 211")]
    public async Task An_alert_is_reported_by_name(byte alert, Cause cause, string name)
    {
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            await LoopbackServer.ReadSomeAsync(stream, stop);
            await stream.WriteAsync(new byte[] { 21, 3, 3, 0, 2, 2, alert }, stop);
        });

        ConnectionEvidence evidence = await ConnectAsync(server.Port);

        Assert.Equal((cause, name), (evidence.Outcome, evidence.Alert));
    }

    [Fact]
    public async Task A_silent_server_ends_at_the_limit_for_the_handshake()
    {
        await using LoopbackServer server = new((_, stop) => Task.Delay(Timeout.Infinite, stop));

        Stopwatch watch = Stopwatch.StartNew();
        ConnectionEvidence evidence = await ConnectAsync(server.Port, Quick with { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });

        Assert.Equal((Cause.HandshakeTimedOut, "The server took the connection and did not answer the ClientHello within 0.3 s."),
            (evidence.Outcome, evidence.Detail));
        Assert.InRange(watch.ElapsedMilliseconds, 250, 2000);

        evidence = await ConnectAsync(server.Port, Quick with { TotalTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal("The server took the connection and did not answer the ClientHello within 0.3 s in total.", evidence.Detail);
    }

    [Fact]
    public async Task A_connection_closed_or_reset_after_the_hello_is_ConnectionReset()
    {
        await using LoopbackServer closing = new(async (stream, stop) => await LoopbackServer.ReadSomeAsync(stream, stop));
        await using LoopbackServer resetting = new(async (stream, stop) =>
        {
            await LoopbackServer.ReadSomeAsync(stream, stop);
            stream.Socket.LingerState = new LingerOption(true, 0);
            stream.Socket.Dispose();
        });

        ConnectionEvidence closed = await ConnectAsync(closing.Port);
        Assert.Equal((Cause.ConnectionReset, "The server closed the connection after the ClientHello, without a word."),
            (closed.Outcome, closed.Detail));
        ConnectionEvidence reset = await ConnectAsync(resetting.Port);
        Assert.Equal((Cause.ConnectionReset, "The server reset the connection after the ClientHello, without a word."),
            (reset.Outcome, reset.Detail));
    }

    [Fact]
    public async Task An_endless_handshake_ends_at_its_cap()
    {
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            // HelloRequest messages: the one handshake message that may be repeated for ever and that clients ignore.
            byte[] record = [22, 3, 3, 0, 4, 0, 0, 0, 0];
            byte[] many = [.. Enumerable.Repeat(record, 1000).SelectMany(each => each)];
            while (true)
            {
                await stream.WriteAsync(many, stop);
            }
        });

        Stopwatch watch = Stopwatch.StartNew();
        ConnectionEvidence evidence = await ConnectAsync(server.Port);

        Assert.Equal(Cause.HandshakeRefused, evidence.Outcome);
        Assert.InRange(watch.ElapsedMilliseconds, 0, TestKeys.ArePlatforms ? 4000 : 20_000); // Wine reads slowly what it ignores
    }

    // Windows says it in its user's language, Wine by the number alone.
    [Theory]
    [InlineData(0x80090029, "Die angeforderte Operation wird nicht unterstützt.", "NTE_NOT_SUPPORTED")]
    [InlineData(0x80090331, "Le client et le serveur ne peuvent pas communiquer.", "SEC_E_ALGORITHM_MISMATCH")]
    [InlineData(0x80090304, "Unknown error (0x80090304)", "SEC_E_INTERNAL_ERROR")]
    public void What_Windows_lacks_is_known_in_every_language(uint code, string message, string name)
    {
        AuthenticationException error = new("Authentication failed.", new Win32Exception(unchecked((int)code), message));

        string detail = OwnLimit.Describe(PlatformWords.Of(error));

        Assert.Contains(name, detail, StringComparison.Ordinal);
        Assert.Contains(message.TrimEnd('.'), detail, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(detail, $"0x{code:x8}"));
    }

    [Fact]
    public async Task Nobody_listening_is_ConnectionRefused()
    {
        ConnectionEvidence evidence = await ConnectAsync(ServerProcess.FreePort());

        Assert.Equal(Cause.ConnectionRefused, evidence.Outcome);
        Assert.Contains("127.0.0.1", evidence.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_a_connection_at_once_and_throws()
    {
        await using LoopbackServer server = new((_, stop) => Task.Delay(Timeout.Infinite, stop));
        using CancellationTokenSource cancel = new();
        Task<ConnectionEvidence> running = TlsConnector.ConnectAsync(Endpoint.Parse($"127.0.0.1:{server.Port}"), Quick, cancel.Token);
        await Task.Delay(200, Stop);

        Stopwatch watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 2000);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Connections;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Wire;
using TlsTrust.Tests.Connections.Servers;
using TlsTrust.Tests.Hostile.Readers;

namespace TlsTrust.Tests.Connections;

public class ReadingHandshakeTests
{
    private static TestPki Pki => TestPki.Shared;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // What OpenSSL's default level does not serve: TLS 1.0 and 1.1.
    private static string[] Relaxed => ["-cipher", "ALL:@SECLEVEL=0"];

    [Theory]
    [InlineData("-ciphersuites", "TLS_AES_128_GCM_SHA256")]
    [InlineData("-ciphersuites", "TLS_AES_256_GCM_SHA384")]
    [InlineData("-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256")]
    [InlineData("-groups", "P-256")]
    [InlineData("-groups", "P-384")]
    [InlineData("-groups", "P-521")]
    [InlineData("-groups", "X25519")]
    [InlineData("-Verify", "1")]
    public async Task Opens_TLS_1_3_as_far_as_the_certificates(string option, string value)
    {
        X509Certificate2[] rest = [Pki.Root, Pki.Intermediate, Pki.RsaLeaf, Pki.Intermediate];
        using TemporaryDirectory directory = new();
        await using ServerProcess server = await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, rest, "-tls1_3", option, value);

        ReadingHandshake read = await ReadAsync(server.Port, new ClientHello { ServerName = "localhost" });

        Assert.Null(read.Fault);
        Assert.Equal(ServerHello.Tls13, read.Hello!.Version);
        Assert.Equal(Shown([Pki.Leaf, .. rest]), Shown(read.Certificates));
        Assert.Equal(option == "-Verify", read.CertificateRequested);
    }

    [Fact]
    public async Task A_chain_of_many_records_is_read_whole()
    {
        using TemporaryDirectory directory = new();
        X509Certificate2[] rest = [.. Enumerable.Repeat(Pki.Intermediate, 90)];
        await using ServerProcess server = await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, rest);

        Assert.Equal(91, (await ReadAsync(server.Port, new ClientHello { ServerName = "localhost" })).Certificates.Count);
        Assert.Equal(91,
            (await ReadAsync(server.Port,
                new ClientHello { ServerName = "localhost", MaxVersion = ServerHello.Tls12 })).Certificates.Count);
        Assert.Equal(91, (await ConnectAsync(server.Port)).Presented.Count);
    }

    [Fact]
    public async Task A_chain_of_more_than_a_hundred_is_cut_off_there()
    {
        using TemporaryDirectory directory = new();
        X509Certificate2[] rest = [.. Enumerable.Repeat(Pki.Intermediate, 100)];
        await using ServerProcess server = await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, rest);

        ReadingHandshake read = await ReadAsync(server.Port, new ClientHello { ServerName = "localhost" });

        Assert.Equal("the server sent more than 100 certificates", read.Fault);
        Assert.Equal(100, read.Certificates.Count);

        await using ServerProcess older = await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, rest, "-tls1_2");
        ConnectionEvidence evidence = await ConnectAsync(older.Port);
        Assert.Equal((Cause.HandshakeRefused, "The handshake was given up: the server sent more than 100 certificates."),
            (evidence.Outcome, evidence.Detail));
        Assert.Equal(100, evidence.Presented.Count);
    }

    [Theory]
    [InlineData("-tls1_2", SslProtocols.Tls12)]
    [InlineData("-tls1_3", SslProtocols.Tls13)]
    public async Task A_server_with_two_kinds_of_keys_is_asked_for_both(string version, SslProtocols protocol)
    {
        using TemporaryDirectory directory = new();
        (string rsaChain, string rsaKey) = TestPki.Write(directory.Path, "rsa", Pki.RsaLeaf);
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, [Pki.Intermediate], version, "-dcert", rsaChain, "-dkey", rsaKey,
                "-dcert_chain", Path.Combine(directory.Path, "rest.pem"));

        ConnectionEvidence evidence = await ConnectAsync(server.Port, new ConnectionOptions { AllChains = true });

        Assert.Equal((Cause.None, TestKeys.ArePlatforms ? "" : evidence.Detail), (evidence.Outcome, evidence.Detail));
        PresentedChain other = Assert.Single(evidence.OtherChains);
        Assert.Equal(protocol, other.Protocol);
        bool mainIsRsa = Shown(evidence.Presented)[0] == Pki.RsaLeaf.Thumbprint;
        Assert.Equal(mainIsRsa ? "ECDSA" : "RSA", other.KeyKind);
        Assert.Equal(Shown(mainIsRsa ? Pki.Leaf : Pki.RsaLeaf, Pki.Intermediate), Shown(other.Certificates));
    }

    [Fact]
    public async Task A_server_with_one_chain_has_no_other()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess server = await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, []);

        Assert.Empty((await ConnectAsync(server.Port, new ConnectionOptions { AllChains = true })).OtherChains);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_stapled_answer_is_read_when_asked_for(string version)
    {
        using TemporaryDirectory directory = new();

        // s_server staples the file as it is: whether it is a good answer is for the revocation check to say.
        string status = Path.Combine(directory.Path, "status.der");
        byte[] ocsp = [0x30, 0x03, 0x0A, 0x01, 0x06];
        await File.WriteAllBytesAsync(status, ocsp, Stop);
        await using ServerProcess server = await ServerProcess.OpenSslAsync(directory.Path, Pki.Leaf, [], version, "-status_file", status);

        Assert.Equal(ocsp, (await ConnectAsync(server.Port, new ConnectionOptions { AskForStapledOcsp = true })).StapledOcsp?.ToArray());
    }

    [Fact]
    public async Task Further_connections_go_through_STARTTLS_too()
    {
        await using LoopbackServer server = new(async (stream, stop) =>
        {
            await stream.WriteAsync("* OK ready\r\n"u8.ToArray(), stop);
            _ = await LoopbackServer.ReadSomeAsync(stream, stop);
            await stream.WriteAsync("a1 OK begin\r\n"u8.ToArray(), stop);
            await LoopbackServer.ServeTlsAsync(stream, Pki.Leaf, [Pki.Intermediate], stop);
        });

        ConnectionEvidence evidence =
            await ConnectAsync(server.Port,
                new ConnectionOptions { StartTls = StartTlsProtocol.Imap, AllChains = true, AskForStapledOcsp = true });

        Assert.Equal((Cause.None, TestKeys.ArePlatforms ? "" : evidence.Detail), (evidence.Outcome, evidence.Detail));
        Assert.Empty(evidence.OtherChains);
        Assert.Equal(4, server.Connections);
        Assert.Equal(["Connect", "StartTls", "Handshake", "Reading"], evidence.Timings.Select(timing => timing.Phase));
    }

    [Theory]
    [InlineData("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    [InlineData("77076d0a7318a57d3c16c17251b26645df4c0a9c0b8a6d0b9b3d0a6f9a0f8b2a",
        "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000000")]
    public void X25519_is_that_of_RFC_7748(string scalar, string point, string product)
    {
        Assert.Equal(product,
            Convert.ToHexString(X25519.Multiply(Convert.FromHexString(scalar), Convert.FromHexString(point))).ToLowerInvariant());
    }

    [Theory]
    [InlineData("-tls1", 0x0301, "TLS 1.0")]
    [InlineData("-tls1_1", 0x0302, "TLS 1.1")]
    public async Task An_old_server_is_proved_to_be_old_and_shows_its_chain(string version, int number, string name)
    {
        SslProtocols protocol = ServerHello.ProtocolOf(number);
        using TemporaryDirectory directory = new();
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, Pki.RsaLeaf, [Pki.Intermediate], [version, .. Relaxed]);

        ConnectionEvidence evidence = await ConnectAsync(server.Port);

        Assert.Equal((Cause.ProtocolVersion, "protocol_version"), (evidence.Outcome, evidence.Alert));
        Assert.EndsWith($"Asked for anything from TLS 1.0 on, it chose {name}.", evidence.Detail, StringComparison.Ordinal);
        Assert.Equal(protocol, evidence.Protocol);
        Assert.Equal([protocol], evidence.LegacyProtocols);
        Assert.Equal(Shown(Pki.RsaLeaf, Pki.Intermediate), Shown(evidence.Presented));
        Assert.Equal("read from the bytes of a handshake of our own", evidence.PresentedFrom);
    }

    [Fact]
    public async Task A_server_that_also_takes_old_versions_is_found_out_when_asked()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess old = await ServerProcess.OpenSslAsync(directory.Path, Pki.RsaLeaf, [], Relaxed);
        await using ServerProcess modern = await ServerProcess.OpenSslAsync(directory.Path, Pki.RsaLeaf, []);

        Assert.Equal([ServerHello.ProtocolOf(0x0301), ServerHello.ProtocolOf(0x0302)],
            (await ConnectAsync(old.Port, new ConnectionOptions { ProbeLegacyProtocols = true })).LegacyProtocols);
        Assert.Empty((await ConnectAsync(modern.Port, new ConnectionOptions { ProbeLegacyProtocols = true })).LegacyProtocols);
    }

    [Fact]
    public async Task A_bare_handshake_failure_is_no_proof_of_an_old_version()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess server =
            await ServerProcess.OpenSslAsync(directory.Path, Pki.RsaLeaf, [], "-tls1_2", "-cipher", "AES128-CCM8");

        ConnectionEvidence evidence = await ConnectAsync(server.Port);

        Assert.Equal((Cause.HandshakeRefused, "handshake_failure"), (evidence.Outcome, evidence.Alert));
        Assert.Empty(evidence.Presented);
    }

    [Fact]
    public async Task Garbage_of_every_length_ends_it_without_an_exception()
    {
        Random random = new(20260102);
        byte[] start = [22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3];
        for (int i = 0; i < 200; i++)
        {
            byte[] answer = new byte[random.Next(400)];
            random.NextBytes(answer);
            if (i % 2 == 0)
            {
                start.AsSpan(0, Math.Min(start.Length, answer.Length)).CopyTo(answer);
            }

            using CannedStream stream = new(answer);
            ReadingHandshake read = await ReadingHandshake.RunAsync(stream, new ClientHello { ServerName = "a.example" }, Stop);
            Assert.True(read.Fault is not null || read.Alert is not null || read.Certificates.Count == 0);
        }
    }

    [Fact]
    public void The_key_schedule_is_that_of_RFC_8448()
    {
        // §3: from the handshake secret's "s hs traffic" to the server's write key and IV.
        byte[] traffic = Convert.FromHexString("B67B7D690CC16C4E75E54213CB2D37B4E9C912BCDED9105D42BEFD59D391AD38");
        Assert.Equal("3FCE516009C21727D0F2E4E86EE403BC",
            Convert.ToHexString(KeySchedule.ExpandLabel(HashAlgorithmName.SHA256, traffic, "key", [], 16)));
        Assert.Equal("5D313EB2671276EE13000B30",
            Convert.ToHexString(KeySchedule.ExpandLabel(HashAlgorithmName.SHA256, traffic, "iv", [], 12)));
    }

    [Fact]
    public void A_public_key_that_is_no_point_gives_no_key()
    {
        TestKeys.SkipWithoutPlatforms();
        using KeySchedule keys = KeySchedule.Create(0x0017)!;
        byte[] share = keys.PublicKey;
        Assert.NotNull(keys.ServerHandshakeKey(share, System.Net.Security.TlsCipherSuite.TLS_AES_128_GCM_SHA256, []));
        Assert.Null(keys.ServerHandshakeKey(share, System.Net.Security.TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA, []));
        Assert.Null(keys.ServerHandshakeKey(share.AsSpan(0, 64), System.Net.Security.TlsCipherSuite.TLS_AES_128_GCM_SHA256, []));
        Assert.Null(keys.ServerHandshakeKey([], System.Net.Security.TlsCipherSuite.TLS_AES_128_GCM_SHA256, []));
        share[10] ^= 1;
        Assert.Null(keys.ServerHandshakeKey(share, System.Net.Security.TlsCipherSuite.TLS_AES_128_GCM_SHA256, []));
    }

    private static async Task<ReadingHandshake> ReadAsync(int port, ClientHello offer)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Stop);
        await using NetworkStream stream = new(socket);
        return await ReadingHandshake.RunAsync(stream, offer, Stop);
    }

    /// <summary>Old Windows, and Wine, offer 1.2 only: then no server is said to have refused 1.3.</summary>
    [Theory]
    [InlineData(ServerHello.Tls13, true)]
    [InlineData(ServerHello.Tls12, false)]
    public void A_hello_tells_whether_it_offers_TLS_1_3_and_a_cut_one_does_not(int newest, bool offers)
    {
        ClientHello hello = new() { ServerName = "localhost", MaxVersion = newest, Random = new byte[32], SessionId = new byte[32],
            Group = 0x001D, KeyShare = new byte[32] };
        byte[] record = [22, 3, 1, 0, 0, .. hello.ToMessage()];
        Assert.Equal(offers, ClientHello.OffersTls13(record));
        Assert.All(Enumerable.Range(0, 100), length => Assert.False(ClientHello.OffersTls13(record.AsSpan(0, length))));
        Assert.All(Enumerable.Range(100, record.Length - 100), length => ClientHello.OffersTls13(record.AsSpan(0, length)));
        Assert.All(Enumerable.Range(0, record.Length), at =>
        {
            byte[] broken = [.. record];
            broken[at] = 0xFF;
            ClientHello.OffersTls13(broken);
        });
    }

    private static Task<ConnectionEvidence> ConnectAsync(int port, ConnectionOptions? options = null) =>
        TlsConnector.ConnectAsync(Endpoint.Parse($"tls://localhost:{port}"),
            (options ?? new ConnectionOptions()) with { Address = IPAddress.Loopback }, Stop);

    private static string[] Shown(IEnumerable<ReadOnlyMemory<byte>> certificates) =>
        [.. certificates.Select(der => Convert.ToHexString(SHA1.HashData(der.Span)))];

    private static string[] Shown(params X509Certificate2[] certificates) =>
        [.. certificates.Select(certificate => certificate.Thumbprint)];
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;

namespace TlsTrust.Tests.Lab;

/// <summary>The lab's own TLS servers against the platform's client: a real handshake, completed, and data through it.</summary>
public sealed class RawTlsServerTests
{
    private static readonly LabPki Pki = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LabKeyKind.EcP256, SslProtocols.Tls12)]
    [InlineData(LabKeyKind.EcP384, SslProtocols.Tls12)]
    [InlineData(LabKeyKind.Rsa2048, SslProtocols.Tls12)]
    [InlineData(LabKeyKind.Rsa1024, SslProtocols.Tls12)]
    [InlineData(LabKeyKind.EcP256, SslProtocols.Tls13)]
    [InlineData(LabKeyKind.EcP384, SslProtocols.Tls13)]
    [InlineData(LabKeyKind.Rsa2048, SslProtocols.Tls13)]
    public async Task A_client_finishes_the_handshake_and_gets_the_page(LabKeyKind kind, SslProtocols protocol)
    {
        ServedChain chain = Chain(kind);
        await using LoopbackServer server = new(Handler(new RawTlsOptions(chain), protocol));
        await using Session session = await Session.OpenAsync(server.Port, SslProtocols.Tls12 | SslProtocols.Tls13);
        Assert.Equal(protocol, session.Tls.SslProtocol);
        string[] expected = [.. chain.Certificates.Select(certificate => Convert.ToHexString(certificate.Der.Span))];
        if (OperatingSystem.IsWindows())
        {
            // What was sent is a store there, without order and repetition.
            Assert.Equal(expected.Distinct().Order(), session.Sent.Distinct().Order());
        }
        else
        {
            Assert.Equal(expected, session.Sent);
        }

        await session.Tls.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Cancel);
        using StreamReader reader = new(session.Tls, Encoding.ASCII);
        Assert.StartsWith("HTTP/1.1 200 OK", await reader.ReadToEndAsync(Cancel));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_server_that_only_asks_for_a_client_certificate_goes_on_without(SslProtocols protocol)
    {
        await using LoopbackServer server =
            new(Handler(new RawTlsOptions(Chain(LabKeyKind.EcP256)) { ClientCertificate = ClientCertificateDemand.Requested }, protocol));
        await using Session session = await Session.OpenAsync(server.Port, protocol);
        await session.Tls.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Cancel);
        Assert.True(await session.Tls.ReadAsync(new byte[100], Cancel) > 0);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_required_client_certificate_is_taken_and_its_absence_is_refused(SslProtocols protocol)
    {
        await using LoopbackServer server =
            new(Handler(new RawTlsOptions(Chain(LabKeyKind.EcP256)) { ClientCertificate = ClientCertificateDemand.Required }, protocol));
        TestKeys.SkipWithoutPlatforms();
        using X509Certificate2 client =
            Pki.Root.Issue(new CertificateSpec { Subject = "CN=client", ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] }).WithPrivateKey();
        await using (Session session = await Session.OpenAsync(server.Port, protocol, client))
        {
            await session.Tls.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Cancel);
            Assert.True(await session.Tls.ReadAsync(new byte[100], Cancel) > 0);
        }

        Exception fault = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using Session session = await Session.OpenAsync(server.Port, protocol);
            _ = await session.Tls.ReadAsync(new byte[100], Cancel);
        });
        Assert.Contains(protocol == SslProtocols.Tls12 ? "handshake failure"
            : "certificate required", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_is_sent_and_nothing_else()
    {
        await using LoopbackServer server = new(RawTlsServer.Alert(AlertDescription.UnrecognizedName));
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        await using SslStream tls = new(tcp.GetStream());
        Exception fault = await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync("localhost"));
        Assert.IsType<AuthenticationException>(fault);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains("unrecognized name", fault.ToString(), StringComparison.Ordinal); // Windows says no more than a number
        }
    }

    [Fact]
    public async Task A_TLS_1_0_server_is_refused_by_a_current_client()
    {
        await using LoopbackServer server = new(RawTlsServer.Tls10(Chain(LabKeyKind.Rsa2048)));
        await Assert.ThrowsAnyAsync<AuthenticationException>(() => Session.OpenAsync(server.Port, SslProtocols.Tls12 | SslProtocols.Tls13));
    }

    private static ServedChain Chain(LabKeyKind kind)
    {
        LabCertificate leaf = Pki.Issuing.Issue(new CertificateSpec { Subject = "CN=localhost", DnsNames = ["localhost"], KeyKind = kind });
        // order and duplicates are kept
        return ServedChain.Of(leaf, Pki.Root.Certificate, Pki.Issuing.Certificate, Pki.Issuing.Certificate);
    }

    private static ConnectionHandler Handler(RawTlsOptions options, SslProtocols protocol)
    {
        Assert.SkipUnless(TestKeys.ArePlatforms || protocol == SslProtocols.Tls12, "this platform's TLS (Wine's) ends at 1.2");
        return protocol == SslProtocols.Tls12 ? RawTlsServer.Tls12(options) : RawTlsServer.Tls13(options);
    }

    private sealed class Session(TcpClient tcp, SslStream tls, IReadOnlyList<string> sent) : IAsyncDisposable
    {
        public SslStream Tls => tls;

        public IReadOnlyList<string> Sent => sent;

        public static async Task<Session> OpenAsync(int port, SslProtocols protocols, X509Certificate2? client = null)
        {
            TcpClient tcp = new();
            await tcp.ConnectAsync(IPAddress.Loopback, port, Cancel);
            List<string> sent = [];
            SslStream tls = new(tcp.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    EnabledSslProtocols = protocols,
                    ClientCertificates = client is null ? [] : [client],
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                    {
                        if (OperatingSystem.IsWindows())
                        {
                            sent.Add(Convert.ToHexString(certificate!.GetRawCertData()));
                        }

                        sent.AddRange(chain!.ChainPolicy.ExtraStore.Select(certificate => Convert.ToHexString(certificate.RawData)));
                        return true;
                    },
                },
                Cancel);
            return new Session(tcp, tls, sent);
        }

        public async ValueTask DisposeAsync()
        {
            await tls.DisposeAsync();
            tcp.Dispose();
        }
    }
}

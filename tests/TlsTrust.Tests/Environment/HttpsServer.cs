using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TlsTrust.Tests.Environment;

/// <summary>
/// A server on loopback that answers every request with 404 and closes: enough for any program to say whether it trusts it.
/// </summary>
internal sealed class HttpsServer : IDisposable
{
    private const byte LdapMessage = 0x30; // a SEQUENCE, RFC 4511 §4.1.1

    private static readonly byte[] NotFound =
        Encoding.ASCII.GetBytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslStreamCertificateContext _certificate;
    private readonly CancellationTokenSource _stop = new();
    private int _requests;
    private int _refusals;

    public HttpsServer(X509Certificate2 leaf, params X509Certificate2[] others)
    {
        _certificate = SslStreamCertificateContext.Create(leaf, [.. others], offline: true);
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>How many clients accepted the certificate and asked for something.</summary>
    public int Requests => _requests;

    /// <summary>How many hung up in or after the handshake.</summary>
    public int Refusals { get => _refusals; set => _refusals = value; }

    /// <summary>
    /// What is said before TLS begins (PostgreSQL, MySQL, SQL Server), and the stream that carries TLS then; nothing when null.
    /// </summary>
    public Func<Stream, Task<Stream>>? Prelude { get; init; }

    /// <summary>The newest TLS that is spoken; the platform's when none.</summary>
    public SslProtocols Protocols { get; init; }

    /// <summary>What is answered in TLS.</summary>
    public byte[] Answer { get; init; } = NotFound;

    public Endpoint Endpoint => Endpoint.Parse($"localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream carrier = Prelude is null ? client.GetStream() : await Prelude(client.GetStream());
                using SslStream tls = new(carrier);
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _certificate,
                    EnabledSslProtocols = Protocols,
                }, _stop.Token);
                byte[] buffer = new byte[8192];
                StringBuilder request = new();
                int read;
                while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal)
                    && (read = await tls.ReadAsync(buffer, _stop.Token)) > 0)
                {
                    request.Append(Encoding.Latin1.GetString(buffer, 0, read));
                    if (Prelude is not null || buffer[0] == LdapMessage)
                    {
                        break;
                    }
                }

                Interlocked.Increment(ref (request.Length > 0 ? ref _requests : ref _refusals));
                await tls.WriteAsync(Answer, _stop.Token);
                await tls.ShutdownAsync();
            }
            catch (Exception fault)
                when (fault is IOException or AuthenticationException or OperationCanceledException
                    or SocketException)
            {
                // A client that does not trust us hangs up; that is what the tests are about.
                Interlocked.Increment(ref _refusals);
            }
        }
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Environment.Probes;

/// <summary>A TLS server on loopback for the time of a probe. Whoever accepts it is told "404" and closed.</summary>
internal sealed class BorrowedNameServer : IDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>A client that says nothing must not hold a connection for longer than its probe.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslStreamCertificateContext _context;
    private readonly CancellationTokenSource _stop = new();

    public BorrowedNameServer(X509Certificate2 certificate)
    {
        _context = SslStreamCertificateContext.Create(certificate, [], offline: true);
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public Endpoint Endpoint => Endpoint.Parse($"localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (CancellationTokenSource limit = new(Longest))
        {
            try
            {
                await using SslStream tls = new(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _context },
                    limit.Token);
                _ = await tls.ReadAsync(new byte[8192], limit.Token);
                await tls.WriteAsync(Answer, limit.Token);
                await tls.ShutdownAsync();
            }
            catch (Exception fault) when (fault is IOException or AuthenticationException or OperationCanceledException or SocketException)
            {
                // A client that is right hangs up.
            }
        }
    }
}

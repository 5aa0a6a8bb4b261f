using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;

namespace TlsTrust.Tests.Connections.Servers;

/// <summary>A TCP server on loopback whose every connection is one call of a delegate.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Func<NetworkStream, CancellationToken, Task> _serve;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;

    public LoopbackServer(Func<NetworkStream, CancellationToken, Task> serve, IPAddress? address = null)
    {
        _serve = serve;
        address ??= IPAddress.Loopback;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public int Connections => _connections;

    public static LoopbackServer Tls(X509Certificate2 leaf, X509Certificate2[] rest,
        Action<SslServerAuthenticationOptions>? configure = null) =>
        new((stream, stop) => ServeTlsAsync(stream, leaf, rest, stop, configure));

    /// <summary>
    /// One TLS connection, until the client has said something. By the platform, and where that can't serve with these keys by the lab's
    /// own server in TLS 1.2, for which of the options only the demand for a client's certificate counts.
    /// </summary>
    public static async Task ServeTlsAsync(Stream stream, X509Certificate2 leaf, X509Certificate2[] rest, CancellationToken stop,
        Action<SslServerAuthenticationOptions>? configure = null, Action<string>? named = null)
    {
        if (TestKeys.ArePlatforms)
        {
            await using SslStream ssl = new(stream);
            await ssl.AuthenticateAsServerAsync((_, hello, _, _) =>
            {
                named?.Invoke(hello.ServerName);
                return ValueTask.FromResult(TlsOptions(leaf, rest, configure));
            }, null, stop);
            _ = await ReadSomeAsync(ssl, stop);
            return;
        }

        SslServerAuthenticationOptions wanted = new();
        configure?.Invoke(wanted);
        LabKey key = LabKey.Of(TestKeys.KeyOf(leaf)); // nobody asks for that of the others
        ServedChain chain = new([.. rest.Prepend(leaf).Select(each => new LabCertificate(each.RawData, key, each.Subject))]);
        RawTlsOptions options = new(chain)
        {
            ClientCertificate = wanted.ClientCertificateRequired ? ClientCertificateDemand.Requested : ClientCertificateDemand.None,
        };
        await RawTlsServer.Tls12(hello =>
        {
            named?.Invoke(hello.ServerName ?? "");
            return options;
        })(stream, stop);
    }

    public static SslServerAuthenticationOptions TlsOptions(X509Certificate2 leaf, X509Certificate2[] rest,
        Action<SslServerAuthenticationOptions>? configure = null)
    {
        SslServerAuthenticationOptions options = new()
        {
            // offline: the server must send what it was given and not look for more.
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, [.. rest], offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowTlsResume = false,
        };
        configure?.Invoke(options);
        return options;
    }

    /// <summary>Waits for the client to send something or to close; returns what came at once.</summary>
    public static async Task<byte[]> ReadSomeAsync(Stream stream, CancellationToken stop)
    {
        byte[] buffer = new byte[4096];
        int count = await stream.ReadAsync(buffer, stop);
        return buffer[..count];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using NetworkStream stream = new(socket, ownsSocket: true);
            await _serve(stream, _stop.Token);
        }
        catch (Exception error)
            when (error is OperationCanceledException or IOException or AuthenticationException or SocketException
                or ObjectDisposedException)
        {
            // The client went away, or the test is over.
        }
    }
}

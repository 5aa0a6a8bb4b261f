using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>What a client of a database says before TLS.</summary>
internal enum Preface
{
    None,
    PostgreSql,
    MySql,
}

/// <summary>
/// Speaks the plain words of a database on loopback until the client asks for TLS, and then hands its bytes to a server of the lab: psql
/// and mysql meet the servers that speak TLS at once.
/// </summary>
internal sealed class PrefaceRelay : IAsyncDisposable
{
    private const int PostgreSqlRequest = 8;
    private const byte GssRequest = 0x30; // last byte of 80877104; that of 80877103 asks for TLS
    private const int MySqlRequest = 36;

    // Protocol 10 (MySQL Internals, Protocol::HandshakeV10) with CLIENT_SSL, CLIENT_PROTOCOL_41, CLIENT_PLUGIN_AUTH.
    private static readonly byte[] MySqlGreeting = Greeting();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    internal PrefaceRelay(Preface preface, int target)
    {
        _listener.Start();
        _accepting = AcceptAsync(preface, target);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(Preface preface, int target)
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                running.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), preface, target));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient accepted, Preface preface, int target)
    {
        using TcpClient client = accepted;
        using TcpClient server = new();
        try
        {
            NetworkStream near = client.GetStream();
            await (preface == Preface.MySql ? AskMySqlAsync(near) : AskPostgreSqlAsync(near));
            await server.ConnectAsync(IPAddress.Loopback, target, _stop.Token);
            NetworkStream far = server.GetStream();
            await Task.WhenAny(near.CopyToAsync(far, _stop.Token), far.CopyToAsync(near, _stop.Token));
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            // One side is gone: so is the connection.
        }
    }

    private async Task AskPostgreSqlAsync(NetworkStream client)
    {
        byte[] request = new byte[PostgreSqlRequest];
        await client.ReadExactlyAsync(request, _stop.Token);
        if (request[^1] == GssRequest)
        {
            await client.WriteAsync("N"u8.ToArray(), _stop.Token);
            await client.ReadExactlyAsync(request, _stop.Token);
        }

        await client.WriteAsync("S"u8.ToArray(), _stop.Token);
    }

    private async Task AskMySqlAsync(NetworkStream client)
    {
        await client.WriteAsync(MySqlGreeting, _stop.Token);
        await client.ReadExactlyAsync(new byte[MySqlRequest], _stop.Token);
    }

    private static byte[] Greeting()
    {
        byte[] payload =
        [
            10, .. "8.0.40\0"u8, 1, 0, 0, 0, .. "12345678"u8, 0, 0x09, 0xaa, 45, 2, 0, 0x08, 0, 21, .. new byte[10], .. "123456789012"u8, 0,
            .. "mysql_native_password\0"u8,
        ];
        return [(byte)payload.Length, 0, 0, 0, .. payload];
    }
}

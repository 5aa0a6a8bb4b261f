using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Lab.Servers;

/// <summary>What a server does with one connection; returning or failing closes it.</summary>
internal delegate Task ConnectionHandler(Stream connection, CancellationToken cancellationToken);

/// <summary>A listener on 127.0.0.1 with a port of the system's choice.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    // Two hundred hostile endpoints at once are a test of the engine; none of them shall fail for want of a place in the queue.
    private const int Backlog = 512;

    // A client that never closes must not keep a connection for as long as the lab lives.
    private static readonly TimeSpan LongestConnection = TimeSpan.FromSeconds(60);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly ConnectionHandler _handler;
    private readonly Task _accepting;

    public LoopbackServer(ConnectionHandler handler)
    {
        _handler = handler;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stopping.Token);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                continue; // the client was gone before it was accepted
            }

            Task connection = ServeAsync(socket);
            _connections[connection] = 0;
            _ = connection.ContinueWith(done =>
                _connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await Task.Yield();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(LongestConnection);
        NetworkStream stream = new(socket, ownsSocket: true);
        await using (stream)
        {
            try
            {
                await _handler(stream, limit.Token);
            }
#pragma warning disable CA1031 // whatever a client does to one connection concerns that connection only
            catch (Exception)
#pragma warning restore CA1031
            {
                // The client went away, spoke nonsense or took too long: the connection closes.
            }
        }
    }
}

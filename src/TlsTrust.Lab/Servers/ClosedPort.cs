using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Lab.Servers;

/// <summary>
/// A port of 127.0.0.1 that is bound and never listened on: connecting is refused, and no other program can get it meanwhile.
/// </summary>
internal sealed class ClosedPort : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Connections.Addresses;

/// <summary>Plain TCP sockets of the operating system.</summary>
public sealed class SystemSocketDialer : ISocketDialer
{
    private SystemSocketDialer()
    {
    }

    /// <summary>The dialer of this process.</summary>
    public static SystemSocketDialer Instance { get; } = new();

    /// <inheritdoc/>
    public async Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

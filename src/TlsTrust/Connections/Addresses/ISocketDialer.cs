using System.Net;

namespace TlsTrust.Connections.Addresses;

/// <summary>
/// Opens TCP connections. The lab and tests map public addresses to loopback here; nothing else of the engine opens sockets to an endpoint.
/// </summary>
public interface ISocketDialer
{
    /// <summary>Connects.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="cancellationToken">Gives up at once and leaves no socket behind.</param>
    /// <returns>A stream that closes its socket when it is disposed.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection did not come about.</exception>
    public Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken);
}

using System.Net;

namespace TlsTrust.Connections.Addresses;

/// <summary>Turns a name into addresses. The lab and tests answer from a table, so that no question leaves the machine.</summary>
public interface INameResolver
{
    /// <summary>All addresses of a name, in the order in which they should be tried.</summary>
    /// <param name="hostName">A name in A-label form, no IP literal.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The name has no address, or no name service answered.</exception>
    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string hostName, CancellationToken cancellationToken);
}

using System.Net;
using System.Net.Sockets;
using TlsTrust.Connections.Addresses;

namespace TlsTrust.Tests.Connections.Servers;

/// <summary>Answers from a table; what is not in it does not exist.</summary>
internal sealed class TableResolver : INameResolver
{
    private readonly Dictionary<string, IPAddress[]> _table = [];

    public IPAddress[] this[string name]
    {
        set => _table[name] = value;
    }

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string hostName, CancellationToken cancellationToken) =>
        _table.TryGetValue(hostName, out IPAddress[]? addresses)
            ? Task.FromResult<IReadOnlyList<IPAddress>>(addresses)
            : Task.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)SocketError.HostNotFound));
}

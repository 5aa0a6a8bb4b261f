using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using TlsTrust.Connections.Addresses;

namespace TlsTrust.Lab;

/// <summary>Name service and dialer of the lab: names are answered from a table, and nothing is dialled but loopback.</summary>
public sealed class LabNetwork : INameResolver, ISocketDialer
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<IPAddress>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<IPEndPoint, Func<CancellationToken, Task<Stream>>> _routes = new();
    private readonly ConcurrentQueue<IPEndPoint> _refused = new();

    internal LabNetwork() => AddName("localhost", "127.0.0.1");

    /// <summary>Addresses beyond loopback that something wanted to reach and that were not dialled.</summary>
    public IReadOnlyCollection<IPEndPoint> Refused => _refused;

    /// <inheritdoc/>
    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string hostName, CancellationToken cancellationToken) =>
        _names.TryGetValue(hostName, out IReadOnlyList<IPAddress>? addresses)
            ? Task.FromResult(addresses)
            : Task.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)SocketError.HostNotFound));

    /// <inheritdoc/>
    public Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (_routes.TryGetValue(address, out var route))
        {
            return route(cancellationToken);
        }

        if (!IPAddress.IsLoopback(address.Address))
        {
            _refused.Enqueue(address);
            return Task.FromException<Stream>(new SocketException((int)SocketError.NetworkUnreachable));
        }

        return SystemSocketDialer.Instance.DialAsync(address, cancellationToken);
    }

    internal void AddName(string name, params string[] addresses) => _names[name] = [.. addresses.Select(IPAddress.Parse)];

    /// <summary>Connections to an address end at a port of 127.0.0.1.</summary>
    internal void Route(string address, int port, int loopbackPort) =>
        _routes[Key(address, port)] = token =>
            SystemSocketDialer.Instance.DialAsync(new IPEndPoint(IPAddress.Loopback, loopbackPort), token);

    /// <summary>Connections to an address fail at once.</summary>
    internal void Fail(string address, int port, SocketError error) =>
        _routes[Key(address, port)] = _ => Task.FromException<Stream>(new SocketException((int)error));

    /// <summary>Connections to an address are never answered, as behind a firewall that drops packets.</summary>
    internal void Swallow(string address, int port) => _routes[Key(address, port)] = async token =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
        throw new SocketException((int)SocketError.TimedOut);
    };

    private static IPEndPoint Key(string address, int port) => new(IPAddress.Parse(address), port);
}

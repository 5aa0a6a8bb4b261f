using System.Net;
using System.Net.Sockets;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Faults;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Connections.StartTls;

namespace TlsTrust.Connections;

/// <summary>A connection on which a ClientHello may be sent.</summary>
/// <param name="Stream">Closes everything below it.</param>
/// <param name="RemoteAddress">The address connected to; null where a proxy chose it.</param>
/// <param name="ServerTime">The server's or the proxy's clock, where their words told it.</param>
internal sealed record Transport(Stream Stream, IPAddress? RemoteAddress, DateTime? ServerTime);

/// <summary>Opens connections to one endpoint: directly or through its proxy, and past what is spoken before TLS.</summary>
internal sealed class TransportOpener
{
    private readonly Endpoint _endpoint;
    private readonly ConnectionOptions _options;
    private readonly string _serverName;
    private readonly StartTlsProtocol _startTls;

    /// <exception cref="ConnectionFault">The proxy that the options name for this endpoint cannot be used.</exception>
    public TransportOpener(Endpoint endpoint, ConnectionOptions options, string serverName)
    {
        _endpoint = endpoint;
        _options = options;
        _serverName = serverName;
        _startTls = options.StartTls ?? endpoint.StartTls;
        Proxy = options.Proxy.ServerFor(endpoint, out string? error);
        if (error is not null)
        {
            throw new ConnectionFault(Cause.ProxyRefused, error);
        }

        if (Proxy is { IsSupported: false })
        {
            string source = Proxy.Source is null ? "" : $" of the variable {Proxy.Source}";
            throw new ConnectionFault(Cause.ProxyRefused,
                $"The proxy {Proxy}{source} is of a kind that is not spoken here; only HTTP CONNECT is.");
        }
    }

    /// <summary>The proxy in between, or null.</summary>
    public ProxyServer? Proxy { get; }

    /// <summary>The addresses of a host: the one that was set, the literal it is, or what the resolver says.</summary>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(PhaseClock clock)
    {
        if (FixedAddress is { } address)
        {
            return [address];
        }

        return await LookUpAsync(_endpoint.HostName, clock);
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="addresses">The endpoint's addresses in order of preference; through a proxy empty lets the proxy resolve the
    /// name.</param>
    /// <param name="clock">Limits and timings.</param>
    public async Task<Transport> OpenAsync(IReadOnlyList<IPAddress> addresses, PhaseClock clock)
    {
        Transport transport = Proxy is null ? await ConnectAsync(addresses, clock) : await TunnelAsync(Proxy, addresses, clock);
        if (_startTls == StartTlsProtocol.None)
        {
            return transport;
        }

        try
        {
            (Stream stream, DateTime? serverTime) = await clock.RunAsync(
                "StartTls",
                _options.HandshakeTimeout,
                token => StartTlsDialogue.RunAsync(_startTls, transport.Stream, _options.XmppDomain ?? _serverName, token),
                within => new ConnectionFault(
                    Cause.HandshakeTimedOut,
                    $"The server did not come to TLS in its {StartTlsDialogue.NameOf(_startTls)} part {within}; if it speaks TLS from " +
                    $"the first byte, ask it as tls://."));
            return transport with { Stream = stream, ServerTime = serverTime ?? transport.ServerTime };
        }
        catch
        {
            await transport.Stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address that needs no resolving, or null.</summary>
    public IPAddress? FixedAddress => _options.Address
        ?? (IPAddress.TryParse(_endpoint.Address, out IPAddress? given) ? given : null)
        ?? _endpoint.LiteralAddress;

    private async Task<IReadOnlyList<IPAddress>> LookUpAsync(string name, PhaseClock clock)
    {
        try
        {
            IReadOnlyList<IPAddress> addresses = await clock.RunAsync(
                "Resolve",
                _options.ResolveTimeout,
                token => _options.Resolver.ResolveAsync(name, token),
                within => new ConnectionFault(Cause.NameNotResolved, $"No name server answered for {name} {within}."));
            return addresses.Count > 0
                ? [.. addresses.Distinct().Take(TlsConnector.MaxAddresses)]
                : throw new ConnectionFault(Cause.NameNotResolved, $"The name {name} has no address.");
        }
        catch (SocketException error)
        {
            throw SocketFaults.OfResolve(name, error);
        }
    }

    private async Task<Transport> ConnectAsync(IReadOnlyList<IPAddress> addresses, PhaseClock clock)
    {
        IPEndPoint[] targets = [.. addresses.Select(address => new IPEndPoint(address, _endpoint.Port))];
        OpenSocket open = await clock.RunAsync(
            "Connect",
            _options.TotalTimeout,
            token => AddressRace.ConnectAsync(targets, _options.Dialer, _options.ConnectTimeout, token),
            within => new ConnectionFault(Cause.ConnectionTimedOut,
                $"{string.Join(", ", targets.Select(target => target.ToString()))} did not answer {within}."));
        return new Transport(open.Stream, open.Address, null);
    }

    private async Task<Transport> TunnelAsync(ProxyServer proxy, IReadOnlyList<IPAddress> addresses, PhaseClock clock)
    {
        IPEndPoint[] targets;
        try
        {
            IReadOnlyList<IPAddress> known = IPAddress.TryParse(proxy.HostName, out IPAddress? literal) ? [literal]
                : await LookUpAsync(proxy.HostName, clock);
            targets = [.. known.Select(address => new IPEndPoint(address, proxy.Port))];
        }
        catch (ConnectionFault fault)
        {
            throw OfProxy(proxy, fault);
        }

        IPAddress? wanted = addresses.Count > 0 ? addresses[0] : FixedAddress;
        HttpTunnel tunnel = new(proxy, wanted?.ToString() ?? _endpoint.HostName, _endpoint.Port);
        Stream stream = await clock.RunAsync(
            "Proxy",
            _options.ConnectTimeout,
            token => tunnel.OpenAsync(inner => DialAsync(proxy, targets, inner), token),
            within => new ConnectionFault(Cause.ConnectionTimedOut,
                $"The proxy {proxy} did not answer CONNECT {_endpoint.HostName} {within}; it may be waiting for that host itself."));
        return new Transport(stream, wanted, tunnel.ProxyTime);
    }

    private async Task<Stream> DialAsync(ProxyServer proxy, IPEndPoint[] targets, CancellationToken cancellationToken)
    {
        try
        {
            return (await AddressRace.ConnectAsync(targets, _options.Dialer, _options.ConnectTimeout, cancellationToken)).Stream;
        }
        catch (ConnectionFault fault)
        {
            throw OfProxy(proxy, fault);
        }
    }

    private static ConnectionFault OfProxy(ProxyServer proxy, ConnectionFault fault) =>
        new(fault.Cause,
            $"The proxy {proxy}{(proxy.Source is null ? "" : $", set by {proxy.Source},")} cannot be reached: {fault.Message}");
}

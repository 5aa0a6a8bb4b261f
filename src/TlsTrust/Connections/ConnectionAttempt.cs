using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Connections;

/// <summary>One attempt at one endpoint, from its name to the end of the handshake.</summary>
internal sealed class ConnectionAttempt : IDisposable
{
    private readonly Endpoint _endpoint;
    private readonly ConnectionOptions _options;
    private readonly PhaseClock _clock;

    public ConnectionAttempt(Endpoint endpoint, ConnectionOptions options, CancellationToken cancellationToken)
    {
        _endpoint = endpoint;
        _options = options;
        _clock = new PhaseClock(options.TotalTimeout, cancellationToken);
    }

    /// <summary>Addresses that an earlier look-up found; null to look up.</summary>
    public IReadOnlyList<IPAddress>? KnownAddresses { get; init; }

    private string ServerName => _options.HostName ?? _endpoint.HostName;

    public void Dispose() => _clock.Dispose();

    /// <summary>Resolves the name; the second item tells why it could not.</summary>
    public async Task<(IReadOnlyList<IPAddress> Addresses, ConnectionEvidence? Failed)> LookUpAsync()
    {
        try
        {
            return (await ResolveAsync(), null);
        }
        catch (ConnectionFault fault)
        {
            return ([], Failed(Evidence(), fault));
        }
    }

    /// <summary>Connects and reports.</summary>
    /// <param name="only">The one address to use, or null for the first that answers.</param>
    public async Task<ConnectionEvidence> RunAsync(IPAddress? only)
    {
        ConnectionEvidence evidence = Evidence();
        try
        {
            IReadOnlyList<IPAddress> addresses = KnownAddresses ?? await ResolveAsync();
            evidence = evidence with { ResolvedAddresses = addresses };
            IPEndPoint[] targets = [.. (only is null ? addresses : [only]).Select(address => new IPEndPoint(address, _endpoint.Port))];
            (Stream stream, IPEndPoint remote) = await _clock.RunAsync(
                "Connect",
                _options.TotalTimeout,
                token => AddressRace.ConnectAsync(targets, _options.Dialer, _options.ConnectTimeout, token),
                within => new ConnectionFault(Cause.ConnectionTimedOut, $"{string.Join(", ", targets.Select(target => target.ToString()))} did not answer {within}."));
            await using (stream)
            {
                evidence = evidence with { RemoteAddress = remote.Address };
                using PlatformHandshake handshake = new(stream, ServerName, _options);
                try
                {
                    evidence = await _clock.RunAsync(
                        "Handshake",
                        _options.HandshakeTimeout,
                        token => handshake.RunAsync(evidence, token),
                        within => new ConnectionFault(Cause.HandshakeTimedOut, $"The handshake was not complete {within}."));
                }
                catch (ConnectionFault)
                {
                    evidence = handshake.Describe(evidence);
                    throw;
                }
            }

            return evidence with { Timings = _clock.Timings };
        }
        catch (ConnectionFault fault)
        {
            return Failed(evidence, fault);
        }
    }

    private ConnectionEvidence Evidence() => new() { Endpoint = _endpoint, ServerName = ServerName };

    private ConnectionEvidence Failed(ConnectionEvidence evidence, ConnectionFault fault) => evidence with
    {
        Outcome = fault.Cause,
        Detail = fault.Message,
        Alert = fault.Alert ?? evidence.Alert,
        Spoke = fault.Spoke,
        ServerTime = fault.ServerTime ?? evidence.ServerTime,
        Timings = _clock.Timings,
    };

    private async Task<IReadOnlyList<IPAddress>> ResolveAsync()
    {
        IPAddress? literal = _options.Address
            ?? (_endpoint.Address is { } text && IPAddress.TryParse(text, out IPAddress? given) ? given : null)
            ?? _endpoint.LiteralAddress;
        if (literal is not null)
        {
            return [literal];
        }

        string name = _endpoint.HostName;
        try
        {
            IReadOnlyList<IPAddress> addresses = await _clock.RunAsync(
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
}

using System.Net;
using System.Net.Security;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Endpoints;
using TlsTrust.Connections.Faults;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections;

/// <summary>One attempt at one endpoint, from its name to the end of the handshake.</summary>
internal sealed class ConnectionAttempt : IDisposable
{
    private readonly Endpoint _endpoint;
    private readonly ConnectionOptions _options;
    private readonly PhaseClock _clock;
    private readonly string _serverName;

    public ConnectionAttempt(Endpoint endpoint, ConnectionOptions options, CancellationToken cancellationToken)
    {
        _endpoint = endpoint;
        _options = options.ApplicationProtocols.Count == 0 && endpoint.Scheme is { } scheme
            && WellKnownService.OfScheme(scheme)?.Alpn is { } protocol
            ? options with { ApplicationProtocols = [new SslApplicationProtocol(protocol)] }
            : options;
        _clock = new PhaseClock(options.TotalTimeout, cancellationToken);
        _serverName = options.HostName is null ? endpoint.HostName : Endpoint.Parse(options.HostName).HostName;
    }

    /// <summary>Addresses that an earlier look-up found; null to look up.</summary>
    public IReadOnlyList<IPAddress>? KnownAddresses { get; init; }

    public void Dispose() => _clock.Dispose();

    /// <summary>Resolves the name; the second item tells why it could not.</summary>
    public async Task<(IReadOnlyList<IPAddress> Addresses, ConnectionEvidence? Failed)> LookUpAsync()
    {
        ConnectionEvidence evidence = Evidence();
        try
        {
            TransportOpener opener = new(_endpoint, _options, _serverName);
            evidence = evidence with { ViaProxy = opener.Proxy?.ToString() };
            return (await opener.ResolveAsync(_clock), null);
        }
        catch (ConnectionFault fault)
        {
            return ([], Failed(evidence, fault));
        }
    }

    /// <summary>Connects and reports.</summary>
    /// <param name="only">The one address to use, or null for the first that answers.</param>
    public async Task<ConnectionEvidence> RunAsync(IPAddress? only)
    {
        ConnectionEvidence evidence = Evidence();
        Task<IReadOnlyList<IPAddress>>? hint = null;
        TransportOpener? opener = null;
        bool isHostile = false;
        try
        {
            opener = new TransportOpener(_endpoint, _options, _serverName);
            evidence = evidence with { ViaProxy = opener.Proxy?.ToString(), RemoteAddress = only };
            IReadOnlyList<IPAddress> addresses;
            if (opener.Proxy is not null && KnownAddresses is null && opener.FixedAddress is null)
            {
                // The proxy resolves the name; what this machine thinks of it is asked beside, and may stay unknown.
                hint = HintAsync();
                addresses = [];
            }
            else
            {
                addresses = KnownAddresses ?? await opener.ResolveAsync(_clock);
                evidence = evidence with { ResolvedAddresses = addresses };
            }

            Transport transport = await opener.OpenAsync(only is null ? addresses : [only], _clock);
            await using (transport.Stream)
            {
                evidence = evidence with { RemoteAddress = transport.RemoteAddress, ServerTime = transport.ServerTime };
                (evidence, isHostile) = await HandshakeAsync(transport.Stream, evidence);
            }
        }
        catch (ConnectionFault fault)
        {
            evidence = Failed(evidence, fault);
            isHostile = fault.IsHostile;
        }

        if (opener is not null && !isHostile)
        {
            evidence = await new FollowUpConnections(opener, _options, _clock).CompleteAsync(evidence);
        }

        return await WithHintAsync(evidence, hint) with { Timings = [.. _clock.Timings] };
    }

    private ConnectionEvidence Evidence() => new() { Endpoint = _endpoint, ServerName = _serverName };

    private async Task<(ConnectionEvidence Evidence, bool IsHostile)> HandshakeAsync(Stream stream, ConnectionEvidence evidence)
    {
        using PlatformHandshake handshake = new(stream, _serverName, _options);
        try
        {
            ConnectionEvidence seen = await _clock.RunAsync(
                "Handshake",
                _options.HandshakeTimeout,
                token => handshake.RunAsync(evidence, token),
                within => new ConnectionFault(Cause.HandshakeTimedOut, handshake.Flight.TotalBytes == 0
                    ? $"The server took the connection and did not answer the ClientHello {within}."
                    : $"The handshake was not complete {within}; {handshake.Flight.TotalBytes} bytes of it had come."));
            return (seen, false);
        }
        catch (ConnectionFault fault)
        {
            return (Failed(handshake.Describe(evidence), fault), fault.IsHostile);
        }
    }

    private ConnectionEvidence Failed(ConnectionEvidence evidence, ConnectionFault fault) => evidence with
    {
        Outcome = fault.Cause,
        Detail = fault.Message,
        Alert = fault.Alert ?? evidence.Alert,
        Spoke = fault.Spoke,
        IsOwnLimit = fault.IsOwnLimit,
        ServerTime = fault.ServerTime ?? evidence.ServerTime,
        Timings = [.. _clock.Timings],
    };

    private async Task<IReadOnlyList<IPAddress>> HintAsync()
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_clock.Total);
        limit.CancelAfter(_options.ResolveTimeout);
        try
        {
            return await _options.Resolver.ResolveAsync(_endpoint.HostName, limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or System.Net.Sockets.SocketException)
        {
            return [];
        }
    }

    private static async Task<ConnectionEvidence> WithHintAsync(ConnectionEvidence evidence, Task<IReadOnlyList<IPAddress>>? hint) =>
        hint is { IsCompletedSuccessfully: true } ? evidence with { ResolvedAddresses = await hint } : evidence;
}

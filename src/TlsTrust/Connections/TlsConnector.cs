using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using TlsTrust.Connections.Handshakes;

namespace TlsTrust.Connections;

/// <summary>
/// Connects to endpoints, completes the handshake without trusting anybody, sends nothing inside it, and reports what was seen.
/// </summary>
public static class TlsConnector
{
    /// <summary>Addresses of one name that are looked at; more than any real service has, and a bound for a hostile name server.</summary>
    public const int MaxAddresses = 32;

    /// <summary>Connects once; of several addresses the first that answers.</summary>
    /// <param name="endpoint">Where to; one with an <see cref="Endpoint.Error"/> is not accepted.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends everything at once.</param>
    /// <returns>What was seen; a fault of the network or the server is in <see cref="ConnectionEvidence.Outcome"/>.</returns>
    /// <exception cref="ArgumentException">The endpoint has an <see cref="Endpoint.Error"/>, or its address or the options' host name is
    /// none.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled; nothing else is thrown for what a peer does.</exception>
    public static async Task<ConnectionEvidence> ConnectAsync(Endpoint endpoint, ConnectionOptions options,
        CancellationToken cancellationToken)
    {
        Check(endpoint, options);
        using ConnectionAttempt attempt = new(endpoint, options, cancellationToken);
        return await attempt.RunAsync(only: null);
    }

    /// <summary>Connects to every address of the endpoint's name, one after the other.</summary>
    /// <param name="endpoint">Where to; one with an <see cref="Endpoint.Error"/> is not accepted.</param>
    /// <param name="options">How; each address has the time limits for itself.</param>
    /// <param name="cancellationToken">Ends everything at once.</param>
    /// <returns>One evidence for each address, in the resolver's order; a single one where the name has no address.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async IAsyncEnumerable<ConnectionEvidence> ConnectAllAddressesAsync(
        Endpoint endpoint, ConnectionOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check(endpoint, options);
        IReadOnlyList<IPAddress> addresses;
        ConnectionEvidence? failed = null;
        using (ConnectionAttempt lookup = new(endpoint, options, cancellationToken))
        {
            (addresses, failed) = await lookup.LookUpAsync();
        }

        if (failed is { ViaProxy: not null })
        {
            // Behind a proxy names are often known only there.
            yield return await ConnectAsync(endpoint, options, cancellationToken);
            yield break;
        }

        if (failed is not null)
        {
            yield return failed;
            yield break;
        }

        foreach (IPAddress address in addresses)
        {
            using ConnectionAttempt attempt = new(endpoint, options, cancellationToken) { KnownAddresses = addresses };
            yield return await attempt.RunAsync(address);
        }
    }

    /// <summary>Connects once more, to the same address and within what is left of the time, and names no host.</summary>
    internal static async Task<ConnectionEvidence> AskWithoutNameAsync(ConnectionEvidence seen, ConnectionOptions options,
        CancellationToken cancellationToken)
    {
        TimeSpan left = options.TotalTimeout - TimeSpan.FromMilliseconds(seen.Timings.Sum(timing => timing.Milliseconds));
        if (left <= TimeSpan.Zero)
        {
            return seen;
        }

        using PhaseClock clock = new(left, cancellationToken);
        TransportOpener opener = new(seen.Endpoint, options, seen.ServerName);
        NamelessAnswer? answer = await new FollowUpConnections(opener, options, clock).AskWithoutNameAsync(seen);
        return seen with { WithoutServerName = answer, Timings = PhaseClock.Join(seen.Timings, clock.Timings) };
    }

    private static void Check(Endpoint endpoint, ConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        if (endpoint.Error is not null)
        {
            throw new ArgumentException(endpoint.Error, nameof(endpoint));
        }

        if (endpoint.Address is not null && !IPAddress.TryParse(endpoint.Address, out _))
        {
            throw new ArgumentException($"\"{endpoint.Address}\" is not an IP address.", nameof(endpoint));
        }

        if (options.HostName is not null && Endpoint.Parse(options.HostName).Error is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }
    }
}

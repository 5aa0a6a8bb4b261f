using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Connections.Faults;

/// <summary>Socket errors as causes and sentences.</summary>
internal static class SocketFaults
{
    /// <summary>The cause of a failed connection attempt.</summary>
    public static Cause CauseOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => Cause.ConnectionRefused,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => Cause.ConnectionReset,
        SocketError.TimedOut => Cause.ConnectionTimedOut,
        _ => Cause.NetworkUnreachable,
    };

    /// <summary>The fault of a failed connection attempt to one address.</summary>
    public static ConnectionFault OfConnect(IPEndPoint address, SocketException error)
    {
        string detail = error.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => $"{address} refused the connection: nothing listens there, or a firewall rejects it.",
            SocketError.TimedOut => $"{address} did not answer.",
            SocketError.HostUnreachable => $"There is no route to {address}: host unreachable.",
            SocketError.NetworkUnreachable => $"There is no route to {address}: network unreachable.",
            SocketError.AccessDenied => $"This machine does not allow a connection to {address}.",
            _ => $"{address} could not be connected to: {error.SocketErrorCode}.",
        };
        return new ConnectionFault(CauseOf(error.SocketErrorCode), detail);
    }

    /// <summary>The fault of a name that was not resolved.</summary>
    public static ConnectionFault OfResolve(string hostName, SocketException error)
    {
        string detail = error.SocketErrorCode switch
        {
            SocketError.HostNotFound => $"The name {hostName} does not exist.",
            SocketError.NoData => $"The name {hostName} has no address.",
            SocketError.TryAgain => $"No name server had an answer for {hostName}; it may be a passing fault.",
            _ => $"The name {hostName} was not resolved: {error.SocketErrorCode}.",
        };
        return new ConnectionFault(Cause.NameNotResolved, detail);
    }
}

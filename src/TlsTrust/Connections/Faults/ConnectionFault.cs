namespace TlsTrust.Connections.Faults;

/// <summary>Ends one attempt with its cause; caught by the connector, never seen outside this folder.</summary>
internal sealed class ConnectionFault : Exception
{
    public ConnectionFault(Cause cause, string detail)
        : base(detail) => Cause = cause;

    public Cause Cause { get; }

    /// <summary>True for a server that broke the protocol or a limit: it is not asked a second time.</summary>
    public bool IsHostile { get; init; }

    /// <summary>True when it was a limit of this side's TLS, and no answer of the server.</summary>
    public bool IsOwnLimit { get; init; }

    /// <summary>What the server said in place of TLS, already made printable.</summary>
    public string? Spoke { get; init; }

    /// <summary>The server's clock, where its words told it.</summary>
    public DateTime? ServerTime { get; init; }

    /// <summary>IANA name of the alert the server sent.</summary>
    public string? Alert { get; init; }
}

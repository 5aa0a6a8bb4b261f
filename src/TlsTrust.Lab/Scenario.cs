namespace TlsTrust.Lab;

/// <summary>Who speaks on the server's side of a scenario.</summary>
public enum ServerKind
{
    /// <summary>The platform's TLS through <see cref="System.Net.Security.SslStream"/>.</summary>
    SslStream,

    /// <summary>
    /// The lab's own TLS 1.2 server: exactly the bytes asked for, keys and digests that OpenSSL's security level refuses to serve, alerts.
    /// </summary>
    RawTls12,

    /// <summary>The lab's own TLS 1.3 server.</summary>
    RawTls13,

    /// <summary>A TCP server that speaks something else, or nothing.</summary>
    Tcp,

    /// <summary>No server: what is wrong lies before it.</summary>
    None,
}

/// <summary>One broken (or sound) server and what a diagnosis has to say about it.</summary>
public sealed record Scenario
{
    /// <summary>A stable name in kebab case.</summary>
    public required string Name { get; init; }

    /// <summary>What is set up, in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Who serves it.</summary>
    public ServerKind Server { get; init; }

    /// <summary>The verdict that is right.</summary>
    public required Verdict ExpectedVerdict { get; init; }

    /// <summary>The cause that is right.</summary>
    public required Cause ExpectedCause { get; init; }

    /// <summary>Findings that the report must hold; it may hold more.</summary>
    public ResultList<FindingId> ExpectedFindings { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

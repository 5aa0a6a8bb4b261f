namespace TlsTrust.Connections.Downloads;

/// <summary>How fetching a URL ended.</summary>
public enum FetchOutcome
{
    /// <summary>The server answered 200 and its content is inside the limit.</summary>
    Fetched,

    /// <summary>Not an absolute http or https URL.</summary>
    NotHttp,

    /// <summary>It leads to an address that is not public and not open to it; nothing was sent there.</summary>
    PrivateAddress,

    /// <summary>It leads to a port at which no web server is; nothing was sent there.</summary>
    BlockedPort,

    /// <summary>The host name has no address.</summary>
    NotResolved,

    /// <summary>No connection, or it broke.</summary>
    Unreachable,

    /// <summary>The time was up.</summary>
    TimedOut,

    /// <summary>A status other than 200.</summary>
    Status,

    /// <summary>More redirects than allowed, or one without a target.</summary>
    Redirects,

    /// <summary>A redirect to something that is not http or https.</summary>
    RedirectNotHttp,

    /// <summary>More bytes than allowed.</summary>
    TooLarge,

    /// <summary>The HTTPS server's own certificate is not trusted by the platform.</summary>
    TlsFailed,
}

/// <summary>What came of fetching a URL.</summary>
public sealed record FetchedContent
{
    /// <summary>The URL as it was written.</summary>
    public required string Url { get; init; }

    /// <summary>How it ended.</summary>
    public required FetchOutcome Outcome { get; init; }

    /// <summary>What happened, in words; empty when all went well.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The content; empty unless <see cref="FetchOutcome.Fetched"/>.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Requests that were sent for it: 0 when refused before any, more than 1 with redirects.</summary>
    public int Requests { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double Milliseconds { get; init; }

    /// <summary>The server's clock, UTC, as its Date header tells it (RFC 9110 §6.6.1); null where it told none.</summary>
    public DateTime? ServerTime { get; init; }

    /// <summary>True when a private address answered, which is given only to who may have it.</summary>
    public bool FromPrivateAddress { get; init; }
}

/// <summary>What to fetch.</summary>
/// <param name="Url">The URL as it is written in the certificate.</param>
/// <param name="MaxBytes">The most bytes to read.</param>
/// <param name="Reach">What the endpoint that the certificate came from opens beside public addresses.</param>
public sealed record FetchRequest(string Url, int MaxBytes, FetchReach Reach = FetchReach.Public)
{
    /// <summary>Content to send by POST; null for GET.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Content type of <see cref="Body"/>.</summary>
    public string? BodyType { get; init; }

    /// <summary>Asked once <see cref="MaxBytes"/> is reached, with what was read: a higher limit, or the same to stop.</summary>
    public Func<ReadOnlyMemory<byte>, int>? Extend { get; init; }
}

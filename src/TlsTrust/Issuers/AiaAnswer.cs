using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;

namespace TlsTrust.Issuers;

/// <summary>What a caIssuers URL gave.</summary>
public sealed record AiaAnswer
{
    /// <summary>The URL as it is written in the certificate.</summary>
    public required string Url { get; init; }

    /// <summary>How fetching it ended.</summary>
    public required FetchOutcome Outcome { get; init; }

    /// <summary>What happened, in words: why there is no certificate, or what form the answer had.</summary>
    public required string Detail { get; init; }

    /// <summary>All certificates of the answer; nothing is known of them yet.</summary>
    public IReadOnlyList<Certificate> Certificates { get; init; } = [];

    /// <summary>HTTP requests it took; 0 where the answer was known from earlier in the run.</summary>
    public int Requests { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public double Milliseconds { get; init; }

    /// <summary>The server's clock, UTC, where it told it.</summary>
    public DateTime? ServerTime { get; init; }

    /// <summary>True when the answer was PKCS#7, which some clients do not read.</summary>
    internal bool IsPkcs7 { get; init; }

    /// <summary>True when a private address answered.</summary>
    internal bool FromPrivateAddress { get; init; }
}

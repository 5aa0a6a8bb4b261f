using TlsTrust.Results;

namespace TlsTrust;

/// <summary>What became of an endpoint between two runs.</summary>
public enum ReportChange
{
    /// <summary>Nothing that matters.</summary>
    Same,

    /// <summary>It was not in the earlier run.</summary>
    New,

    /// <summary>It is not in the later run.</summary>
    Gone,

    /// <summary>Another verdict.</summary>
    Verdict,

    /// <summary>Another cause.</summary>
    Cause,

    /// <summary>Another certificate, and not a later one.</summary>
    Certificate,

    /// <summary>A certificate that is valid longer.</summary>
    Renewed,

    /// <summary>Another issuer of the server's certificate.</summary>
    Issuer,

    /// <summary>Judged with another trust store.</summary>
    Store,
}

/// <summary>One endpoint in two runs: what was, what is, what changed.</summary>
public sealed record ReportDifference : IResult
{
    /// <summary>Version of this shape, for readers of stored JSON.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The endpoint.</summary>
    public required string Endpoint { get; init => field = ShownText.Of(value); }

    /// <summary>What changed; <see cref="ReportChange.Same"/> alone where nothing did.</summary>
    public required ResultList<ReportChange> Changes { get; init; }

    /// <summary>Verdict of the earlier run; null where the endpoint is new.</summary>
    public Verdict? VerdictBefore { get; init; }

    /// <summary>Verdict of the later run; null where the endpoint is gone.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Cause of the earlier run.</summary>
    public Cause CauseBefore { get; init; }

    /// <summary>Cause of the later run.</summary>
    public Cause Cause { get; init; }

    /// <summary>Days by which the new certificate outlives the old one; null where the certificate is the same.</summary>
    public int? RenewedByDays { get; init; }

    /// <summary>End of the path in the earlier run, UTC.</summary>
    public DateTime? ValidUntilBefore { get; init; }

    /// <summary>End of the path in the later run, UTC.</summary>
    public DateTime? ValidUntil { get; init; }

    /// <summary>Days left in the later run.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>When the later run judged it (of one that is gone: the earlier), UTC.</summary>
    public DateTime CheckedAt { get; init; }

    /// <summary>True where it was trusted, or is new, and is not trusted now.</summary>
    public bool IsWorse { get; init; }

    /// <summary>One line: what was and what is.</summary>
    public required string Summary { get; init => field = ShownText.Of(value); }

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint}: {Changes}";
}

using TlsTrust.Results;

namespace TlsTrust;

/// <summary>One thing that was seen, how it is known, and what to do about it.</summary>
public sealed record Finding
{
    /// <summary>What it is about; a stable name.</summary>
    public required FindingId Id { get; init; }

    /// <summary>How much it matters.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Position in the chain: 0 is the server's certificate, -1 where a position makes no sense.</summary>
    public int Depth { get; init; } = -1;

    /// <summary>What was seen, with names and dates.</summary>
    public required string Message { get; init => field = ShownText.Of(value); }

    /// <summary>How it is known, one fact a line.</summary>
    public ResultList<string> Evidence { get; init; } = [];

    /// <summary>What to do; empty where nothing needs doing.</summary>
    public string Remedy { get; init => field = ShownText.Of(value); } = "";

    /// <summary>Who has to do it.</summary>
    public RemedyParty RemedyFor { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id}: {Message}";
}

using TlsTrust.Results;

namespace TlsTrust;

/// <summary>What a client would decide; <see cref="Unknown"/> where no source says.</summary>
public enum ClientAnswer
{
    /// <summary>It connects.</summary>
    Accepts,

    /// <summary>It refuses.</summary>
    Refuses,

    /// <summary>No measurement and no source decides it.</summary>
    Unknown,
}

/// <summary>What one kind of client would decide for the same evidence.</summary>
public sealed record ClientVerdict
{
    /// <summary>Name of the client profile, for example <c>OpenSSL</c> or <c>Python 3.13</c>.</summary>
    public required string Client { get; init => field = ShownText.Of(value); }

    /// <summary>Its decision.</summary>
    public required ClientAnswer Answer { get; init; }

    /// <summary>Its own words, as it prints them; empty when it accepts.</summary>
    public string Message { get; init => field = ShownText.Of(value); } = "";

    /// <summary>Why it differs from, or agrees with, the verdict.</summary>
    public string Reason { get; init => field = ShownText.Of(value); } = "";

    /// <summary>The rule that it refuses by: a name of a path rule, or why its path ends early; empty when it accepts.</summary>
    public string Rule { get; init => field = ShownText.Of(value); } = "";

    /// <summary>Where the difference is known from.</summary>
    public string Source { get; init => field = ShownText.Of(value); } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{Client} {Answer}";
}

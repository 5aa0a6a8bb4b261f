using TlsTrust.Results;

namespace TlsTrust;

/// <summary>A place at which a program looks for its anchors.</summary>
public sealed record LookedAtPlace : IResult
{
    /// <summary>Why it looks there: a setting and where it is set, <c>compiled in</c>, <c>its own list</c>, <c>built in</c>.</summary>
    public required string Source { get; init => field = ShownText.OfSetting(value); }

    /// <summary>The file or directory; roots inside a program in words.</summary>
    public required string Place { get; init => field = ShownText.OfSetting(value); }

    /// <summary>Whether it is there.</summary>
    public required bool Exists { get; init; }

    /// <summary>Anchors that the program gets from it; null when that can't be known.</summary>
    public required int? AnchorCount { get; init; }

    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public required string Detail { get; init => field = ShownText.OfSetting(value); }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Source}: {Place} ({(Exists ? AnchorCount is { } count ? $"{count} anchors" : "there" : "not there")})";
}

using TlsTrust.Results;

namespace TlsTrust;

/// <summary>One source or URL that was asked, and what it gave.</summary>
/// <param name="Source">Kind of source.</param>
/// <param name="Location">File, store or URL.</param>
/// <param name="Outcome">What it gave, in words.</param>
public sealed record IssuerAttempt(IssuerSourceKind Source, string Location, string Outcome)
{
    /// <summary>File, store or URL.</summary>
    public string Location { get; init => field = ShownText.Of(value); } = ShownText.Of(Location);

    /// <summary>What it gave, in words.</summary>
    public string Outcome { get; init => field = ShownText.Of(value); } = ShownText.Of(Outcome);

    /// <summary><see cref="Outcome"/> of a source that has nobody of the name.</summary>
    public const string NoName = "no certificate of that name";

    /// <summary>Certificates it gave that count as issuers.</summary>
    public int Found { get; init; }

    /// <summary>True for a URL that was left alone since it leads to a private address.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>HTTP requests it took.</summary>
    public int Requests { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Location}: {Outcome}";
}

using TlsTrust.Results;

namespace TlsTrust;

/// <summary>What an import of intermediates did.</summary>
public sealed record IntermediateImportResult : IResult
{
    /// <summary>File or URL.</summary>
    public required string Origin { get; init => field = ShownText.Of(value); }

    /// <summary>CA certificates that are new in the cache.</summary>
    public required int Added { get; init; }

    /// <summary>CA certificates that were in it before.</summary>
    public required int AlreadyKnown { get; init; }

    /// <summary>Certificates that are no CA's, and were left out.</summary>
    public required int NotCa { get; init; }

    /// <summary>Where the cache is.</summary>
    public required string CacheFolder { get; init => field = ShownText.Of(value); }

    /// <inheritdoc/>
    public override string ToString() => $"{Origin}: {Added} added, {AlreadyKnown} known before, {NotCa} left out";
}

namespace TlsTrust.Stores;

/// <summary>Something that keeps certificates of a store from being used.</summary>
public sealed record StoreFault
{
    /// <summary>File, directory or store name.</summary>
    public required string Path { get; init; }

    /// <summary>Line in the file, 1-based; 0 where a line makes no sense.</summary>
    public int Line { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>True where there is nothing at all: no file, no directory.</summary>
    public bool IsMissing { get; init; }

    /// <summary><see cref="Severity.Error"/> when everything in <see cref="Path"/> is lost by it.</summary>
    public required Severity Severity { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"{Path}, line {Line}: {Reason}" : $"{Path}: {Reason}";
}

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>What a file is to a plan.</summary>
public enum PlannedFileKind
{
    /// <summary>A file of ours: a bundle, a key store, a start-up file.</summary>
    Own,

    /// <summary>Somebody's file, in which ours is one marked block.</summary>
    Block,

    /// <summary>Somebody's file, in which one value changes.</summary>
    Value,

    /// <summary>A file that is ours as a whole, in a place of the system's.</summary>
    Whole,
}

/// <summary>A file that a plan writes.</summary>
public sealed record PlannedFile
{
    internal PlannedFile(string path, byte[]? before, byte[] after, PlannedFileKind kind, string? configuration = null, string? link = null)
    {
        LinkTarget = link;
        WasLinkTo = new FileInfo(path).LinkTarget;
        Path = path;
        Before = before;
        After = after;
        Kind = kind;
        Configuration = configuration;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>What it is to the plan.</summary>
    public PlannedFileKind Kind { get; }

    /// <summary>Id of the configuration file in the catalogue; null for any other.</summary>
    public string? Configuration { get; }

    /// <summary>False when it already holds what it is to hold.</summary>
    public bool IsChange => LinkTarget is not null ? WasLinkTo != LinkTarget
        : Before is null || (Kind == PlannedFileKind.Own && WasLinkTo is not null) || !Before.AsSpan().SequenceEqual(After);

    /// <summary>The file that it is a link to; null for one with content of its own.</summary>
    public string? LinkTarget { get; }

    /// <summary>The permissions of a file that is made (Unix); null for the usual.</summary>
    internal UnixFileMode? Mode { get; init; }

    private string? WasLinkTo { get; }

    internal byte[]? Before { get; }

    internal byte[] After { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}

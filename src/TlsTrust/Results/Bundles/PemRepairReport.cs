using TlsTrust.Results;

namespace TlsTrust;

/// <summary>What a PEM file is for.</summary>
public enum PemBundleKind
{
    /// <summary>Told by its content.</summary>
    Auto,

    /// <summary>What a server is given: its certificate, the issuers in order, perhaps its key.</summary>
    Server,

    /// <summary>What a client trusts: CA certificates in any order.</summary>
    Trust,
}

/// <summary>One thing that was changed in a file, or that is worth changing and was not.</summary>
public sealed record PemChange
{
    /// <summary>
    /// What, as a stable name: a kind of PEM defect or of bundle fault, for example <c>GluedMarkers</c>, <c>OutOfOrder</c>,
    /// <c>Duplicate</c>.
    /// </summary>
    public required string What { get; init => field = ShownText.Of(value); }

    /// <summary>Line in the file as it was, from 1; 0 where no line makes sense.</summary>
    public int Line { get; init; }

    /// <summary>Column in that line, from 1; 0 where no column makes sense.</summary>
    public int Column { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Why { get; init => field = ShownText.Of(value); }

    /// <summary>
    /// Error where a client loses certificates over it; warning where all measured ones cope; information where it is lawful.
    /// </summary>
    public required Severity Severity { get; init; }

    /// <summary>Which clients it breaks, and how.</summary>
    public ResultList<string> Clients { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"line {Line}: {Why}" : Why;
}

/// <summary>What a file is like, what a repair changes in it, and what it can't mend.</summary>
public sealed record PemRepairReport : MachineResult
{
    /// <summary>Version of this shape, for readers of stored JSON.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The file that was read; empty where certificates came by the pipeline only.</summary>
    public required string Path { get; init => field = ShownText.Of(RawPath = value); }

    /// <summary>The file that was written or would be; null where that is <see cref="Path"/>.</summary>
    public string? Destination { get; init => field = ShownText.OfNullable(RawDestination = value); }

    /// <summary>What the file is for.</summary>
    public required PemBundleKind Kind { get; init; }

    /// <summary>How that is known.</summary>
    public required string KindReason { get; init => field = ShownText.Of(value); }

    /// <summary>What the file is by its content: <c>PEM</c>, <c>DER</c>, <c>PKCS#7</c>, <c>PKCS#12</c>, <c>Java key store</c>.</summary>
    public required string Form { get; init => field = ShownText.Of(value); }

    /// <summary>True when there is nothing to mend and nothing that can't be.</summary>
    public required bool IsSound { get; init; }

    /// <summary>
    /// True when the file as it should be differs from the file as it was; also with -WhatIf and in the lint, where nothing is written.
    /// </summary>
    public required bool Changed { get; init; }

    /// <summary>True when it was written.</summary>
    public bool Written { get; init; }

    /// <summary>What was or would be changed.</summary>
    public ResultList<PemChange> Changes { get; init; } = [];

    /// <summary>
    /// What was in the file and is not in it as it should be, each with its reason. What a file holds is in <see cref="After"/> or here.
    /// </summary>
    public ResultList<PemChange> LeftOut { get; init; } = [];

    /// <summary>What is worth knowing and was left as it is.</summary>
    public ResultList<PemChange> Notes { get; init; } = [];

    /// <summary>The certificates in the file as it was.</summary>
    public ResultList<ChainCertificate> Before { get; init; } = [];

    /// <summary>The certificates in the file as it should be.</summary>
    public ResultList<ChainCertificate> After { get; init; } = [];

    /// <summary>What could not be read; it stays in the file as it is.</summary>
    public ResultList<PemChange> Unrecovered { get; init; } = [];

    /// <summary>Whether the private key belongs to the server's certificate; null where there is no key, or it can't be opened.</summary>
    public bool? KeyMatches { get; init; }

    /// <summary>Why the file can't be replaced with what it should be; null where it can.</summary>
    public string? Refusal { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The copy of the file as it was; null where none was made.</summary>
    public string? Backup { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The files that are or would be written in another form; empty where the file itself or its copy is.</summary>
    public ResultList<string> Files { get; init; } = [];

    /// <summary>One sentence that a ticket could hold.</summary>
    public required string Summary { get; init => field = ShownText.Of(value); }

    // What the file system knows the files by, where that has characters that are not shown.
    internal string RawPath { get; private set; } = "";

    internal string? RawDestination { get; private set; }

    /// <inheritdoc/>
    public override string Topic() => Path;

    /// <inheritdoc/>
    public override string ToString() => Summary;
}

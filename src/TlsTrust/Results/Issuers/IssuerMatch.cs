using TlsTrust.Results;

namespace TlsTrust;

/// <summary>Whether an issuer was found.</summary>
public enum IssuerStatus
{
    /// <summary>A certificate whose key verifies the signature was found.</summary>
    Found,

    /// <summary>None was found; <see cref="IssuerMatch.Attempts"/> says where it was looked for.</summary>
    NotFound,
}

/// <summary>What a found issuer leads to.</summary>
public enum LeadsTo
{
    /// <summary>An anchor of the store in use.</summary>
    StoreAnchor,

    /// <summary>A publicly known root that the store in use lacks.</summary>
    PublicRoot,

    /// <summary>A self-signed certificate that is neither in the store nor publicly known.</summary>
    PrivateRoot,

    /// <summary>Nowhere: further up an issuer is missing again.</summary>
    Unknown,
}

/// <summary>A missing issuer: the certificate, where it was found and what it leads to; or, where none was found, what was tried.</summary>
public sealed record IssuerMatch : IResult
{
    /// <summary>Version of this shape, for readers of stored JSON.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>What it is missing from: the endpoint or file.</summary>
    public required string Origin { get; init => field = ShownText.Of(value); }

    /// <summary>Found or not.</summary>
    public required IssuerStatus Status { get; init; }

    /// <summary>The issuer; null when none was found.</summary>
    public ChainCertificate? Certificate { get; init; }

    /// <summary>Subject of the certificate that it issued.</summary>
    public required string IssuerOf { get; init => field = ShownText.Of(value); }

    /// <summary>Its place in the chain: 1 is the issuer of the server's certificate.</summary>
    public required int Depth { get; init; }

    /// <summary>Subject that the issuer has, as the certificate names it.</summary>
    public required string IssuerName { get; init => field = ShownText.Of(value); }

    /// <summary>Key identifier that the issuer has, as the certificate names it, in hexadecimal; empty where it names none.</summary>
    public string IssuerKeyIdentifier { get; init => field = ShownText.Of(value); } = "";

    /// <summary>Kind of source it was found in; null when it was not.</summary>
    public IssuerSourceKind? Source { get; init; }

    /// <summary>File and line, store, or URL it was found at; empty when it was not.</summary>
    public string Location { get; init => field = ShownText.Of(value); } = "";

    /// <summary>What it leads to.</summary>
    public LeadsTo LeadsTo { get; init; } = LeadsTo.Unknown;

    /// <summary>Subject of the root it leads to; empty where it leads nowhere.</summary>
    public string Anchor { get; init => field = ShownText.Of(value); } = "";

    /// <summary>All certificates that count as this issuer, the best first: cross-signs, renewed CAs with the same key.</summary>
    public ResultList<ChainCertificate> Candidates { get; init; } = [];

    /// <summary>Each source and URL that was asked, and what came of it.</summary>
    public ResultList<IssuerAttempt> Attempts { get; init; } = [];

    /// <summary>One sentence: what was found, or whom to ask for what.</summary>
    public required string Summary { get; init => field = ShownText.Of(value); }

    /// <inheritdoc/>
    public override string ToString() => Summary;
}

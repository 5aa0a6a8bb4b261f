namespace TlsTrust.ErrorTexts.Catalogue;

/// <summary>A kind of failure: what it can mean and what to do about it, whoever says it and in which words.</summary>
internal sealed record TlsErrorKind // lists can be set: the generated reader puts null into an init property that the file leaves out
{
    public required string Id { get; init; }

    /// <summary>The likeliest first.</summary>
    public IReadOnlyList<Cause> Causes { get; set; } = [];

    /// <summary>What was seen and is no cause: that revocation could not be checked.</summary>
    public IReadOnlyList<FindingId> Findings { get; set; } = [];

    public required string Meaning { get; init; }

    public required string Remedy { get; init; }

    public TlsErrorSide Side { get; init; }

    /// <summary>
    /// 1 says that a certificate was not accepted and not why, 2 no more than that TLS failed: a more particular message beside it decides.
    /// </summary>
    public int Vague { get; init; }

    /// <summary>Its causes stay possible where a message beside it names a finding and no cause.</summary>
    public bool Holds { get; init; }
}

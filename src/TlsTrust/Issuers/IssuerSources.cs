using TlsTrust.Stores;

namespace TlsTrust.Issuers;

/// <summary>Everything that is asked for an issuer.</summary>
public sealed record IssuerSources
{
    /// <summary>Given files and folders, stores, cache; asked in this order, after what was sent and before downloads.</summary>
    public IReadOnlyList<IssuerSource> Local { get; init; } = [];

    /// <summary>Publicly known roots: they tell public from private, and are handed out where a store lacks one.</summary>
    public PublicRootSet PublicRoots { get; init; } = PublicRootSet.BuiltIn;

    /// <summary>Downloads by AIA; null when they are off.</summary>
    public AiaClient? Aia { get; init; }

    /// <summary>How long one chain may be looked for.</summary>
    public TimeSpan TimeLimit { get; init; } = IssuerFinder.MaxSearchTime;
}

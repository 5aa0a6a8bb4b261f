using TlsTrust.Certificates;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Paths.Search;

namespace TlsTrust.Diagnosis;

/// <summary>What a chain amounts to.</summary>
public sealed record ChainJudgement
{
    /// <summary>Trusted or untrusted.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The one cause.</summary>
    public required Cause Cause { get; init; }

    /// <summary>All findings, the most important first.</summary>
    public required ResultList<Finding> Findings { get; init; }

    /// <summary>The path the verdict is about, leaf first; incomplete where none was found.</summary>
    public required IReadOnlyList<Certificate> BestPath { get; init; }

    /// <summary>True when <see cref="BestPath"/> ends in an anchor of the store.</summary>
    public bool ReachesAnchor { get; init; }

    /// <summary>
    /// The path as it would be with what was found put in its place; equal to <see cref="BestPath"/> where nothing is missing.
    /// </summary>
    public required IReadOnlyList<Certificate> CompletedPath { get; init; }

    /// <summary>What is missing, nearest to the leaf first; empty where nothing is, or where it was not found.</summary>
    public IReadOnlyList<FoundCertificate> Missing { get; init; } = [];

    /// <summary>True where the time did not suffice to judge.</summary>
    internal bool IsGivenUp { get; init; }

    /// <summary>The search on what was presented and what is trusted, with every rejection.</summary>
    public required PathSearchResult Search { get; init; }
}

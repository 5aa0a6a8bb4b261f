namespace TlsTrust.Paths.Search;

/// <summary>
/// Finds certificate paths (RFC 5280 §6, RFC 4158): depth first, best candidate first, and back again when a rule is broken
/// further on, so that a path is found whenever one exists within the limits. A pure function of its query.
/// </summary>
public static class PathSearch
{
    /// <summary>Searches. Never throws for anything that certificates contain.</summary>
    public static PathSearchResult Search(PathQuery query) => SearchUntil(query, CancellationToken.None);

    /// <summary>Searches until it is told to end; a search that is not ended has the same answer always.</summary>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    internal static PathSearchResult SearchUntil(PathQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        PathGraph graph = new(query, cancellation);
        PathWalk walk = new(query, graph);
        walk.Run();
        IReadOnlyList<PartialPath> partial = walk.Paths.Count > 0 ? [] : new PathExplanation(query, graph).Run();
        return new PathSearchResult(query, walk.Paths, partial, walk.BudgetReason, new PathSearchWork(walk.Steps, graph.SignatureChecks));
    }
}

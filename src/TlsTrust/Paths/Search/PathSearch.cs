namespace TlsTrust.Paths.Search;

/// <summary>
/// Finds certificate paths (RFC 5280 §6, RFC 4158): depth first, best candidate first, and back again when a rule is broken
/// further on, so that a path is found whenever one exists within the limits. A pure function of its query.
/// </summary>
public static class PathSearch
{
    /// <summary>Searches. Never throws for anything that certificates contain.</summary>
    public static PathSearchResult Search(PathQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        PathGraph graph = new(query);
        PathWalk walk = new(query, graph);
        walk.Run();
        IReadOnlyList<PartialPath> partial = walk.Paths.Count > 0 ? [] : new PathExplanation(query, graph).Run();
        return new PathSearchResult(query, walk.Paths, partial, walk.BudgetReason, new PathSearchWork(walk.Steps, graph.SignatureChecks));
    }
}

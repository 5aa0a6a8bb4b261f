using TlsTrust.Certificates;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Paths.Rules;

namespace TlsTrust.Paths.Search;

/// <summary>The search for valid paths: leaves a branch at the first broken rule.</summary>
internal sealed class PathWalk(PathQuery query, PathGraph graph)
{
    private readonly List<PathNode> _path = [];
    private readonly List<CertificatePath> _paths = [];
    private int _judged;

    internal IReadOnlyList<CertificatePath> Paths => _paths;

    internal int Steps { get; private set; }

    internal string? BudgetReason { get; private set; }

    internal void Run()
    {
        RuleContext leaf = new(query, query.Leaf, PathPosition.Leaf);
        CertificateRules.Check(leaf);
        if (leaf.HasErrors)
        {
            return;
        }

        _path.Add(graph.Leaf);
        if (graph.Leaf.EndsPath)
        {
            Keep();
            if (!query.AllPaths)
            {
                return;
            }
        }

        Extend();
    }

    /// <summary>Goes on from the last certificate of the path; true when the search is over.</summary>
    private bool Extend()
    {
        PathNode current = _path[^1];
        int intermediates = PathJudge.CountIntermediates(_path, _path.Count);
        foreach (PathNode issuer in graph.IssuersOf(current))
        {
            graph.Cancellation.ThrowIfCancellationRequested();
            if (++Steps > PathLimits.Steps)
            {
                BudgetReason ??= $"{PathLimits.Steps} candidates were looked at";
                return true;
            }

            if (IsOnPath(issuer) || issuer.IsRefusedAsIssuer(query) || PathLengthRule.IsExceeded(issuer.Certificate, intermediates))
            {
                continue;
            }

            if (!issuer.EndsPath && intermediates + (issuer.IsSelfIssued ? 0 : 1) > query.MaximumIntermediates)
            {
                continue;
            }

            if (!issuer.EndsPath && _path.Count >= PathLimits.Depth)
            {
                BudgetReason ??= $"a path would have more than {PathLimits.Depth} certificates";
                continue;
            }

            if (graph.CheckSignature(current, issuer) is not { } status)
            {
                BudgetReason ??= $"{PathLimits.SignatureChecks} signatures were checked";
                return true;
            }

            if (status != SignatureStatus.Valid || ViolatesConstraints(issuer) || graph.IsRevoked(current, issuer))
            {
                continue;
            }

            _path.Add(issuer);
            bool isOver = issuer.EndsPath ? Keep() : Extend();
            _path.RemoveAt(_path.Count - 1);
            if (isOver)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a path would come by the same subject and key twice. A leaf may be its anchor's, issued again with a server's name.
    /// </summary>
    private bool IsOnPath(PathNode issuer)
    {
        for (int i = issuer.EndsPath ? 1 : 0; i < _path.Count; i++)
        {
            if (_path[i].Identity == issuer.Identity)
            {
                return true;
            }
        }

        return false;
    }

    private bool ViolatesConstraints(PathNode issuer)
    {
        if (issuer.Certificate.NameConstraints is null)
        {
            return false;
        }

        for (int i = 0; i < _path.Count; i++)
        {
            if ((i == 0 || !_path[i].IsSelfIssued) && graph.IsOutsideConstraints(_path[i], issuer))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Judges a path that has reached its anchor; true when the search is over.</summary>
    private bool Keep()
    {
        if (++_judged > PathLimits.JudgedPaths)
        {
            BudgetReason ??= $"{PathLimits.JudgedPaths} paths broke a rule";
            return true;
        }

        List<Rejection> rejections = PathJudge.Judge(query, _path, endsInAnchor: true, graph);
        if (rejections.Exists(static r => r.IsError))
        {
            return false;
        }

        _paths.Add(new CertificatePath([.. _path.Select(static n => n.Certificate)], rejections));
        if (query.AllPaths && _paths.Count >= PathLimits.Paths)
        {
            BudgetReason ??= $"{PathLimits.Paths} paths were found";
        }

        return !query.AllPaths || _paths.Count >= PathLimits.Paths;
    }
}

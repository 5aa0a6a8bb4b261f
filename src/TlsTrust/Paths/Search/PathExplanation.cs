using TlsTrust.Certificates;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Paths.Search;

/// <summary>
/// Walks again where no valid path exists, now over broken rules, and keeps what it meets: paths that reach an anchor with
/// everything that is wrong on the way, and paths that end early with the reason.
/// </summary>
internal sealed class PathExplanation(PathQuery query, PathGraph graph)
{
    private readonly List<PathNode> _path = [];
    private readonly List<PartialPath> _found = [];
    private int _steps;

    /// <summary>The near misses, best first: those that reach an anchor by the number of errors, then the longest.</summary>
    internal IReadOnlyList<PartialPath> Run()
    {
        _path.Add(graph.Leaf);
        if (graph.Leaf.EndsPath)
        {
            Keep(PathEnd.RuleFailed);
        }
        else
        {
            Extend();
        }

        return [.. _found.OrderBy(Rank).ThenBy(static p => p.End == PathEnd.RuleFailed ? Errors(p) : -p.Certificates.Count).ThenBy(Errors)];
    }

    private static int Errors(PartialPath partial) => partial.Rejections.Count(static r => r.IsError);

    private static int Rank(PartialPath partial) => partial.End == PathEnd.RuleFailed ? 0 : 1;

    private void Extend()
    {
        PathNode current = _path[^1];
        bool goesOn = false;
        bool isCut = false;
        List<Certificate> otherKeys = [];
        foreach (PathNode issuer in graph.IssuersOf(current))
        {
            graph.Cancellation.ThrowIfCancellationRequested();
            if (++_steps > PathLimits.ExplanationSteps || _found.Count >= PathLimits.PartialPaths)
            {
                isCut = true;
                break;
            }

            if (_path.Exists(n => n.Identity == issuer.Identity))
            {
                continue;
            }

            SignatureStatus? status = graph.CheckSignature(current, issuer);
            if (status is null)
            {
                isCut = true;
                break;
            }

            if (status == SignatureStatus.Invalid)
            {
                otherKeys.Add(issuer.Certificate);
                continue;
            }

            goesOn = true;
            if (!issuer.EndsPath && _path.Count >= PathLimits.Depth)
            {
                Keep(PathEnd.TooLong);
                continue;
            }

            _path.Add(issuer);
            if (issuer.EndsPath)
            {
                Keep(PathEnd.RuleFailed);
            }
            else
            {
                Extend();
            }

            _path.RemoveAt(_path.Count - 1);
        }

        if (!goesOn)
        {
            Keep(isCut ? PathEnd.BudgetSpent : EndOf(current, otherKeys), otherKeys);
        }
    }

    private static PathEnd EndOf(PathNode node, List<Certificate> otherKeys) =>
        node.Certificate.IsSelfSigned ? PathEnd.SelfSignedNotAnAnchor
        : node.IsAnchor ? PathEnd.AnchorNotSelfSigned
        : otherKeys.Count > 0 ? PathEnd.IssuerKeyMismatch
        : PathEnd.IssuerNotFound;

    private void Keep(PathEnd end, List<Certificate>? otherKeys = null)
    {
        if (_found.Count >= PathLimits.PartialPaths)
        {
            return;
        }

        List<Rejection> rejections = PathJudge.Judge(query, _path, end == PathEnd.RuleFailed, graph);
        if (end == PathEnd.IssuerKeyMismatch)
        {
            rejections.Insert(0,
                new Rejection(PathRule.BadSignature, _path.Count - 1, _path[^1].Certificate,
                    $"its signature was not made by the key of {otherKeys![0]}, which has its issuer's name", "RFC 5280 §6.1.3 (a)(1)",
                        IsError: true));
        }

        _found.Add(new PartialPath([.. _path.Select(static n => n.Certificate)], end, rejections) { OtherKeys = otherKeys ?? [] });
    }
}

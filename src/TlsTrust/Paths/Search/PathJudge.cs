using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Paths.Rules;

namespace TlsTrust.Paths.Search;

/// <summary>
/// Holds one path against every rule and keeps every rejection: what explains a failure, and what warns beside a success.
/// </summary>
internal static class PathJudge
{
    /// <param name="query">The query.</param>
    /// <param name="path">Certificates, leaf first, each with a candidate for its issuer behind it.</param>
    /// <param name="endsInAnchor">Whether the last one is the anchor.</param>
    /// <param name="graph">Knows the signatures.</param>
    internal static List<Rejection> Judge(PathQuery query, IReadOnlyList<PathNode> path, bool endsInAnchor, PathGraph graph)
    {
        List<Rejection> rejections = [];
        for (int depth = 0; depth < path.Count; depth++)
        {
            bool isLast = depth == path.Count - 1;
            PathPosition position = depth == 0 ? PathPosition.Leaf : isLast && endsInAnchor ? PathPosition.Anchor
                : PathPosition.Intermediate;
            RuleContext context = new(query, path[depth].Certificate, position, depth);
            if (!isLast)
            {
                SignatureRule.Check(context, path[depth + 1].Certificate, graph.CheckSignature(path[depth], path[depth + 1])
                    ?? SignatureStatus.NotCheckable);
                TlsFeatureRule.Check(context, path[depth + 1].Certificate);
                if (query.Crls.Count > 0)
                {
                    int below = depth;
                    RevocationRule.Check(context, issuer => CrlSigners(query, path, below, issuer));
                }
            }

            CertificateRules.Check(context);
            if (depth > 0)
            {
                SignatureRule.CheckKey(context, path[depth - 1].Certificate);
                PathLengthRule.Check(context, CountIntermediates(path, depth));
                PathLengthRule.CheckLimit(context, query.MaximumIntermediates, CountIntermediates(path, depth));
            }

            // RFC 5280 §6.1.3 (b): self-issued certificates are exempt, the leaf is not.
            if (depth == 0 || !path[depth].IsSelfIssued)
            {
                for (int above = depth + 1; above < path.Count; above++)
                {
                    int at = depth;
                    rejections.AddRange(graph.ConstraintRejections(path[depth], path[above])
                        .Select(rejection => rejection with { Depth = at }));
                }
            }

            rejections.AddRange(context.Rejections);
        }

        if (endsInAnchor && PolicyRule.Check(query, [.. path.Select(static n => n.Certificate)]) is { } policy)
        {
            rejections.Add(policy);
        }

        return [.. rejections.OrderBy(static r => r.IsError ? 0 : 1)];
    }

    /// <summary>
    /// Certificates of an issuer whose keys may have signed its CRLs (RFC 5280 §6.3.3 (f)): its own, others of its name on the path
    /// (a CA that changed its key), and those at hand that somebody above on the path vouches for (a key for CRLs only) and did not revoke.
    /// </summary>
    private static IEnumerable<Certificate> CrlSigners(PathQuery query, IReadOnlyList<PathNode> path, int depth, DistinguishedName issuer)
    {
        List<Certificate> above = [.. path.Skip(depth + 1).Select(static n => n.Certificate)];
        IEnumerable<Certificate> atHand = query.Presented.Concat(query.Intermediates?.WithSubject(issuer) ?? [])
            .Concat(query.Anchors.WithSubject(issuer));
        return above.Where(c => c.Subject.Equals(issuer))
            .Concat(atHand.Where(c => c.Subject.Equals(issuer) && !above.Contains(c) && c.NotBefore <= query.At && query.At <= c.NotAfter
            && (query.Anchors.Contains(c)
                || above.Exists(by => by.Subject.Equals(c.Issuer) && c.VerifySignature(by) == SignatureStatus.Valid))
            && !IsRevoked(query, c, above)));
    }

    private static bool IsRevoked(PathQuery query, Certificate signer, List<Certificate> above) =>
        query.Crls.Any(list =>
            CrlAnswer.Of(list, signer, above.Where(by => by.Subject.Equals(signer.Issuer))).Status == CrlStatus.Revoked);

    /// <summary>Certificates between the leaf and a depth that count for path lengths.</summary>
    internal static int CountIntermediates(IReadOnlyList<PathNode> path, int depth)
    {
        int count = 0;
        for (int i = 1; i < depth; i++)
        {
            count += path[i].IsSelfIssued ? 0 : 1;
        }

        return count;
    }
}

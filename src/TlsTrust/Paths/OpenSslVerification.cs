using TlsTrust.Certificates;

namespace TlsTrust.Paths;

/// <summary>What OpenSSL 3.x says first about a query: one path, no way back, its order of checks (<c>crypto/x509/x509_vfy.c</c>).</summary>
internal static class OpenSslVerification
{
    private static readonly OpenSslResult Ok = new(0, 0, "ok");

    internal static OpenSslResult Verify(PathQuery query)
    {
        List<Certificate> chain = [query.Leaf];
        bool trusted = query.Anchors.Contains(query.Leaf);
        while (chain.Count <= PathLimits.Depth && !chain[^1].IsSelfIssued)
        {
            Certificate last = chain[^1];
            Certificate? issuer = Best(query.Anchors.IssuersOf(last), last, query.At);
            trusted = issuer is not null;
            issuer ??= Best([.. query.Presented.Where(c => c.Subject.Equals(last.Issuer))], last, query.At);
            if (issuer is null || chain.Contains(issuer))
            {
                break;
            }

            chain.Add(issuer);
        }

        int top = chain.Count - 1;
        if (!chain[top].IsSelfIssued)
        {
            return trusted && top > 0 ? Error(2, top) : Error(20, top);
        }

        if (!trusted && !query.Anchors.Contains(chain[top]))
        {
            return Error(top == 0 ? 18 : 19, top);
        }

        for (int depth = top; depth >= 0; depth--)
        {
            if (query.At < chain[depth].NotBefore)
            {
                return Error(9, depth);
            }

            if (query.At > chain[depth].NotAfter)
            {
                return Error(10, depth);
            }
        }

        return Ok;
    }

    private static Certificate? Best(IReadOnlyList<Certificate> candidates, Certificate child, DateTime at) =>
        candidates.Where(c => KeyIdentifierMatch.Rank(child, c) != KeyIdentifierMatch.Mismatch).OrderByDescending(c => c.NotBefore <= at && at <= c.NotAfter).FirstOrDefault();

    private static OpenSslResult Error(int code, int depth) => new(code, depth, OpenSslErrors.Text(code));
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;

namespace TlsTrust.Clients;

/// <summary>
/// The one chain that GnuTLS builds (<c>_gnutls_sort_clist</c>, <c>shorten_clist</c> and <c>find_issuer</c>): what was sent, put in
/// order, up to the first whose name and key an anchor has; and of the store one issuer for the last of it, the last one there that is
/// valid. It does not go back.
/// </summary>
internal sealed class SingleChain
{
    private SingleChain(IReadOnlyList<Certificate> certificates, ClientFault? fault)
    {
        Certificates = certificates;
        Fault = fault;
    }

    /// <summary>Leaf first.</summary>
    internal IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>Why it does not reach an anchor; null when it does.</summary>
    internal ClientFault? Fault { get; }

    /// <summary>Builds it.</summary>
    /// <param name="query">What was sent, and the anchors.</param>
    internal static SingleChain Build(PathQuery query)
    {
        // With anything sent beside it, the server's certificate is not looked for among the anchors.
        if (query.PartialChain && query.Anchors.Contains(query.Leaf) && query.Presented.All(query.Leaf.Equals))
        {
            return new SingleChain([query.Leaf], null);
        }

        List<Certificate> chain = Sent(query);
        Certificate top = chain[^1];
        if (chain.Count > 1 && top.IsSelfIssued)
        {
            // What ends in itself proves nothing: its namesakes in the store are asked instead.
            chain.RemoveAt(chain.Count - 1);
        }

        int trusted = chain.FindIndex(1, sent => query.Anchors.HasKeyOf(sent));
        if (trusted > 0)
        {
            chain.RemoveRange(trusted, chain.Count - trusted);
        }

        Certificate last = chain[^1];
        List<Certificate> issuers =
            [.. query.Anchors.WithSubject(last.Issuer).Where(anchor => IsLikely(last, anchor) && !anchor.Equals(last))];
        if ((issuers.FindLast(issuer => issuer.NotBefore <= query.At && query.At <= issuer.NotAfter) ?? issuers.LastOrDefault())
            is not { } issuer)
        {
            return new SingleChain(chain, FaultOf(last, top, chain.Count - 1));
        }

        chain.Add(issuer);
        return new SingleChain(chain, query.PartialChain || issuer.IsSelfIssued ? null
            : new ClientFault(ClientFault.AnchorNotSelfSigned, chain.Count - 1,
                $"{issuer} is in the store and not self-signed, and its issuer is not there") { Culprit = issuer });
    }

    /// <summary>What was sent, put in order: at each step the first that may be the issuer.</summary>
    private static List<Certificate> Sent(PathQuery query)
    {
        List<Certificate> chain = [query.Leaf];
        while (chain.Count <= PathLimits.Depth && query.Presented.FirstOrDefault(sent =>
            sent.Subject.Equals(chain[^1].Issuer) && !chain.Contains(sent) && IsLikely(chain[^1], sent)) is { } issuer)
        {
            chain.Add(issuer);
        }

        return chain;
    }

    private static ClientFault FaultOf(Certificate last, Certificate top, int depth) =>
        last.IsSelfIssued ? new(ClientFault.SelfSigned, depth, $"{last} is not in the store") { Culprit = last }
        : top.IsSelfIssued ? new(ClientFault.SelfSignedInChain, depth + 1, $"{top} is not in the store") { Culprit = top }
        : new(ClientFault.IssuerNotFound, depth, $"the issuer of {last}, {last.Issuer}, is not at hand") { Culprit = last };

    // The issuer and the serial number beside an authority key identifier are not looked at.
    private static bool IsLikely(Certificate child, Certificate issuer) =>
        child.AuthorityKeyIdentifier?.KeyIdentifier is not { } wanted || issuer.SubjectKeyIdentifier is not { } has || wanted.Equals(has);
}

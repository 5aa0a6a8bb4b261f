using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;

namespace TlsTrust.Clients;

/// <summary>
/// The one chain that GnuTLS builds, which does not go back either: at each step an issuer of the store before the first that was
/// sent, and once in the store nothing else.
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
        List<Certificate> chain = [query.Leaf];
        bool isInStore = false;

        // A server's certificate may have the name of its CA: it is no end as long as another signed it.
        bool hasNamesake = query.Presented.Any(sent => !sent.Equals(query.Leaf) && sent.Subject.Equals(query.Leaf.Issuer));
        while (chain.Count <= PathLimits.Depth && !(chain[^1].IsSelfIssued && (chain.Count > 1 || !hasNamesake)))
        {
            Certificate last = chain[^1];
            Certificate? issuer = Choose(query.Anchors.IssuersOf(last), last);
            if (issuer is null && !isInStore)
            {
                issuer = Choose(query.Presented.Where(sent => sent.Subject.Equals(last.Issuer) && !sent.Equals(last)), last);
            }
            else if (issuer is not null)
            {
                isInStore = true;
            }

            if (issuer is null || chain.Contains(issuer))
            {
                break;
            }

            chain.Add(issuer);
            if (isInStore && query.PartialChain)
            {
                return new SingleChain(chain, null);
            }
        }

        // With anything sent beside it, the server's certificate is not looked for among the anchors.
        if (query.PartialChain && query.Anchors.Contains(query.Leaf) && query.Presented.All(query.Leaf.Equals))
        {
            return new SingleChain([query.Leaf], null);
        }

        return new SingleChain(chain, FaultOf(chain, isInStore || query.Anchors.Contains(chain[^1])));
    }

    private static ClientFault? FaultOf(List<Certificate> chain, bool isInStore)
    {
        int depth = chain.Count - 1;
        Certificate top = chain[depth];
        if (top.IsSelfIssued)
        {
            return isInStore ? null
                : new ClientFault(depth == 0 ? ClientFault.SelfSigned
                    : ClientFault.SelfSignedInChain, depth, $"{top} is not in the store") { Culprit = top };
        }

        return isInStore && depth > 0
            ? new ClientFault(ClientFault.AnchorNotSelfSigned, depth,
                $"{top} is in the store and not self-signed, and its issuer is not there") { Culprit = top }
            : new ClientFault(ClientFault.IssuerNotFound, depth, $"the issuer of {top}, {top.Issuer}, is not at hand") { Culprit = top };
    }

    private static Certificate? Choose(IEnumerable<Certificate> candidates, Certificate child) =>
        candidates.FirstOrDefault(candidate => KeyIdentifierMatch.Rank(child, candidate) != KeyIdentifierMatch.Mismatch);
}

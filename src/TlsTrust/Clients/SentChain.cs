using TlsTrust.Certificates;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Paths;

namespace TlsTrust.Clients;

/// <summary>
/// What Java makes of a chain before it looks for another (<c>sun.security.validator.PKIXValidator</c>): sent in order, up to the first
/// certificate whose name and key an anchor has, and signed by an anchor, it is the only one that is judged.
/// </summary>
internal static class SentChain
{
    /// <summary>The question about that chain alone; null where Java looks for any path.</summary>
    internal static PathQuery? Find(PathQuery query)
    {
        if (query.Anchors.Contains(query.Leaf))
        {
            return null;
        }

        List<Certificate> chain = [query.Leaf];
        foreach (Certificate sent in query.Presented.Where(certificate => !certificate.Equals(query.Leaf)))
        {
            if (!sent.Subject.Equals(chain[^1].Issuer))
            {
                return null;
            }

            if (query.Anchors.HasKeyOf(sent))
            {
                break;
            }

            chain.Add(sent);
        }

        List<Certificate> anchors = [.. query.Anchors.WithSubject(chain[^1].Issuer)];
        return anchors.Exists(anchor => chain[^1].VerifySignature(anchor) == SignatureStatus.Valid)
            ? query with { Presented = chain, Anchors = new CertificateIndex(anchors) } : null;
    }
}

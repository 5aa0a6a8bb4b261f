using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Paths.Rules;

namespace TlsTrust.Paths.Search;

/// <summary>Who may have issued whom, in one search. Nodes and edges are made when first asked for; signatures are checked once.</summary>
internal sealed class PathGraph
{
    private readonly PathQuery _query;
    private readonly Dictionary<Certificate, PathNode> _nodes = [];
    private readonly Dictionary<(DistinguishedName Subject, PublicKeyInfo Key), int> _identities = [];
    private readonly Dictionary<(PathNode Child, int IssuerIdentity), SignatureStatus> _signatures = [];
    private readonly Dictionary<(PathNode Below, PathNode Issuer), IReadOnlyList<Rejection>> _outsideConstraints = [];
    private long _namesCompared;
    private readonly Dictionary<(PathNode Child, PathNode Issuer), bool> _revoked = [];

    internal PathGraph(PathQuery query, CancellationToken cancellation)
    {
        _query = query;
        Cancellation = cancellation;
        Leaf = NodeOf(query.Leaf);
    }

    internal PathNode Leaf { get; }

    internal CancellationToken Cancellation { get; }

    internal int SignatureChecks { get; private set; }

    /// <summary>Candidates for the issuer of a certificate, best first.</summary>
    internal PathNode[] IssuersOf(PathNode node)
    {
        if (node.Issuers is { } known)
        {
            return known;
        }

        Certificate child = node.Certificate;
        List<Candidate> found = [];
        void Add(Certificate candidate, int place)
        {
            PathNode issuer = NodeOf(candidate);
            if (issuer != node && !found.Exists(f => f.Node == issuer))
            {
                found.Add(new(Score(child, issuer, place), issuer));
            }
        }

        foreach (Certificate anchor in _query.Anchors.WithSubject(child.Issuer))
        {
            Add(anchor, 0);
        }

        foreach (Certificate presented in _query.Presented)
        {
            if (presented.Subject.Equals(child.Issuer))
            {
                Add(presented, 1);
            }
        }

        foreach (Certificate stored in _query.Intermediates?.WithSubject(child.Issuer) ?? [])
        {
            Add(stored, 0);
        }

        if (found.Count > 1)
        {
            // Stable, so that the server's own order decides between equals.
            found = [.. found.OrderByDescending(static f => f.Score)];
        }

        return node.Issuers = [.. found.Select(static f => f.Node)];
    }

    /// <summary>
    /// The signature of a certificate by an issuer's key, checked once for all certificates of that key; null when no more checks are
    /// allowed.
    /// </summary>
    internal SignatureStatus? CheckSignature(PathNode child, PathNode issuer)
    {
        if (_signatures.TryGetValue((child, issuer.Identity), out SignatureStatus known))
        {
            return known;
        }

        if (SignatureChecks >= PathLimits.SignatureChecks)
        {
            return null;
        }

        SignatureChecks++;
        return _signatures[(child, issuer.Identity)] = child.Certificate.VerifySignature(issuer.Certificate);
    }

    /// <summary>Whether names of a certificate are outside of what an issuer above it permits.</summary>
    internal bool IsOutsideConstraints(PathNode below, PathNode issuer) =>
        ConstraintRejections(below, issuer).Any(static rejection => rejection.IsError);

    /// <summary>
    /// What names of a certificate break of the constraints of an issuer above it, at depth 0. Each pair is compared once, and all of them
    /// within a budget.
    /// </summary>
    internal IReadOnlyList<Rejection> ConstraintRejections(PathNode below, PathNode issuer)
    {
        if (issuer.Certificate.NameConstraints is null)
        {
            return [];
        }

        if (!_outsideConstraints.TryGetValue((below, issuer), out IReadOnlyList<Rejection>? rejections))
        {
            Cancellation.ThrowIfCancellationRequested();
            RuleContext context = new(_query, below.Certificate, below == Leaf ? PathPosition.Leaf : PathPosition.Intermediate);
            _namesCompared += below.Certificate.SubjectAlternativeName?.Names.Count ?? 0;
            if (_namesCompared > PathLimits.NamesCompared)
            {
                NameConstraintsRule.RefuseForWork(context, issuer.Certificate);
            }
            else
            {
                NameConstraintsRule.Check(context, issuer.Certificate);
            }

            _outsideConstraints[(below, issuer)] = rejections = [.. context.Rejections];
        }

        return rejections;
    }

    /// <summary>Whether a CRL by the issuer's own key refuses the certificate.</summary>
    internal bool IsRevoked(PathNode child, PathNode issuer)
    {
        if (_query.Crls.Count == 0)
        {
            return false;
        }

        if (!_revoked.TryGetValue((child, issuer), out bool refused))
        {
            RuleContext context = new(_query, child.Certificate, PathPosition.Intermediate);
            RevocationRule.Check(context, by => by.Equals(issuer.Certificate.Subject) ? [issuer.Certificate] : []);

            // Other keys may vouch for a CRL when the path is known; only what is revoked is refused here.
            refused = context.Rejections.Any(static rejection => rejection.Rule == PathRule.Revoked);
            _revoked[(child, issuer)] = refused;
        }

        return refused;
    }

    /// <summary>Valid dates first, then the key identifier, then what ends the path at once, then what was presented.</summary>
    private int Score(Certificate child, PathNode issuer, int place)
    {
        bool isCurrent = issuer.Certificate.NotBefore <= _query.At && _query.At <= issuer.Certificate.NotAfter;
        return (isCurrent ? 16 : 0) + (4 * KeyIdentifierMatch.Rank(child, issuer.Certificate)) + (issuer.EndsPath ? 2 : 0) + place;
    }

    private PathNode NodeOf(Certificate certificate)
    {
        if (_nodes.TryGetValue(certificate, out PathNode? known))
        {
            return known;
        }

        (DistinguishedName, PublicKeyInfo) key = (certificate.Subject, certificate.PublicKey);
        if (!_identities.TryGetValue(key, out int identity))
        {
            identity = _identities.Count;
            _identities.Add(key, identity);
        }

        bool isAnchor = _query.Anchors.Contains(certificate) && _query.Distrusted?.Contains(certificate) != true;
        bool endsPath = isAnchor && (_query.PartialChain || LooksSelfSigned(certificate));
        return _nodes[certificate] = new PathNode(certificate, identity, isAnchor, endsPath);
    }

    /// <summary>By name and key identifier, as OpenSSL decides it: the signature of an anchor counts for nothing.</summary>
    private static bool LooksSelfSigned(Certificate certificate) =>
        certificate.IsSelfIssued && KeyIdentifierMatch.Rank(certificate, certificate) != KeyIdentifierMatch.Mismatch;

    private sealed record Candidate(int Score, PathNode Node);
}

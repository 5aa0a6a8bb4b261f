using TlsTrust.Certificates;
using TlsTrust.Paths.Rules;

namespace TlsTrust.Paths.Search;

/// <summary>A certificate as one search sees it: what does not depend on the path is judged once.</summary>
internal sealed class PathNode(Certificate certificate, int identity, bool isAnchor, bool endsPath)
{
    private bool? _refusedAsIssuer;

    internal Certificate Certificate => certificate;

    /// <summary>One number for one subject and key: a path that comes by the same entity twice goes in circles.</summary>
    internal int Identity => identity;

    internal bool IsAnchor => isAnchor;

    internal bool EndsPath => endsPath;

    internal bool IsSelfIssued { get; } = certificate.IsSelfIssued;

    /// <summary>Candidates for its issuer, best first; null until asked for.</summary>
    internal PathNode[]? Issuers { get; set; }

    /// <summary>Whether a rule that looks at this certificate alone refuses it as an issuer.</summary>
    internal bool IsRefusedAsIssuer(PathQuery query)
    {
        if (_refusedAsIssuer is not { } refused)
        {
            RuleContext context = new(query, certificate, endsPath ? PathPosition.Anchor : PathPosition.Intermediate);
            CertificateRules.Check(context);
            refused = context.HasErrors;
            _refusedAsIssuer = refused;
        }

        return refused;
    }
}

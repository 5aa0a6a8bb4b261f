using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Stores;

namespace TlsTrust.Issuers;

/// <summary>A certificate whose key verifies another's signature, and where it is from.</summary>
/// <param name="Certificate">The issuer.</param>
/// <param name="Kind">Kind of source.</param>
/// <param name="Origin">Position, file and line, store, or URL.</param>
public sealed record FoundIssuer(Certificate Certificate, IssuerSourceKind Kind, CertificateOrigin Origin)
{
    /// <summary><see cref="Origin"/> for people.</summary>
    public string Location => Origin.ToString();

    /// <inheritdoc/>
    public override string ToString() => $"{Certificate.Subject} ({Location})";
}

/// <summary>One way up from a certificate: each issuer's key verifies the signature below it.</summary>
public sealed record IssuerLead
{
    /// <summary>The issuers, the certificate's own first.</summary>
    public required IReadOnlyList<FoundIssuer> Issuers { get; init; }

    /// <summary>Where it ends.</summary>
    public required LeadsTo End { get; init; }

    /// <summary>The last certificate of the lead.</summary>
    public FoundIssuer Top => Issuers[^1];

    /// <summary>What was neither sent nor is in the store in use: what a server or a store would have to be given.</summary>
    public IEnumerable<FoundIssuer> Missing =>
        Issuers.Where(issuer => issuer.Kind is not (IssuerSourceKind.Presented or IssuerSourceKind.TrustStore));

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(" <- ", Issuers.Select(issuer => issuer.Certificate.Subject))}: {End}";
}

/// <summary>What was found above a certificate.</summary>
public sealed record IssuerSearchResult
{
    /// <summary>The certificate whose issuer was looked for.</summary>
    public required Certificate Child { get; init; }

    /// <summary>All ways up, the best first; empty when no issuer was found at all.</summary>
    public required IReadOnlyList<IssuerLead> Leads { get; init; }

    /// <summary>The best way up; null when no issuer was found at all.</summary>
    public IssuerLead? Best => Leads.Count > 0 ? Leads[0] : null;

    /// <summary>Each source and URL that was asked.</summary>
    public required IReadOnlyList<IssuerAttempt> Attempts { get; init; }

    /// <summary>True when a limit ended the search early.</summary>
    public bool BudgetSpent { get; init; }

    /// <summary>HTTP requests that were sent for this search; answers that were known from earlier in the run count none.</summary>
    public int Requests { get; init; }
}

/// <summary>What to look for.</summary>
public sealed record IssuerQuery
{
    /// <summary>The certificate whose issuer is looked for.</summary>
    public required Certificate Child { get; init; }

    /// <summary>All certificates that came with it, in the order they came.</summary>
    public IReadOnlyList<Certificate> Presented { get; init; } = [];

    /// <summary>The store in use: a lead that ends in one of its anchors is complete.</summary>
    public required TrustStore Store { get; init; }

    /// <summary>The time for which leads are ranked: those that are valid then come first.</summary>
    public required DateTime At { get; init; }

    /// <summary>What downloads may go to beside public addresses.</summary>
    public FetchReach Reach { get; init; }

    /// <summary>Look on for further leads when one already ends in the store.</summary>
    public bool All { get; init; }
}

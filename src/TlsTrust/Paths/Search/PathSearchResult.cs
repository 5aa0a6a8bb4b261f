using TlsTrust.Certificates;
using TlsTrust.Paths.OpenSsl;

namespace TlsTrust.Paths.Search;

/// <summary>A path that satisfies every rule of its query.</summary>
/// <param name="Certificates">Leaf first, anchor last.</param>
/// <param name="Warnings">What stricter clients would refuse.</param>
public sealed record CertificatePath(IReadOnlyList<Certificate> Certificates, IReadOnlyList<Rejection> Warnings)
{
    /// <summary>The last certificate.</summary>
    public Certificate Anchor => Certificates[^1];

    /// <inheritdoc/>
    public override string ToString() => string.Join(" <- ", Certificates);
}

/// <summary>Why a path that is not good enough ends where it ends.</summary>
public enum PathEnd
{
    /// <summary>It reaches an anchor; rules are broken on the way.</summary>
    RuleFailed,

    /// <summary>It reaches an anchor that is not self-signed, which ends a path only with <see cref="PathQuery.PartialChain"/>.</summary>
    AnchorNotSelfSigned,

    /// <summary>It ends in a self-signed certificate that is no anchor.</summary>
    SelfSignedNotAnAnchor,

    /// <summary>Nothing at hand issued its last certificate.</summary>
    IssuerNotFound,

    /// <summary>Certificates with the issuer's name are at hand, and none of their keys made the signature.</summary>
    IssuerKeyMismatch,

    /// <summary>It is longer than the limit.</summary>
    TooLong,

    /// <summary>The search stopped here, since its budget was spent.</summary>
    BudgetSpent,
}

/// <summary>A path that is not good enough, and why.</summary>
/// <param name="Certificates">Leaf first.</param>
/// <param name="End">Why it goes no further.</param>
/// <param name="Rejections">Every rule broken on the way, errors first.</param>
public sealed record PartialPath(IReadOnlyList<Certificate> Certificates, PathEnd End, IReadOnlyList<Rejection> Rejections)
{
    /// <summary>
    /// With <see cref="PathEnd.IssuerKeyMismatch"/>: the certificates of the issuer's name whose keys did not make the signature.
    /// </summary>
    public IReadOnlyList<Certificate> OtherKeys { get; init; } = [];

    /// <summary>The certificate whose issuer would be next.</summary>
    public Certificate Last => Certificates[^1];

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(" <- ", Certificates)}: {End}";
}

/// <summary>What a path search found.</summary>
public sealed class PathSearchResult
{
    private readonly PathQuery _query;
    private (OpenSslResult Answer, IReadOnlyList<Certificate> Chain)? _openSsl;

    internal PathSearchResult(PathQuery query, IReadOnlyList<CertificatePath> paths, IReadOnlyList<PartialPath> partial,
        string? budgetReason, PathSearchWork work)
    {
        _query = query;
        Paths = paths;
        Partial = partial;
        BudgetReason = budgetReason;
        Work = work;
    }

    /// <summary>The best path; null when there is none.</summary>
    public CertificatePath? Path => Paths.Count > 0 ? Paths[0] : null;

    /// <summary>The paths found, best first: one, or all with <see cref="PathQuery.AllPaths"/>.</summary>
    public IReadOnlyList<CertificatePath> Paths { get; }

    /// <summary>Where there is no path: what comes nearest, best first.</summary>
    public IReadOnlyList<PartialPath> Partial { get; }

    /// <summary>True when the search stopped early; there may be a path that it did not see.</summary>
    public bool BudgetSpent => BudgetReason is not null;

    /// <summary>Which limit the search ran into; null for none.</summary>
    public string? BudgetReason { get; }

    /// <summary>What the search cost.</summary>
    public PathSearchWork Work { get; }

    /// <summary>What <c>openssl s_client</c> 3.x says first about the same input.</summary>
    public OpenSslResult OpenSsl => VerifyAsOpenSsl(CancellationToken.None).Answer;

    /// <summary>The same, with the chain that it is about.</summary>
    internal (OpenSslResult Answer, IReadOnlyList<Certificate> Chain) VerifyAsOpenSsl(CancellationToken cancellation) =>
        _openSsl ??= OpenSslVerification.Verify(_query, cancellation: cancellation);

    /// <summary>What is left where a search was ended from outside: nothing is known.</summary>
    internal static PathSearchResult GivenUp(PathQuery query, string reason) =>
        new(query, [], [], reason, new PathSearchWork(0, 0)) { _openSsl = (new OpenSslResult(1, 0, OpenSslErrors.Text(1)), [query.Leaf]) };
}

/// <summary>What a search cost.</summary>
/// <param name="Steps">Candidates looked at.</param>
/// <param name="SignatureChecks">Signatures checked.</param>
public sealed record PathSearchWork(int Steps, int SignatureChecks);

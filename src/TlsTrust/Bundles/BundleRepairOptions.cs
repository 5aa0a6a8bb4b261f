using TlsTrust.Certificates;
using TlsTrust.Paths;

namespace TlsTrust.Bundles;

/// <summary>How lines end in what is written.</summary>
public enum LineEnding
{
    /// <summary>LF.</summary>
    Lf,

    /// <summary>CR LF.</summary>
    CrLf,

    /// <summary>As most lines of the file end.</summary>
    AsIs,
}

/// <summary>A certificate that is to be put into a bundle, and where it is from.</summary>
public sealed record AdditionalCertificate(Certificate Certificate, CertificateOrigin Origin)
{
    /// <summary>
    /// True when the user gave this very certificate. Only such a one can become an anchor of a trust bundle; what was found on the way
    /// can't.
    /// </summary>
    public bool IsExplicit { get; init; }
}

/// <summary>What a repair is told.</summary>
public sealed record BundleRepairOptions
{
    /// <summary>What the file is for.</summary>
    public PemBundleKind Kind { get; init; }

    /// <summary>A private key beside the file, as its bytes; it decides which certificate is the server's, and is written only into a form
    /// that holds a key.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>Password of keys and containers.</summary>
    public string? Password { get; init; }

    /// <summary>Put the root at the end of a server file.</summary>
    public bool IncludeRoot { get; init; }

    /// <summary>Leave expired certificates out of a trust bundle.</summary>
    public bool RemoveExpired { get; init; }

    /// <summary>Keep text outside the blocks.</summary>
    public bool KeepText { get; init; }

    /// <summary>Line ends; null: LF where the file is rewritten anyway, and no reason to rewrite it.</summary>
    public LineEnding? LineEnding { get; init; }

    /// <summary>Certificates to be added where they belong.</summary>
    public IReadOnlyList<AdditionalCertificate> Additional { get; init; } = [];

    /// <summary>Where missing issuers were looked for; null where they were not.</summary>
    public IReadOnlyList<IssuerAttempt>? Sought { get; init; }

    /// <summary>Roots that a server file's path should lead to, public or given.</summary>
    public CertificateIndex Anchors { get; init; } = CertificateIndex.Empty;

    /// <summary>The time for which certificates are judged.</summary>
    public required DateTime At { get; init; }

    /// <summary>Ends the making of keys from passwords.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// The same for a file that a report speaks of: what it was asked to be then, it is now, unless something else is asked for.
    /// </summary>
    public BundleRepairOptions After(PemRepairReport earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return Kind == PemBundleKind.Auto && earlier.KindReason == BundleKind.AsAsked ? this with { Kind = earlier.Kind } : this;
    }
}

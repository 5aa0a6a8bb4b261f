using TlsTrust.Certificates;

namespace TlsTrust.Environment.Provisioning.Requests;

/// <summary>A certificate to be trusted, and where it is from.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Origin">File, store or URL, for messages.</param>
/// <param name="IsFromNetwork">True when it came over the network, so that its fingerprint has to be known from elsewhere.</param>
public sealed record CandidateAnchor(Certificate Certificate, string Origin, bool IsFromNetwork = false);

/// <summary>What is to be provisioned.</summary>
public sealed record ProvisionRequest
{
    /// <summary>The CAs to add.</summary>
    public required IReadOnlyList<CandidateAnchor> Anchors { get; init; }

    /// <summary>For whom.</summary>
    public TrustScope Scope { get; init; } = TrustScope.Process;

    /// <summary>For which text or file instead of a scope; null for a scope.</summary>
    public ProvisionTarget? Target { get; init; }

    /// <summary>Ids of programs; null for all that are installed (for a target: all).</summary>
    public IReadOnlyList<string>? Programs { get; init; }

    /// <summary>Variables instead of programs.</summary>
    public IReadOnlyList<string>? Variables { get; init; }

    /// <summary>The bundle's path; null for the scope's own place.</summary>
    public string? Destination { get; init; }

    /// <summary>Programs that add get only the given CAs.</summary>
    public bool CaOnly { get; init; }

    /// <summary>Makes a hashed directory and sets <c>SSL_CERT_DIR</c>.</summary>
    public bool HashedDirectory { get; init; }

    /// <summary>Also writes configuration files, for programs without a variable.</summary>
    public bool IncludeConfiguration { get; init; }

    /// <summary>Takes intermediates as anchors.</summary>
    public bool AllowIntermediate { get; init; }

    /// <summary>Leaves the public roots out of bundles that replace, and replaces a file at the destination that is not ours.</summary>
    public bool Force { get; init; }

    /// <summary>The bundle holds the given CAs only, also for variables that replace; refused without <see cref="Force"/>.</summary>
    public bool WithoutPublicRoots { get; init; }

    /// <summary>
    /// Which public roots: Auto, System, Certifi, Conda, Git, BuiltIn or a path; null for the system's. With it no CA need be given.
    /// </summary>
    public string? PublicRoots { get; init; }

    /// <summary>Also puts the CAs into the stores of the system, of JDKs and of browsers, by their own tools.</summary>
    public bool IncludeSystemStore { get; init; }

    /// <summary>Also writes what services, cron and sudo read; for the scope Machine on Linux.</summary>
    public bool IncludeServices { get; init; }

    /// <summary>For which images the steps of a Dockerfile are; null for any Linux.</summary>
    public ImageBase? ImageBase { get; init; }

    /// <summary>What was trusted through the settings that change is not taken along.</summary>
    public bool Replace { get; init; }

    /// <summary>SHA-256 fingerprints that were verified out of band.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];
}

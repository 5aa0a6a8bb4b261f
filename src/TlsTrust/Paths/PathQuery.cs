using TlsTrust.Certificates;
using TlsTrust.Certificates.RevocationLists;

namespace TlsTrust.Paths;

/// <summary>How strictly the rules are read.</summary>
public enum PathPolicy
{
    /// <summary>What mainstream clients agree to refuse is an error, the rest a warning.</summary>
    Default,

    /// <summary>
    /// RFC 5280 to the letter. The profile of its §4 and the CA/Browser Forum's rules are about certificates that answer to a
    /// name, and are demanded where <see cref="PathQuery.HostName"/> asks for one, or <see cref="PathQuery.DemandProfile"/> is set.
    /// </summary>
    Strict,
}

/// <summary>What the leaf is to be used for.</summary>
public enum Purpose
{
    /// <summary>TLS server authentication.</summary>
    ServerAuthentication,

    /// <summary>TLS client authentication.</summary>
    ClientAuthentication,

    /// <summary>Anything: no extended key usage is asked for.</summary>
    Any,
}

/// <summary>Everything a path search depends on. The same query has the same answer, always.</summary>
public sealed record PathQuery
{
    /// <summary>The certificate to find paths for.</summary>
    public required Certificate Leaf { get; init; }

    /// <summary>What the server sent, in its order; may hold the leaf and anything else.</summary>
    public IReadOnlyList<Certificate> Presented { get; init; } = [];

    /// <summary>Trust anchors. Those that are not self-signed end a path only with <see cref="PartialChain"/>.</summary>
    public required CertificateIndex Anchors { get; init; }

    /// <summary>Further certificates that may be part of a path, and end none.</summary>
    public CertificateIndex? Intermediates { get; init; }

    /// <summary>Certificates that must be in no path, whoever trusts them.</summary>
    public CertificateIndex? Distrusted { get; init; }

    /// <summary>DNS name or IP literal that the leaf must be for; null asks for none.</summary>
    public string? HostName { get; init; }

    /// <summary>The time of judgement, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>How strictly the rules are read.</summary>
    public PathPolicy Policy { get; init; }

    /// <summary>Under the strict policy: demands the profile also where no name is asked for.</summary>
    public bool DemandProfile { get; init; }

    /// <summary>Takes every anchor as it is, self-signed or not (OpenSSL's <c>-partial_chain</c>).</summary>
    public bool PartialChain { get; init; }

    /// <summary>What the leaf is to be used for.</summary>
    public Purpose Purpose { get; init; }

    /// <summary>
    /// Refuses a leaf without extended key usage, which RFC 5280 allows and the Baseline Requirements (§7.1.2.7.6) do not.
    /// </summary>
    public bool RequireExtendedKeyUsage { get; init; }

    /// <summary>
    /// CRLs to judge by; empty asks for none. A certificate that none of them is about is a warning, and refused by the strict policy.
    /// </summary>
    public IReadOnlyList<CertificateRevocationList> Crls { get; init; } = [];

    /// <summary>Certificate policies of which one must be valid for the path (RFC 5280 §6.1.1 (c)); empty means any.</summary>
    public IReadOnlyList<string> AcceptablePolicies { get; init; } = [];

    /// <summary>initial-explicit-policy of RFC 5280 §6.1.1 (f).</summary>
    public bool RequireExplicitPolicy { get; init; }

    /// <summary>initial-policy-mapping-inhibit of RFC 5280 §6.1.1 (e).</summary>
    public bool InhibitPolicyMapping { get; init; }

    /// <summary>initial-any-policy-inhibit of RFC 5280 §6.1.1 (g).</summary>
    public bool InhibitAnyPolicy { get; init; }

    /// <summary>
    /// Certificates allowed between leaf and anchor, those that are self-issued not counted; null leaves only the limit of the search.
    /// </summary>
    public int? MaximumIntermediates { get; init; }

    /// <summary>Looks for every valid path instead of stopping at the first.</summary>
    public bool AllPaths { get; init; }
}

using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Clients;

/// <summary>Where in the path a client does not apply a rule.</summary>
internal enum TolerancePosition
{
    /// <summary>Everywhere.</summary>
    Any,

    /// <summary>On every certificate but the server's.</summary>
    Issuer,

    /// <summary>On the anchor.</summary>
    Anchor,
}

/// <summary>A rule that the path engine enforces and this client does not.</summary>
internal sealed record Tolerance
{
    public required PathRule Rule { get; init; }

    public TolerancePosition Position { get; init; }

    public required Habit Value { get; init; }

    /// <summary>With <see cref="PathRule.WeakKey"/>: RSA keys from this size on.</summary>
    public int MinimumRsaBits { get; init; }

    /// <summary>Only what is refused by this clause, where a rule has several; null for all of it.</summary>
    public string? Clause { get; init; }

    /// <summary>With <see cref="PathRule.Malformed"/>: only the fault with these words; null for all of them.</summary>
    public string? Fault { get; init; }

    /// <summary>With <see cref="PathRule.NameConstraint"/>: only names of this kind that no permitted subtree holds.</summary>
    public GeneralNameKind? Outside { get; init; }

    /// <summary>With <see cref="PathRule.NotCa"/>: only certificates without basic constraints.</summary>
    public bool WithoutConstraints { get; init; }

    /// <summary>Only below anchors that are not publicly known.</summary>
    public bool PrivateAnchorOnly { get; init; }

    public required string Source { get; init; }
}

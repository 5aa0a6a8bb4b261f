using System.Globalization;

namespace TlsTrust.Revocation;

/// <summary>How revocation is looked at.</summary>
public enum RevocationMode
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Only what is at hand: a stapled OCSP answer and given CRLs.</summary>
    Offline,

    /// <summary>Also by asking the OCSP responders and fetching the CRLs that the certificates name.</summary>
    Online,
}

/// <summary>What is known of a certificate's revocation. Revoked needs proof; where nobody could be asked it is unknown.</summary>
public enum RevocationStatus
{
    /// <summary>Nobody was asked.</summary>
    NotAsked,

    /// <summary>A signed, fresh answer says that it is not revoked.</summary>
    Good,

    /// <summary>A signed answer says that it is revoked.</summary>
    Revoked,

    /// <summary>Nobody could be asked, or no answer was signed and fresh.</summary>
    Unknown,
}

/// <summary>Why a certificate was revoked (RFC 5280 §5.3.1).</summary>
public enum RevocationReason
{
    /// <summary>No reason was given.</summary>
    Unspecified = 0,

    /// <summary>The key is in other hands.</summary>
    KeyCompromise = 1,

    /// <summary>The CA's key is in other hands.</summary>
    CACompromise = 2,

    /// <summary>The subject's name changed.</summary>
    AffiliationChanged = 3,

    /// <summary>Another certificate took its place.</summary>
    Superseded = 4,

    /// <summary>It is needed no longer.</summary>
    CessationOfOperation = 5,

    /// <summary>Suspended.</summary>
    CertificateHold = 6,

    /// <summary>No longer suspended.</summary>
    RemoveFromCrl = 8,

    /// <summary>A privilege was withdrawn.</summary>
    PrivilegeWithdrawn = 9,

    /// <summary>The attribute authority's key is in other hands.</summary>
    AACompromise = 10,
}

/// <summary>What is known of one certificate's revocation, and from whom.</summary>
public sealed record RevocationResult
{
    /// <summary>Its place in the path: 0 is the leaf.</summary>
    public required int Depth { get; init; }

    /// <summary>The answer.</summary>
    public required RevocationStatus Status { get; init; }

    /// <summary>
    /// Who gave it: <c>stapled OCSP</c>, <c>OCSP http://…</c>, <c>CRL http://…</c>, <c>given CRL</c>; empty when nobody did.
    /// </summary>
    public string Source { get; init; } = "";

    /// <summary>The way the answer came; null when nobody gave one.</summary>
    public RevocationChannel? Channel { get; init; }

    /// <summary>When it was revoked, UTC.</summary>
    public DateTime? RevokedAt { get; init; }

    /// <summary>Why it was revoked, where the answer says.</summary>
    public RevocationReason? Reason { get; init; }

    /// <summary>When the answer was made, UTC.</summary>
    public DateTime? ThisUpdate { get; init; }

    /// <summary>Until when the answer holds, UTC.</summary>
    public DateTime? NextUpdate { get; init; }

    /// <summary>One line for each source that was asked: what came of it.</summary>
    public IReadOnlyList<string> Attempts { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Status switch
    {
        RevocationStatus.NotAsked => "not asked",
        RevocationStatus.Unknown => Attempts.Count == 0 ? "unknown" : $"unknown ({string.Join("; ", Attempts)})",
        RevocationStatus.Good => $"good ({Source})",
        _ => string.Create(CultureInfo.InvariantCulture, $"revoked on {RevokedAt:yyyy-MM-dd}" +
            $"{(Reason is { } reason and not RevocationReason.Unspecified ? $", {reason}" : "")} ({Source})"),
    };
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths;

/// <summary>The rules that certificates of a path are held against. Most carry the name of the finding they become.</summary>
public enum PathRule
{
    /// <summary>The encoding is broken or against the profile.</summary>
    Malformed,

    /// <summary>A signature does not verify.</summary>
    BadSignature,

    /// <summary>A signature can't be checked on this platform.</summary>
    NotCheckable,

    /// <summary>The platform or the user distrusts the certificate.</summary>
    Distrusted,

    /// <summary>An issuer is no CA, or may not sign certificates.</summary>
    NotCa,

    /// <summary>More CA certificates follow than a CA allows.</summary>
    PathLength,

    /// <summary>A name is outside of what a CA may issue for.</summary>
    NameConstraint,

    /// <summary>A critical extension that is not understood.</summary>
    CriticalExtension,

    /// <summary>Key usage or extended key usage forbids the purpose.</summary>
    WrongUsage,

    /// <summary>No certificate policy is valid for the path, though one is required.</summary>
    Policy,

    /// <summary>Signed with a broken hash.</summary>
    WeakSignature,

    /// <summary>A key that is too small.</summary>
    WeakKey,

    /// <summary>A CRL lists it.</summary>
    Revoked,

    /// <summary>A CRL that should decide can't be used.</summary>
    RevocationUnknown,

    /// <summary>Past the end of validity.</summary>
    Expired,

    /// <summary>Before the start of validity.</summary>
    NotYetValid,

    /// <summary>Not for the host name asked for.</summary>
    NameMismatch,

    /// <summary>Against a rule that only strict clients enforce.</summary>
    StrictX509,
}

/// <summary>Why a certificate is not good enough in a path.</summary>
/// <param name="Rule">The rule that is broken.</param>
/// <param name="Depth">Position of the certificate in the path; 0 is the leaf.</param>
/// <param name="Certificate">The certificate that breaks it.</param>
/// <param name="Message">What was found, with names and dates.</param>
/// <param name="Clause">The clause that demands it, for example <c>RFC 5280 §4.2.1.9</c>.</param>
/// <param name="IsError">False when the policy level only warns.</param>
public sealed record Rejection(PathRule Rule, int Depth, Certificate Certificate, string Message, string Clause, bool IsError)
{
    /// <summary>The fault of the encoding that it is about; null for another rule's.</summary>
    internal DerFault? Fault { get; init; }

    /// <summary>The kind of the name that is in no permitted subtree; null for another rule's.</summary>
    internal GeneralNameKind? Outside { get; init; }

    /// <summary>The finding it becomes; null where none has its name.</summary>
    public FindingId? Finding => Enum.TryParse(Rule.ToString(), out FindingId id) ? id : null;

    /// <inheritdoc/>
    public override string ToString() => $"depth {Depth}, {Certificate}: {Message} ({Clause})";
}

using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.Extensions;

/// <summary>An extension as encoded, RFC 5280 §4.2.</summary>
/// <param name="Oid">Object identifier in dotted form.</param>
/// <param name="IsCritical">True when a client that does not know it must refuse the certificate.</param>
/// <param name="Value">Contents of the octet string.</param>
/// <param name="Offset">Where the extension starts in the certificate.</param>
public sealed record CertificateExtension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Value, int Offset)
{
    /// <inheritdoc/>
    public override string ToString() => IsCritical ? $"{Oid} (critical)" : Oid;
}

/// <summary>Basic constraints, RFC 5280 §4.2.1.9.</summary>
/// <param name="IsCA">True for a certificate that may issue others.</param>
/// <param name="PathLength">How many CA certificates may follow below it; null where unlimited.</param>
/// <param name="IsCritical">True when marked critical.</param>
public sealed record BasicConstraints(bool IsCA, int? PathLength, bool IsCritical);

/// <summary>Key usage, RFC 5280 §4.2.1.3.</summary>
[Flags]
public enum KeyUsage
{
    /// <summary>No bit is set.</summary>
    None = 0,

    /// <summary>Signatures other than those of certificates and CRLs.</summary>
    DigitalSignature = 1 << 0,

    /// <summary>Also called contentCommitment.</summary>
    NonRepudiation = 1 << 1,

    /// <summary>Encrypts keys.</summary>
    KeyEncipherment = 1 << 2,

    /// <summary>Encrypts data.</summary>
    DataEncipherment = 1 << 3,

    /// <summary>Agrees on keys.</summary>
    KeyAgreement = 1 << 4,

    /// <summary>Signs certificates.</summary>
    KeyCertSign = 1 << 5,

    /// <summary>Signs CRLs.</summary>
    CrlSign = 1 << 6,

    /// <summary>Only encrypts, in key agreement.</summary>
    EncipherOnly = 1 << 7,

    /// <summary>Only decrypts, in key agreement.</summary>
    DecipherOnly = 1 << 8,
}

/// <summary>A key identifier (RFC 5280 §4.2.1.1 and §4.2.1.2): a hint for finding issuers, and no more than that.</summary>
/// <param name="Value">Its bytes, most often a SHA-1 hash of the key.</param>
public readonly record struct KeyIdentifier(ReadOnlyMemory<byte> Value)
{
    /// <inheritdoc/>
    public bool Equals(KeyIdentifier other) => Value.Span.SequenceEqual(other.Value.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Value.Span);
        return hash.ToHashCode();
    }

    /// <summary>Upper-case hexadecimal.</summary>
    public override string ToString() => DerValue.Hex(Value.Span);
}

/// <summary>Authority key identifier, RFC 5280 §4.2.1.1.</summary>
/// <param name="KeyIdentifier">Subject key identifier of the issuer; null where not given.</param>
/// <param name="Issuer">Issuer of the issuer's certificate; empty where not given.</param>
/// <param name="SerialNumber">Serial number of the issuer's certificate, upper-case hexadecimal; null where not given.</param>
/// <param name="IsCritical">True when marked critical, which RFC 5280 forbids.</param>
public sealed record AuthorityKeyIdentifier(KeyIdentifier? KeyIdentifier, IReadOnlyList<GeneralName> Issuer, string? SerialNumber,
    bool IsCritical)
{
    /// <inheritdoc/>
    public override string ToString() => KeyIdentifier?.ToString() ?? SerialNumber ?? "";
}

/// <summary>A policy mapping, RFC 5280 §4.2.1.5.</summary>
/// <param name="IssuerDomainPolicy">The policy as the issuer calls it.</param>
/// <param name="SubjectDomainPolicy">The policy as the subject calls it.</param>
public sealed record PolicyMapping(string IssuerDomainPolicy, string SubjectDomainPolicy);

/// <summary>
/// Policy constraints and inhibitAnyPolicy, RFC 5280 §4.2.1.11 and §4.2.1.14: certificates to skip before each binds; null where it does
/// not.
/// </summary>
/// <param name="RequireExplicitPolicy">requireExplicitPolicy.</param>
/// <param name="InhibitPolicyMapping">inhibitPolicyMapping.</param>
/// <param name="InhibitAnyPolicy">inhibitAnyPolicy.</param>
public sealed record PolicyConstraints(int? RequireExplicitPolicy, int? InhibitPolicyMapping, int? InhibitAnyPolicy);

using System.Numerics;
using System.Diagnostics.CodeAnalysis;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Certificates.RevocationLists;

/// <summary>A revoked certificate in a CRL, RFC 5280 §5.1.2.6 and §5.3.</summary>
/// <param name="SerialNumber">Upper-case hexadecimal, as <see cref="Certificate.SerialNumber"/> writes it.</param>
/// <param name="RevokedAt">When it was revoked, UTC.</param>
/// <param name="ReasonCode">CRLReason of RFC 5280 §5.3.1; null where not given.</param>
public sealed record RevokedCertificate(string SerialNumber, DateTime RevokedAt, int? ReasonCode);

/// <summary>A certificate revocation list, RFC 5280 §5.</summary>
public sealed class CertificateRevocationList
{
    private readonly ReadOnlyMemory<byte> _der;
    private readonly DerElement _toBeSigned;
    private readonly DerElement _innerAlgorithm;
    private readonly DerElement _algorithm;
    private readonly DerElement _signature;
    private readonly CrlEntries _revoked;

    private CertificateRevocationList(ReadOnlyMemory<byte> der, in CrlLayout layout, CrlEntries revoked)
    {
        _der = der;
        _toBeSigned = layout.ToBeSigned;
        _innerAlgorithm = layout.InnerAlgorithm;
        _algorithm = layout.Algorithm;
        _signature = layout.Signature;
        _revoked = revoked;
        Issuer = new DistinguishedName(der[layout.Issuer.Offset..layout.Issuer.End]);
        ThisUpdate = layout.ThisUpdateTime;
        NextUpdate = layout.NextUpdateTime;
        Extensions = layout.Extensions;
        SignatureAlgorithm = new SignatureAlgorithm(der[_algorithm.Offset.._algorithm.End]);
    }

    /// <summary>The DER encoding.</summary>
    public ReadOnlyMemory<byte> RawData => _der;

    /// <summary>Who issued it.</summary>
    public DistinguishedName Issuer { get; }

    /// <summary>When it was issued, UTC.</summary>
    public DateTime ThisUpdate { get; }

    /// <summary>When the next one is due, UTC; null where not said.</summary>
    public DateTime? NextUpdate { get; }

    /// <summary>How it is signed.</summary>
    public SignatureAlgorithm SignatureAlgorithm { get; }

    /// <summary>Extensions of the list, RFC 5280 §5.2.</summary>
    public IReadOnlyList<CertificateExtension> Extensions { get; }

    /// <summary>What is revoked.</summary>
    public IReadOnlyCollection<RevokedCertificate> Revoked => _revoked.Own;

    /// <summary>Reads a CRL; the bytes must be one whole CRL and nothing after it.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out CertificateRevocationList? list, [NotNullWhen(false)]
        out DerFault? fault)
    {
        list = CrlLayout.TryRead(der, out CrlLayout layout, out fault)
            && CrlLayout.TryReadEntries(der, layout.Revoked, out CrlEntries entries, out fault)
            ? new CertificateRevocationList(der, layout, entries)
            : null;
        return list is not null;
    }

    /// <summary>True when a serial number (upper-case hexadecimal) is in the list.</summary>
    public bool IsRevoked(string serialNumber) => _revoked.Find(serialNumber) is not null;

    /// <summary>The entry of a serial number (upper-case hexadecimal); null where it is not in the list.</summary>
    public RevokedCertificate? Find(string serialNumber) => _revoked.Find(serialNumber);

    /// <summary>The entry of a certificate, whoever issued it; null where it is not in the list.</summary>
    internal RevokedCertificate? Find(Certificate certificate) => _revoked.Find(certificate.Issuer, Issuer, certificate.SerialNumber);

    /// <inheritdoc cref="CrlEntries.NotUnderstood"/>
    internal string? NotUnderstood => _revoked.NotUnderstood;

    /// <summary>The CRL number (RFC 5280 §5.2.3); null where there is none.</summary>
    internal BigInteger? Number => ReadNumber(Oids.CrlNumber);

    /// <summary>Of a delta CRL (§5.2.4), the number of the CRL it builds upon; null for a complete one.</summary>
    internal BigInteger? BaseNumber => ReadNumber(Oids.DeltaCrlIndicator);

    /// <summary>Where the deltas to this one are to be had (§5.2.6).</summary>
    internal IReadOnlyList<string> FreshestUrls =>
        DistributionPoint.UrlsIn(Extensions.FirstOrDefault(static extension => extension.Oid == Oids.FreshestCrl));

    /// <summary>True for a list of changes only.</summary>
    internal bool IsDelta => Extensions.Any(static extension => extension.Oid == Oids.DeltaCrlIndicator);

    private BigInteger? ReadNumber(string oid)
    {
        if (Extensions.FirstOrDefault(extension => extension.Oid == oid) is not { } found)
        {
            return null;
        }

        DerReader whole = new(found.Value.Span);
        return whole.TryRead(DerTag.Integer, out DerElement number)
            ? new BigInteger(number.Content(found.Value.Span), isUnsigned: false, isBigEndian: true) : null;
    }

    /// <summary>True when <see cref="ThisUpdate"/> and <see cref="NextUpdate"/> enclose the time.</summary>
    public bool IsCurrent(DateTime at) => ThisUpdate <= at && (NextUpdate is null || at <= NextUpdate);

    /// <summary>Whether a certificate's key signed this list.</summary>
    public SignatureStatus CheckSignature(Certificate issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ReadOnlySpan<byte> document = _der.Span;
        return !_innerAlgorithm.Encoded(document).SequenceEqual(_algorithm.Encoded(document)) || _signature.Length == 0
            ? SignatureStatus.Invalid
            : SignatureChecker.Check(_toBeSigned.Encoded(document), SignatureAlgorithm, _signature.Content(document)[1..],
                issuer.PublicKey);
    }
}

using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Certificates.RevocationLists;

/// <summary>What a CRL says of a certificate.</summary>
internal enum CrlStatus
{
    /// <summary>It is about others.</summary>
    Silent,

    /// <summary>It is about it, and can't be believed or understood.</summary>
    Unusable,

    /// <summary>It does not list it.</summary>
    Good,

    /// <summary>It lists it.</summary>
    Revoked,
}

/// <summary>
/// Whether a CRL speaks about a certificate, and what it says (RFC 5280 §6.3.3): complete CRLs of the issuer, indirect ones that the
/// certificate names, and the deltas that go with either. Whether it is fresh is for the caller to judge.
/// </summary>
/// <param name="Status">What it says.</param>
/// <param name="Reason">Why it is silent or can't be used; empty where it is simply another issuer's.</param>
/// <param name="Entry">The entry of a revoked certificate.</param>
/// <param name="Reasons">The reasons that its silence speaks for.</param>
internal readonly record struct CrlAnswer(CrlStatus Status, string Reason = "", RevokedCertificate? Entry = null,
    int Reasons = CrlScope.AllReasons)
{
    /// <summary>removeFromCRL, RFC 5280 §5.3.1: a delta takes a hold back.</summary>
    private const int RemoveFromCrl = 8;

    /// <summary>The answer of a CRL by the issuer itself, without deltas.</summary>
    internal static CrlAnswer Of(CertificateRevocationList list, Certificate certificate, IEnumerable<Certificate> signers) =>
        Of(list, certificate, issuer => issuer.Equals(certificate.Issuer) ? signers : [], [], list.ThisUpdate);

    /// <param name="list">The CRL.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="signersOf">Certificates of an issuer of CRLs whose keys may have signed them, proven to be its; the likeliest
    /// first.</param>
    /// <param name="others">All CRLs at hand; the deltas among them that build upon the list are applied.</param>
    /// <param name="at">When deltas must be current, UTC.</param>
    internal static CrlAnswer Of(
        CertificateRevocationList list, Certificate certificate, Func<DistinguishedName, IEnumerable<Certificate>> signersOf,
            IReadOnlyList<CertificateRevocationList> others, DateTime at)
    {
        bool isOwn = list.Issuer.Equals(certificate.Issuer);
        if (!isOwn && !IsNamedBy(certificate, list.Issuer))
        {
            return new(CrlStatus.Silent);
        }

        if (list.IsDelta)
        {
            return new(CrlStatus.Unusable, "it is a delta CRL, and no complete one that it builds upon is at hand");
        }

        IEnumerable<Certificate> signers = signersOf(list.Issuer);
        if (FindFault(list, certificate, signers, isOwn, out int reasons) is { } fault)
        {
            return fault;
        }

        RevokedCertificate? entry = list.Find(certificate);
        foreach (CertificateRevocationList delta in others.Where(other => GoesWith(other, list) && other.IsCurrent(at))
            .OrderBy(other => other.Number))
        {
            if (FindFault(delta, certificate, signers, isOwn, out _) is null && delta.Find(certificate) is { } change)
            {
                entry = change.ReasonCode == RemoveFromCrl ? null : change;
            }
        }

        return entry is not null ? new(CrlStatus.Revoked, Entry: entry) : new(CrlStatus.Good, Reasons: reasons);
    }

    /// <summary>
    /// True where a delta belongs to a complete CRL (RFC 5280 §5.2.4): the same issuer and scope, built upon it or an earlier one, and
    /// newer.
    /// </summary>
    internal static bool GoesWith(CertificateRevocationList delta, CertificateRevocationList complete) =>
        delta.IsDelta && !complete.IsDelta && delta.Issuer.Equals(complete.Issuer)
        && delta.BaseNumber is { } start && delta.Number is { } number && complete.Number is { } known && start <= known && number > known
        && ScopeOf(delta).SequenceEqual(ScopeOf(complete));

    private static ReadOnlySpan<byte> ScopeOf(CertificateRevocationList list) =>
        list.Extensions.FirstOrDefault(static extension => extension.Oid == Oids.IssuingDistributionPoint) is { } scope ? scope.Value.Span
            : default;

    /// <summary>Whether the certificate says that another issues CRLs for it (cRLIssuer, RFC 5280 §4.2.1.13).</summary>
    private static bool IsNamedBy(Certificate certificate, DistinguishedName issuer) =>
        certificate.DistributionPoints.Any(point => point.CrlIssuer.Any(name => name.DirectoryName?.Equals(issuer) == true));

    private static CrlAnswer? FindFault(CertificateRevocationList list, Certificate certificate, IEnumerable<Certificate> signers,
        bool isOwn, out int reasons)
    {
        reasons = CrlScope.AllReasons;
        if (FindForgery(list, signers) is { } forgery)
        {
            return new(CrlStatus.Unusable, forgery);
        }

        if (list.NotUnderstood is { } unknown)
        {
            return new(CrlStatus.Unusable, unknown);
        }

        bool isIndirect = false;
        foreach (CertificateExtension extension in list.Extensions)
        {
            if (extension.Oid == Oids.IssuingDistributionPoint)
            {
                if (CrlScope.FindFault(extension, list.Issuer, certificate, out isIndirect, out reasons) is { } fault)
                {
                    return new(CrlStatus.Silent, fault);
                }
            }
            else if (extension.IsCritical
                && extension.Oid is not (Oids.CrlNumber or Oids.AuthorityKeyIdentifier or Oids.IssuerAltName or Oids.DeltaCrlIndicator))
            {
                return new(CrlStatus.Unusable, $"it has a critical extension that is not understood, {extension.Oid}");
            }
        }

        return isOwn || isIndirect ? null
            : new(CrlStatus.Unusable, "the certificate names its issuer for CRLs, and it is not an indirect CRL");
    }

    /// <summary>Why none of the keys vouches for it: what is wrong with the likeliest; null when one does.</summary>
    private static string? FindForgery(CertificateRevocationList list, IEnumerable<Certificate> signers)
    {
        string? first = null;
        foreach (Certificate signer in signers)
        {
            string? fault = signer.KeyUsage?.HasFlag(KeyUsage.CrlSign) == false ? "the key usage of its issuer does not allow signing CRLs"
                : list.CheckSignature(signer) switch
                {
                    SignatureStatus.Valid => null,
                    SignatureStatus.NotCheckable => "its signature can't be checked on this platform",
                    _ => "its signature is not by the issuer's key",
                };
            if (fault is null)
            {
                return null;
            }

            first ??= fault;
        }

        return first ?? "no key of its issuer is known";
    }
}

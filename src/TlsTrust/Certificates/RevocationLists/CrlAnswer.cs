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
/// Whether a CRL speaks about a certificate, and what it says (RFC 5280 §6.3.3). Indirect and delta CRLs are not used, as nobody
/// uses them for servers. Whether it is fresh is for the caller to judge.
/// </summary>
/// <param name="Status">What it says.</param>
/// <param name="Reason">Why it is silent or can't be used; empty where it is simply another issuer's.</param>
/// <param name="Entry">The entry of a revoked certificate.</param>
internal readonly record struct CrlAnswer(CrlStatus Status, string Reason = "", RevokedCertificate? Entry = null)
{
    /// <param name="list">The CRL.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="signers">Certificates of its issuer whose keys may have signed the CRL, proven to be the issuer's; the likeliest first.</param>
    internal static CrlAnswer Of(CertificateRevocationList list, Certificate certificate, IEnumerable<Certificate> signers)
    {
        if (!list.Issuer.Equals(certificate.Issuer))
        {
            return new(CrlStatus.Silent);
        }

        if (FindForgery(list, signers) is { } forgery)
        {
            return new(CrlStatus.Unusable, forgery);
        }

        bool isPartial = false;
        foreach (CertificateExtension extension in list.Extensions)
        {
            switch (extension.Oid)
            {
                case Oids.CrlNumber or Oids.AuthorityKeyIdentifier or Oids.IssuerAltName:
                    break;
                case Oids.DeltaCrlIndicator:
                    return new(CrlStatus.Unusable, "it is a delta CRL");
                case Oids.IssuingDistributionPoint:
                    if (CrlScope.FindFault(extension, certificate, out isPartial) is { } fault)
                    {
                        return new(CrlStatus.Silent, fault);
                    }

                    break;
                default:
                    if (extension.IsCritical)
                    {
                        return new(CrlStatus.Unusable, $"it has a critical extension that is not understood, {extension.Oid}");
                    }

                    break;
            }
        }

        return list.Find(certificate.SerialNumber) is { } entry ? new(CrlStatus.Revoked, Entry: entry)
            : isPartial ? new(CrlStatus.Unusable, "it covers only some reasons")
            : new(CrlStatus.Good);
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

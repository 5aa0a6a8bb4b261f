using System.Globalization;
using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.3.3: a CRL of the issuer, signed by its key and current, does not list the certificate.</summary>
internal static class RevocationRule
{
    private const string Clause = "RFC 5280 §6.3.3";

    /// <param name="context">The certificate that may be revoked.</param>
    /// <param name="issuer">Its issuer, whose CRLs count.</param>
    internal static void Check(RuleContext context, Certificate issuer)
    {
        foreach (CertificateRevocationList crl in context.Query.Crls)
        {
            // Indirect CRLs, of another issuer, are not processed: nobody uses them for servers.
            if (!crl.Issuer.Equals(context.Certificate.Issuer))
            {
                continue;
            }

            if (FindUnusable(crl, issuer, context.Query.At) is { } reason)
            {
                context.ErrorIfStrict(PathRule.RevocationUnknown, $"the CRL of {crl.Issuer} can't be used: {reason}", Clause);
            }
            else if (crl.Find(context.Certificate.SerialNumber) is { } entry)
            {
                string day = entry.RevokedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                context.Error(PathRule.Revoked, $"revoked on {day} by the CRL of {crl.Issuer}", Clause);
            }
        }
    }

    private static string? FindUnusable(CertificateRevocationList crl, Certificate issuer, DateTime at)
    {
        if (issuer.KeyUsage is { } usage && (usage & KeyUsage.CrlSign) == 0)
        {
            return "the key usage of its issuer does not allow signing CRLs";
        }

        if (crl.CheckSignature(issuer) != SignatureStatus.Valid)
        {
            return "its signature does not verify";
        }

        if (!crl.IsCurrent(at))
        {
            return "it is not current";
        }

        CertificateExtension? number = crl.Extensions.FirstOrDefault(static e => e.Oid == Oids.CrlNumber);
        if (number is null or { IsCritical: true })
        {
            return number is null ? "it has no CRL number" : "its CRL number is marked critical";
        }

        CertificateExtension? unknown = crl.Extensions.FirstOrDefault(static e => e.IsCritical && e.Oid is not (Oids.AuthorityKeyIdentifier or Oids.IssuerAltName));
        return unknown is null ? null : $"critical extension {unknown.Oid} is not processed";
    }
}

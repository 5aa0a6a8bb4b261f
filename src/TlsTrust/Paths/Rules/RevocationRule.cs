using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.3.3: a CRL of the issuer, signed by its key and current, does not list the certificate.</summary>
internal static class RevocationRule
{
    internal static void Check(RuleContext context, Certificate issuer)
    {
        foreach (CertificateRevocationList crl in context.Query.Crls)
        {
            if (!crl.Issuer.Equals(context.Certificate.Issuer) || crl.CheckSignature(issuer) != SignatureStatus.Valid)
            {
                continue;
            }

            if (crl.Find(context.Certificate.SerialNumber) is { } entry)
            {
                context.Error(PathRule.Revoked, $"revoked on {entry.RevokedAt:yyyy-MM-dd} by the CRL of {crl.Issuer}", "RFC 5280 §6.3.3");
            }
            else if (!crl.IsCurrent(context.Query.At))
            {
                context.ErrorIfStrict(PathRule.RevocationUnknown, $"the CRL of {crl.Issuer} is not current", "RFC 5280 §6.3.3 (a)");
            }
        }
    }
}

using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.RevocationLists;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.3.3: a CRL of the issuer, signed by a key of its and current, does not list the certificate.</summary>
internal static class RevocationRule
{
    private const string Clause = "RFC 5280 §6.3.3";

    /// <param name="context">The certificate that may be revoked.</param>
    /// <param name="signers">Certificates of its issuer whose keys may have signed CRLs.</param>
    internal static void Check(RuleContext context, IEnumerable<Certificate> signers)
    {
        string? unusable = null;
        bool isKnownGood = false;
        foreach (CertificateRevocationList crl in context.Query.Crls)
        {
            CrlAnswer answer = CrlAnswer.Of(crl, context.Certificate, signers);
            string fault = answer.Status == CrlStatus.Unusable ? answer.Reason : FindFault(crl, context.Query.At);
            if (answer.Status == CrlStatus.Revoked)
            {
                string day = answer.Entry!.RevokedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                context.Error(PathRule.Revoked, $"revoked on {day} by the CRL of {crl.Issuer}", Clause);
                return;
            }

            if (answer.Status != CrlStatus.Silent)
            {
                isKnownGood |= fault.Length == 0;
                unusable ??= fault.Length > 0 ? $"the CRL of {crl.Issuer} can't be used: {fault}" : null;
            }
        }

        if (!isKnownGood && unusable is not null)
        {
            context.ErrorIfProfile(PathRule.RevocationUnknown, unusable, Clause);
        }
    }

    private static string FindFault(CertificateRevocationList crl, DateTime at)
    {
        CertificateExtension? number = crl.Extensions.FirstOrDefault(static e => e.Oid == Oids.CrlNumber);
        return !crl.IsCurrent(at) ? "it is not current"
            : number is null ? "it has no CRL number"
            : number.IsCritical ? "its CRL number is marked critical"
            : "";
    }
}

using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.RevocationLists;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §6.3.3: a CRL of the issuer, or an indirect one that the certificate names, signed by a key of its issuer and current, does
/// not list the certificate. Where CRLs are at hand and none that can be used is about it, that is said.
/// </summary>
internal static class RevocationRule
{
    private const string Clause = "RFC 5280 §6.3.3";

    /// <summary>3 issuers of CRLs are named; nobody reads more.</summary>
    private const int MaximumNamed = 3;

    /// <param name="context">The certificate that may be revoked.</param>
    /// <param name="signersOf">Certificates of an issuer of CRLs whose keys may have signed them.</param>
    internal static void Check(RuleContext context, Func<DistinguishedName, IEnumerable<Certificate>> signersOf)
    {
        IReadOnlyList<CertificateRevocationList> lists = context.Query.Crls;
        string? unusable = null;
        int covered = 0;
        foreach (CertificateRevocationList crl in lists)
        {
            // A delta speaks through the CRL that it builds upon.
            if (crl.IsDelta && lists.Any(complete => CrlAnswer.GoesWith(crl, complete)))
            {
                continue;
            }

            CrlAnswer answer = CrlAnswer.Of(crl, context.Certificate, signersOf, lists, context.Query.At);
            if (answer.Status == CrlStatus.Revoked)
            {
                string day = answer.Entry!.RevokedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                context.Error(PathRule.Revoked, $"revoked on {day} by the CRL of {crl.Issuer}", Clause);
                return;
            }

            string fault = answer.Status == CrlStatus.Good ? FindFault(crl, context.Query.At) : answer.Reason;
            covered |= answer.Status == CrlStatus.Good && fault.Length == 0 ? answer.Reasons : 0;
            fault = fault.Length == 0 && answer.Status == CrlStatus.Good && answer.Reasons != CrlScope.AllReasons
                ? "it covers only some reasons" : fault;
            unusable ??= fault.Length > 0 ? $"the CRL of {crl.Issuer} can't be used: {fault}" : null;
        }

        if (covered != CrlScope.AllReasons)
        {
            context.ErrorIfStrict(PathRule.RevocationUnknown, unusable ?? $"no CRL at hand is about it: {Issuers(lists)}", Clause);
        }
    }

    private static string Issuers(IReadOnlyList<CertificateRevocationList> lists)
    {
        string[] issuers = [.. lists.Select(static list => list.Issuer.ToString()).Distinct()];
        return $"{(issuers.Length == 1 ? "it is" : "they are")} of {string.Join("; ", issuers.Take(MaximumNamed))}"
            + (issuers.Length > MaximumNamed ? $" and {issuers.Length - MaximumNamed} more" : "");
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

using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §4.2.1 and §4.2.2: which extensions must be marked critical and which must not.</summary>
internal static class CriticalityRule
{
    internal static void Check(RuleContext context)
    {
        Certificate certificate = context.Certificate;
        foreach (CertificateExtension extension in certificate.Extensions)
        {
            (bool? mustBeCritical, string clause) = Demand(extension.Oid, certificate);
            if (mustBeCritical == false && extension.IsCritical && extension.Oid is Oids.AuthorityInfoAccess or Oids.SubjectInfoAccess)
            {
                context.ErrorIfStrict(PathRule.StrictX509, $"extension {extension.Oid} must not be marked critical", clause);
            }
            else if (mustBeCritical is { } must && must != extension.IsCritical)
            {
                context.ErrorIfProfile(PathRule.StrictX509,
                    $"extension {extension.Oid} {(must ? "is not marked critical" : "must not be marked critical")}", clause);
            }
            else if (extension is { Oid: Oids.NameConstraints, IsCritical: false })
            {
                context.Warn(PathRule.StrictX509, "name constraints are not marked critical, which the Baseline Requirements allow",
                    "RFC 5280 §4.2.1.10");
            }
        }
    }

    private static (bool? MustBeCritical, string Clause) Demand(string oid, Certificate certificate) => oid switch
    {
        Oids.AuthorityKeyIdentifier => (false, "RFC 5280 §4.2.1.1"),
        Oids.SubjectKeyIdentifier => (false, "RFC 5280 §4.2.1.2"),
        Oids.SubjectAltName => (certificate.Subject.IsEmpty, "RFC 5280 §4.2.1.6, BR §7.1.2.7.12"),
        Oids.BasicConstraints when certificate.IsCA => (true, "RFC 5280 §4.2.1.9"),
        Oids.PolicyConstraints => (true, "RFC 5280 §4.2.1.11"),
        Oids.InhibitAnyPolicy => (true, "RFC 5280 §4.2.1.14"),
        Oids.FreshestCrl => (false, "RFC 5280 §4.2.1.15"),
        Oids.ExtendedKeyUsage => (false, "BR §7.1.2.7.6"),
        Oids.AuthorityInfoAccess => (false, "RFC 5280 §4.2.2.1"),
        Oids.SubjectInfoAccess => (false, "RFC 5280 §4.2.2.2"),
        _ => (null, ""),
    };
}

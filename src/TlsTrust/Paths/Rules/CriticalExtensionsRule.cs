using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.1.4 (o), §6.1.5 (f) and §4.2: a critical extension that is not understood refuses the certificate.</summary>
internal static class CriticalExtensionsRule
{
    internal static void Check(RuleContext context)
    {
        foreach (CertificateExtension extension in context.Certificate.Extensions)
        {
            if (extension.IsCritical && !IsProcessed(extension.Oid))
            {
                context.Error(PathRule.CriticalExtension, $"critical extension {extension.Oid} is not known", "RFC 5280 §4.2");
            }
        }
    }

    /// <summary>
    /// Key identifiers are left out on purpose: RFC 5280 forbids marking them critical, and OpenSSL, Go and .NET refuse it.
    /// </summary>
    internal static bool IsProcessed(string oid) =>
        oid is Oids.KeyUsage or Oids.SubjectAltName or Oids.BasicConstraints or Oids.NameConstraints
        or Oids.CertificatePolicies or Oids.PolicyMappings or Oids.PolicyConstraints or Oids.InhibitAnyPolicy or Oids.ExtendedKeyUsage
        or Oids.CrlDistributionPoints or Oids.AuthorityInfoAccess or Oids.IssuerAltName or Oids.FreshestCrl or Oids.SubjectInfoAccess
            or Oids.TlsFeature or Oids.OcspNoCheck;
}

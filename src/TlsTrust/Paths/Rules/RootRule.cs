using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// CA/Browser Forum Baseline Requirements §7.1.2.1: what is in a root and what is not; and RFC 5280 §4.1.2.6: a CA has a name.
/// </summary>
internal static class RootRule
{
    internal static void Check(RuleContext context)
    {
        Certificate certificate = context.Certificate;
        if (context.IsLeaf)
        {
            return;
        }

        if (certificate.Subject.IsEmpty)
        {
            context.ErrorIfProfile(PathRule.StrictX509, "a CA with an empty subject", "RFC 5280 §4.1.2.6");
        }

        if (context.Position != PathPosition.Anchor || !certificate.IsSelfIssued)
        {
            return;
        }

        if (certificate.ExtendedKeyUsages is not null)
        {
            context.ErrorIfProfile(PathRule.StrictX509, "a root with extended key usage", "BR §7.1.2.1.2");
        }

        if (certificate.AuthorityKeyIdentifier is { } authority)
        {
            if (authority.Issuer.Count > 0 || authority.SerialNumber is not null)
            {
                context.ErrorIfProfile(PathRule.StrictX509, "a root whose authority key identifier names issuer or serial number",
                    "BR §7.1.2.1.3");
            }

            if (authority.KeyIdentifier is { } key && certificate.SubjectKeyIdentifier is { } own && !key.Equals(own))
            {
                context.ErrorIfProfile(PathRule.StrictX509, "a root whose authority and subject key identifiers differ", "BR §7.1.2.1.3");
            }
        }
    }
}

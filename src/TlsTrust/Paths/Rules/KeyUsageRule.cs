using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.1.4 (n) and §4.2.1.3: an issuer whose key usage is given may sign certificates.</summary>
internal static class KeyUsageRule
{
    internal static void Check(RuleContext context)
    {
        Certificate certificate = context.Certificate;
        if (context.IsLeaf)
        {
            if (certificate.KeyUsage is { } leafUsage && (leafUsage & KeyUsage.KeyCertSign) != 0 && !certificate.IsCA)
            {
                context.ErrorIfStrict(PathRule.StrictX509, "key usage allows signing certificates, and the certificate is no CA", "RFC 5280 §4.2.1.9");
            }

            return;
        }

        if (certificate.KeyUsage is not { } usage)
        {
            if (certificate.FindExtension(Oids.KeyUsage) is null && certificate.Version == 3)
            {
                context.ErrorIfStrict(PathRule.StrictX509, "a CA without key usage", "RFC 5280 §4.2.1.3");
            }
        }
        else if ((usage & KeyUsage.KeyCertSign) == 0)
        {
            context.Error(PathRule.NotCa, "key usage does not allow signing certificates", "RFC 5280 §6.1.4 (n)");
        }
    }
}

using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.1.4 (k) and §4.2.1.9: an issuer is a CA. An anchor of version 1 or 2 can't say so and is believed.</summary>
internal static class BasicConstraintsRule
{
    internal static void Check(RuleContext context)
    {
        Certificate certificate = context.Certificate;
        if (context.IsLeaf)
        {
            return;
        }

        if (certificate.BasicConstraints is not { } constraints)
        {
            if (context.Position == PathPosition.Anchor && certificate.Version < 3)
            {
                context.ErrorIfStrict(PathRule.NotCa, "a version 1 certificate, which can't say that it is a CA", "RFC 5280 §6.1.4 (k)");
                return;
            }

            context.Error(PathRule.NotCa, "not a CA: basic constraints are missing", "RFC 5280 §6.1.4 (k)");
        }
        else if (!constraints.IsCA)
        {
            context.Error(PathRule.NotCa, "not a CA: basic constraints say so", "RFC 5280 §6.1.4 (k)");
        }
        else if (!constraints.IsCritical)
        {
            context.ErrorIfStrict(PathRule.StrictX509, "basic constraints of a CA are not marked critical", "RFC 5280 §4.2.1.9");
        }
    }
}

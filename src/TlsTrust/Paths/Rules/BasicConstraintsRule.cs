using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.1.4 (k) and §4.2.1.9: an issuer is a CA.</summary>
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
            const string Message = "not a CA: basic constraints are missing";
            if (context.Position == PathPosition.Anchor)
            {
                // Who made it an anchor said so; OpenSSL, .NET and GnuTLS believe it.
                context.ErrorIfProfile(PathRule.NotCa, Message, "RFC 5280 §4.2.1.9");
            }
            else
            {
                context.Error(PathRule.NotCa, Message, "RFC 5280 §6.1.4 (k)");
            }
        }
        else if (!constraints.IsCA)
        {
            context.Error(PathRule.NotCa, "not a CA: basic constraints say so", "RFC 5280 §6.1.4 (k)");
        }
    }
}

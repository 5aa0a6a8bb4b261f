using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.1.4 (k) and §4.2.1.9: an issuer is a CA.</summary>
internal static class BasicConstraintsRule
{
    internal static void Check(RuleContext context)
    {
        Certificate certificate = context.Certificate;
        CheckPathLength(context, certificate);
        if (context.IsLeaf)
        {
            return;
        }

        if (certificate.BasicConstraints is not { } constraints)
        {
            const string Message = "not a CA: basic constraints are missing";
            if (context.Position == PathPosition.Anchor && CaMarks.Read(certificate) != CaAnswer.No)
            {
                // Who made it an anchor said so; OpenSSL, .NET and GnuTLS believe it of version 1, and of a key usage that says so.
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

    /// <summary>A path length is for CAs that may sign certificates.</summary>
    private static void CheckPathLength(RuleContext context, Certificate certificate)
    {
        if (certificate.BasicConstraints is { PathLength: not null } constraints
            && (!constraints.IsCA || certificate.KeyUsage?.HasFlag(KeyUsage.KeyCertSign) == false))
        {
            context.ErrorIfStrict(PathRule.StrictX509, "a path length, and no right to sign certificates", "RFC 5280 §4.2.1.9");
        }
    }
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §6.1.3 (a)(1): the issuer's key made the signature.</summary>
internal static class SignatureRule
{
    private const string Clause = "RFC 5280 §6.1.3 (a)(1)";

    internal static void Check(RuleContext context, Certificate issuer, SignatureStatus status)
    {
        switch (status)
        {
            case SignatureStatus.Invalid:
                context.Error(PathRule.BadSignature, $"its signature was not made by the key of {issuer}", Clause);
                break;
            case SignatureStatus.NotCheckable:
                context.Error(PathRule.NotCheckable, $"its signature ({context.Certificate.SignatureAlgorithm.Name}, key {issuer.PublicKey}) can't be checked on this platform", Clause);
                break;
        }
    }
}

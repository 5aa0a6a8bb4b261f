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
        // A key that can't be used is the fault of the certificate that holds it, and is told there.
        if (status == SignatureStatus.Invalid)
        {
            context.Error(PathRule.BadSignature, $"its signature was not made by the key of {issuer}", Clause);
        }
        else if (status == SignatureStatus.NotCheckable && FindKeyFault(issuer, context.Certificate) is null)
        {
            context.Error(PathRule.NotCheckable,
                $"its signature ({context.Certificate.SignatureAlgorithm.Name}, key {issuer.PublicKey}) can't be checked on this platform",
                    Clause);
        }
    }

    /// <summary>The other side of the same: an issuer whose key can't be read or computed with.</summary>
    internal static void CheckKey(RuleContext context, Certificate child)
    {
        if (FindKeyFault(context.Certificate, child) is { } fault)
        {
            context.Error(PathRule.Malformed, $"its public key {fault}, so that no signature below it can be checked", "RFC 5280 §4.1.2.7");
        }
    }

    /// <summary>
    /// Why an issuer's key is no good for the signature; null where it is, or where only this platform lacks the algorithm.
    /// </summary>
    private static string? FindKeyFault(Certificate issuer, Certificate child)
    {
        PublicKeyInfo key = issuer.PublicKey;
        bool isKnownAlgorithm = child.SignatureAlgorithm.Kind is SignatureKind.RsaPkcs1 or SignatureKind.RsaPss or SignatureKind.Ecdsa;
        return key.Fault
            ?? (key.Kind == PublicKeyKind.Unknown && isKnownAlgorithm
                ? $"is of an algorithm that does not go with {child.SignatureAlgorithm.Name}, {key.AlgorithmOid}" : null);
    }
}

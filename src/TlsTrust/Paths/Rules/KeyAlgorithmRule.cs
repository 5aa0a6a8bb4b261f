using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// CA/Browser Forum Baseline Requirements §6.1.5: RSA with a modulus of whole octets, or P-256, P-384, P-521 by name; nothing else.
/// </summary>
internal static class KeyAlgorithmRule
{
    internal static void Check(RuleContext context)
    {
        PublicKeyInfo key = context.Certificate.PublicKey;
        if (key is { Kind: PublicKeyKind.EllipticCurve, CurveOid: null })
        {
            // Whoever writes the parameters chooses the generator, and with it the private key (CVE-2020-0601).
            context.Error(PathRule.WeakKey, "an elliptic curve given by explicit parameters", "RFC 5480 §2.1.1");
            return;
        }

        string? fault = key.Kind switch
        {
            PublicKeyKind.Rsa when key.SizeInBits is >= AlgorithmStrengthRule.MinimumRsaBits and < AlgorithmStrengthRule.BaselineRsaBits =>
                $"a modulus of {key.SizeInBits} bits, less than {AlgorithmStrengthRule.BaselineRsaBits}",
            PublicKeyKind.Rsa => key.SizeInBits % 8 == 0 ? null : $"a modulus of {key.SizeInBits} bits, which is not a multiple of 8",
            PublicKeyKind.EllipticCurve =>
                key.CurveOid is EllipticCurves.P256 or EllipticCurves.P384 or EllipticCurves.P521 ? null
                    : $"a key on a curve that is not allowed: {key}",
            _ => $"a kind of key that is not allowed: {key}",
        };
        if (fault is not null)
        {
            context.ErrorIfProfile(PathRule.StrictX509, fault, "BR §6.1.5");
        }
    }
}

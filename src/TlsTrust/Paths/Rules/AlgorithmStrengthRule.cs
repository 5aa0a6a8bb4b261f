using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// CA/Browser Forum Baseline Requirements §6.1.5 and §7.1.3.2, and OpenSSL's security level 2: no SHA-1 or MD5, RSA of
/// 112 bits of security, curves from P-256. The signature of an anchor counts for nothing and is not looked at.
/// </summary>
internal static class AlgorithmStrengthRule
{
    /// <summary>The shortest RSA modulus that counts as 112 bits of security, OpenSSL's level 2.</summary>
    internal const int MinimumRsaBits = 1962;

    /// <summary>What the Baseline Requirements ask for; OpenSSL takes a little less, which only strict clients mind.</summary>
    internal const int BaselineRsaBits = 2048;

    /// <summary>P-224 would do for OpenSSL's level 2; no browser takes it.</summary>
    internal const int MinimumCurveBits = 256;

    internal static void Check(RuleContext context)
    {
        Certificate certificate = context.Certificate;

        // A path may be its anchor alone.
        bool isAnchor = context.Position == PathPosition.Anchor
            || (certificate.IsSelfIssued && context.Query.Anchors.Contains(certificate));
        if (certificate.SignatureAlgorithm.IsWeak && !isAnchor)
        {
            context.Error(PathRule.WeakSignature, $"signed with {certificate.SignatureAlgorithm.Name}", "BR §7.1.3.2");
        }

        PublicKeyInfo key = certificate.PublicKey;
        int minimum = key.Kind switch
        {
            PublicKeyKind.Rsa or PublicKeyKind.Dsa => MinimumRsaBits,
            PublicKeyKind.EllipticCurve when key.CurveOid is not null => MinimumCurveBits,
            _ => 0,
        };
        if (key.SizeInBits > 0 && key.SizeInBits < minimum)
        {
            int asked = minimum == MinimumRsaBits ? BaselineRsaBits : minimum;
            context.Error(PathRule.WeakKey, $"a key of {key}; at least {asked} bits are asked for", "BR §6.1.5");
        }
    }
}

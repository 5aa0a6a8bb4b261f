using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 7633 §4.2.2: what a CA demands of the servers below it, their certificates demand as well. Of the clients only GnuTLS looks.
/// </summary>
internal static class TlsFeatureRule
{
    internal const string Clause = "RFC 7633 §4.2.2";

    /// <param name="context">The certificate.</param>
    /// <param name="issuer">The next above it.</param>
    internal static void Check(RuleContext context, Certificate issuer)
    {
        if (FindFault(context.Certificate, issuer) is { } fault)
        {
            context.ErrorIfStrict(PathRule.StrictX509, fault, Clause);
        }
    }

    /// <summary>What the issuer demands and the certificate does not; null where that is nothing.</summary>
    internal static string? FindFault(Certificate certificate, Certificate issuer) =>
        issuer.TlsFeatures.Except(certificate.TlsFeatures).ToList() is { Count: > 0 } missing
            ? $"it lacks the TLS feature {string.Join(", ", missing)}, which its issuer {issuer} demands" : null;
}

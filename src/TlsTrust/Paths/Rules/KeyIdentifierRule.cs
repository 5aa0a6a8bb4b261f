using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §4.2.1.1 and §4.2.1.2: every certificate names its issuer's key, but for self-signed ones; every CA names its own.
/// </summary>
internal static class KeyIdentifierRule
{
    internal static void Check(RuleContext context)
    {
        Certificate certificate = context.Certificate;
        if (certificate.Version < 3)
        {
            return;
        }

        if (certificate.AuthorityKeyIdentifier?.KeyIdentifier is null
            && !(certificate.AuthorityKeyIdentifier is null && IsSignedByItself(context)))
        {
            context.ErrorIfProfile(PathRule.StrictX509, "the authority key identifier, or the key identifier in it, is missing",
                "RFC 5280 §4.2.1.1");
        }

        if (certificate.IsCA && certificate.SubjectKeyIdentifier is null)
        {
            context.ErrorIfProfile(PathRule.StrictX509, "a CA without subject key identifier", "RFC 5280 §4.2.1.2");
        }
    }

    /// <summary>By its key, whatever its issuer is called. Only anchors are worth the check.</summary>
    private static bool IsSignedByItself(RuleContext context) =>
        context.Certificate.IsSelfIssued
        || (context.DemandsProfile && context.Position == PathPosition.Anchor
            && context.Certificate.VerifySignature(context.Certificate) == SignatureStatus.Valid);
}

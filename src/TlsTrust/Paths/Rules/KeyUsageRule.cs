using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §6.1.4 (n) and §4.2.1.3: an issuer whose key usage is given may sign certificates; a leaf may do what its purpose needs.
/// </summary>
internal static class KeyUsageRule
{
    private const string NetscapeClause = "Netscape Certificate Type";

    internal static void Check(RuleContext context)
    {
        Certificate certificate = context.Certificate;
        if (context.IsLeaf)
        {
            CheckLeaf(context, certificate);
            return;
        }

        if (certificate.KeyUsage is not { } usage)
        {
            if (certificate.FindExtension(Oids.KeyUsage) is null && certificate.Version == 3)
            {
                context.Warn(PathRule.StrictX509, "a CA without key usage", "RFC 5280 §4.2.1.3");
            }
        }
        else if ((usage & KeyUsage.KeyCertSign) == 0)
        {
            context.Error(PathRule.NotCa, "key usage does not allow signing certificates", "RFC 5280 §6.1.4 (n)");
        }
    }

    /// <summary>RFC 8446 §4.4.2.2 and RFC 5246 §7.4.2: a TLS server signs, or (RSA key exchange, DH) enciphers or agrees on keys.</summary>
    private static void CheckLeaf(RuleContext context, Certificate certificate)
    {
        int wanted = context.Query.Purpose switch
        {
            Purpose.ServerAuthentication => CaMarks.NetscapeServer,
            Purpose.ClientAuthentication => CaMarks.NetscapeClient,
            _ => 0,
        };
        if (wanted != 0 && CaMarks.NetscapeType(certificate) is { } type && (type & wanted) == 0)
        {
            // Twenty years out of use, and OpenSSL and Java still look at it.
            context.Error(PathRule.WrongUsage, "its Netscape certificate type is for another purpose", NetscapeClause);
        }

        if (certificate.KeyUsage is not { } usage)
        {
            return;
        }

        if (context.Query.Purpose != Purpose.Any
            && (usage & (KeyUsage.DigitalSignature | KeyUsage.KeyEncipherment | KeyUsage.KeyAgreement)) == 0)
        {
            context.Error(PathRule.WrongUsage, "key usage allows none of what TLS does with a key", "RFC 8446 §4.4.2.2");
        }

        if ((usage & KeyUsage.KeyCertSign) != 0 && !certificate.IsCA)
        {
            context.ErrorIfProfile(PathRule.StrictX509, "key usage allows signing certificates, and the certificate is no CA",
                "RFC 5280 §4.2.1.9");
        }
    }
}

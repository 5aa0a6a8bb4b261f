using System.Net;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// CA/Browser Forum Baseline Requirements §7.1.2.7 and §7.1.4.3: what a server certificate is and how its names are written.
/// </summary>
internal static class SubscriberRule
{
    internal static void Check(RuleContext context)
    {
        if (!context.IsLeaf || context.Query.Purpose != Purpose.ServerAuthentication)
        {
            return;
        }

        Certificate certificate = context.Certificate;
        if (certificate.Version != 3)
        {
            context.ErrorIfProfile(PathRule.StrictX509, $"a version {certificate.Version} certificate", "BR §7.1.1");
        }

        if (certificate.IsCA)
        {
            context.ErrorIfProfile(PathRule.StrictX509, "a CA certificate as a server's certificate", "BR §7.1.2.7.8");
        }

        if (certificate.SubjectAlternativeName is { } names)
        {
            CheckCommonName(context, certificate, names);
        }
    }

    /// <summary>
    /// The common name repeats one of the SAN's names, character for character. Another spelling of one of them (case, or the
    /// notation of an address) is refused; a common name that is no name of the SAN at all is too usual for more than a warning.
    /// </summary>
    private static void CheckCommonName(RuleContext context, Certificate certificate, SubjectAlternativeName names)
    {
        const string Clause = "BR §7.1.4.3";
        if (certificate.Subject.CommonName is not { Length: > 0 } common
            || names.DnsNames.Contains(common) || names.IpAddresses.Any(address => address.ToString() == common))
        {
            return;
        }

        bool isOtherSpelling = names.DnsNames.Contains(common, StringComparer.OrdinalIgnoreCase)
            || (IPAddress.TryParse(common, out IPAddress? address) && names.IpAddresses.Contains(address));
        if (isOtherSpelling)
        {
            context.ErrorIfProfile(PathRule.StrictX509, "the common name spells a name of the subject alternative name in another way",
                Clause);
        }
        else
        {
            context.Warn(PathRule.StrictX509, "the common name is not one of the names in the subject alternative name", Clause);
        }
    }
}

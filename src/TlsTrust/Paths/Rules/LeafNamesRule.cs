using System.Net;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §4.2.1.6 and §4.2.1.10: how the names of an end entity are written, and that it constrains none.</summary>
internal static class LeafNamesRule
{
    private const string Clause = "RFC 5280 §4.2.1.6";

    internal static void Check(RuleContext context)
    {
        if (!context.IsLeaf)
        {
            return;
        }

        Certificate certificate = context.Certificate;
        if (certificate.NameConstraints is not null && !certificate.IsCA)
        {
            context.ErrorIfStrict(PathRule.StrictX509, "name constraints in a certificate that is no CA", "RFC 5280 §4.2.1.10");
        }

        foreach (string name in certificate.SubjectAlternativeName?.DnsNames ?? [])
        {
            ReadOnlySpan<char> plain = DnsName.IsWildcard(name) ? name.AsSpan(2) : name;
            if (DnsName.IsPreferredSyntax(plain) && !IPAddress.TryParse(plain, out _))
            {
                continue;
            }

            if (name.AsSpan().Trim(' ').Length == 0)
            {
                context.ErrorIfStrict(PathRule.StrictX509, "a DNS name that is empty", Clause);
            }
            else if (name.EndsWith('.'))
            {
                context.ErrorIfStrict(PathRule.StrictX509, $"DNS:{name} ends in a period", Clause);
            }
            else
            {
                context.ErrorIfProfile(PathRule.StrictX509, $"DNS:{name} is not in the preferred name syntax", Clause);
            }

            break;
        }
    }
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §4.2.1.12: extended key usage, where present, names the purpose. In a CA it constrains everything below, which
/// RFC 5280 does not say and every client does.
/// </summary>
internal static class ExtendedKeyUsageRule
{
    private const string Clause = "RFC 5280 §4.2.1.12";

    internal static void Check(RuleContext context)
    {
        string? wanted = context.Query.Purpose switch
        {
            Purpose.ServerAuthentication => Oids.ServerAuthentication,
            Purpose.ClientAuthentication => Oids.ClientAuthentication,
            _ => null,
        };
        if (wanted is null)
        {
            return;
        }

        if (context.Certificate.ExtendedKeyUsages is not { } usages)
        {
            if (context.IsLeaf && context.Query.RequireExtendedKeyUsage)
            {
                context.Error(PathRule.WrongUsage, "extended key usage is missing", "BR §7.1.2.7.6");
            }

            return;
        }

        if (usages.Contains(Oids.AnyExtendedKeyUsage))
        {
            if (context.IsLeaf)
            {
                context.ErrorIfProfile(PathRule.StrictX509, "extended key usage allows anything", "BR §7.1.2.7.10");
            }

            return;
        }

        if (usages.Contains(wanted))
        {
            return;
        }

        string purpose = context.Query.Purpose == Purpose.ServerAuthentication ? "TLS server authentication" : "TLS client authentication";
        context.Error(PathRule.WrongUsage, $"extended key usage does not allow {purpose}", Clause);
    }
}

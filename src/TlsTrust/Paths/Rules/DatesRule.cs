using System.Globalization;
using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §6.1.3 (a)(2) and §4.1.2.5: the time lies within the validity period, both ends included. Clients check anchors too.
/// </summary>
internal static class DatesRule
{
    private const string Clause = "RFC 5280 §6.1.3 (a)(2)";

    internal static void Check(RuleContext context)
    {
        // Validity is given in whole seconds: 0.005 s after notAfter is still within its last second.
        DateTime at = context.Query.At;
        at = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
        if (at < context.Certificate.NotBefore)
        {
            context.Error(PathRule.NotYetValid, $"not valid before {Format(context.Certificate.NotBefore)}", Clause);
        }

        if (at > context.Certificate.NotAfter)
        {
            context.Error(PathRule.Expired, $"expired on {Format(context.Certificate.NotAfter)}", Clause);
        }
    }

    private static string Format(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §4: a certificate that is not encoded as DER demands is refused; one against the profile only by strict clients.</summary>
internal static class MalformedRule
{
    internal static void Check(RuleContext context)
    {
        foreach (DerFault fault in context.Certificate.Faults)
        {
            if (fault.Kind == DerFaultKind.Encoding)
            {
                context.Error(PathRule.Malformed, fault.ToString(), fault.Rule);
            }
            else
            {
                context.ErrorIfStrict(PathRule.StrictX509, fault.ToString(), fault.Rule);
            }
        }
    }
}

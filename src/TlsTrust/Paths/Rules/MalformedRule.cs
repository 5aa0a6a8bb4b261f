using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §4: a certificate that is not encoded as DER demands is refused, and one whose times are of another form (OpenSSL's
/// errors 13 and 14); one otherwise against the profile only by strict clients.
/// Three departures are what clients live with: GeneralizedTime before 2050 (§4.1.2.5), defaults that are written out (X.690
/// §11.5), and serial numbers that are no good (§4.1.2.2) in roots, of which some public ones have 0.
/// </summary>
internal static class MalformedRule
{
    internal static void Check(RuleContext context)
    {
        foreach (DerFault fault in context.Certificate.Faults)
        {
            if (fault.Kind == DerFaultKind.Encoding || (fault.Kind == DerFaultKind.Profile && fault.Rule == CertificateTime.Rule))
            {
                context.Error(PathRule.Malformed, fault.ToString(), fault.Rule, fault);
            }
            else if (fault.Kind == DerFaultKind.Tolerated
                || (context.Position == PathPosition.Anchor && fault.Rule == CertificateProfile.SerialNumberRule))
            {
                context.Warn(PathRule.StrictX509, fault.ToString(), fault.Rule);
            }
            else
            {
                context.ErrorIfStrict(PathRule.StrictX509, fault.ToString(), fault.Rule);
            }
        }
    }
}

using TlsTrust.Bundles;
using TlsTrust.CertificateFiles;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>What other cmdlets' results hold for a bundle: the certificates of a chain, its roots left out.</summary>
internal static class BundleInput
{
    /// <summary>Adds what a result holds; false, with the reason, where that is nothing.</summary>
    public static bool TryTake(IResult result, List<AdditionalCertificate> certificates, out string reason)
    {
        IEnumerable<ChainCertificate?> shown;
        switch (result)
        {
            case EndpointReport report:
                shown = [.. report.Presented.Where(c => c.Role != ChainRole.Unrelated), .. report.BuiltPath, report.MissingIssuer];
                break;
            case CertificateChain chain:
                shown = [.. chain.Presented.Where(c => c.Role != ChainRole.Unrelated), .. chain.BuiltPath, chain.MissingIssuer];
                break;
            case IssuerMatch match:
                shown = [match.Certificate];
                break;
            default:
                reason = $"A {result.GetType().Name} holds no certificates for a bundle.";
                return false;
        }

        reason = $"Nothing to take from this {result.GetType().Name}: {result}";
        bool any = false;
        foreach (ChainCertificate certificate in shown.OfType<ChainCertificate>().Where(c => !c.IsSelfSigned))
        {
            foreach (LocatedCertificate read in PemDocument.Read(System.Text.Encoding.ASCII.GetBytes(certificate.Pem)).Certificates)
            {
                any = true;
                certificates.Add(new AdditionalCertificate(read.Certificate, certificate.CertificateOrigin));
            }
        }

        return any;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;

namespace TlsTrust.Tests.Bundles;

/// <summary>Plans for files that are made in a line, and what is said of the certificates in them.</summary>
internal static class Plans
{
    public static BundlePlan Plan(string text, Func<BundleRepairOptions, BundleRepairOptions> with) =>
        Plan(Encoding.UTF8.GetBytes(text), with);

    public static BundlePlan Plan(byte[] data, Func<BundleRepairOptions, BundleRepairOptions> with) =>
        BundlePlanner.Plan("/x/file.pem", data, with(new BundleRepairOptions { At = DateTime.UtcNow }));

    public static string Sha(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}

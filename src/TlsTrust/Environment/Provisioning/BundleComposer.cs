using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning;

/// <summary>Makes the files that programs are pointed at.</summary>
internal static class BundleComposer
{
    /// <summary>The password Java itself uses for cacerts. The store needs none, but a JVM that finds no password set says so in its log.</summary>
    public const string KeyStorePassword = "changeit";

    /// <summary>The system's roots, or the built-in list where the system has none; and from where.</summary>
    public static (IReadOnlyList<Certificate> Roots, string Source) SystemRoots(IMachine machine, PublicRootSet publicRoots)
    {
        TrustStore system = TrustStores.Default(new StoreView(machine));
        return system.Anchors.Count > 0
            ? ([.. system.Anchors.Select(stored => stored.Certificate)], system.Name)
            : (publicRoots.Roots, $"{publicRoots} (the system has no roots)");
    }

    /// <summary>PEM, one comment line before each certificate, each certificate once, ASCII and LF only.</summary>
    public static byte[] Pem(IEnumerable<Certificate> added, IEnumerable<Certificate> roots)
    {
        StringBuilder text = new();
        HashSet<Certificate> seen = [];
        foreach ((Certificate certificate, string note) in added.Select(certificate => (certificate, "added by TlsTrust: ")).Concat(roots.Select(certificate => (certificate, string.Empty))))
        {
            if (seen.Add(certificate))
            {
                text.Append("# ").Append(note).Append(Ascii(certificate.Subject.ToString())).Append('\n').Append(certificate.ToPem().Replace("\r", string.Empty, StringComparison.Ordinal).TrimEnd('\n')).Append('\n');
            }
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>A PKCS#12 store that Java takes for a trust store.</summary>
    public static byte[] KeyStore(IEnumerable<Certificate> certificates) => JavaTrustStoreWriter.Write(certificates.Distinct());

    private static string Ascii(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
}

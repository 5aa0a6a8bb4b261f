using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>An anchor of a store that gives way.</summary>
/// <param name="Certificate">The anchor.</param>
/// <param name="Origin">Where it was trusted: the setting and the place that it names, or the default store.</param>
public sealed record KeptAnchor(Certificate Certificate, string Origin);

/// <summary>What bundles, hashed directories and key stores are made of.</summary>
/// <param name="Added">The CAs that were given.</param>
/// <param name="Kept">Anchors of stores that gave way.</param>
/// <param name="Roots">The public roots.</param>
internal sealed record BundleParts(IReadOnlyList<Certificate> Added, IReadOnlyList<KeptAnchor> Kept, IReadOnlyList<Certificate> Roots)
{
    /// <summary>All of it, each certificate once.</summary>
    public IReadOnlyList<Certificate> All => [.. Added.Concat(Kept.Select(kept => kept.Certificate)).Concat(Roots).Distinct()];
}

/// <summary>Makes the files that programs are pointed at.</summary>
internal static class BundleComposer
{
    private const string AddedNote = "added by TlsTrust: ";

    /// <summary>
    /// The password Java itself uses for cacerts. The store needs none, but a JVM that finds no password set says so in its log.
    /// </summary>
    public const string KeyStorePassword = "changeit";

    /// <summary>The system's roots, or the built-in list where the system has none; and from where.</summary>
    public static (IReadOnlyList<Certificate> Roots, string Source) SystemRoots(TrustStore system, PublicRootSet publicRoots) =>
        system.Anchors.Count > 0
            ? ([.. system.Anchors.Select(stored => stored.Certificate)], system.Name)
            : (publicRoots.Roots, $"{publicRoots} (the system has no roots)");

    /// <summary>PEM, one comment line before each certificate, each certificate once, ASCII and LF only.</summary>
    public static byte[] Pem(BundleParts parts, bool withRoots = true)
    {
        StringBuilder text = new();
        HashSet<Certificate> seen = [];
        if (parts.Added.Count == 0)
        {
            text.Append("# ").Append(AddedNote).Append("no CA, public roots only\n");
        }

        IEnumerable<(Certificate, string)> all = parts.Added.Select(certificate => (certificate, AddedNote))
            .Concat(parts.Kept.Select(kept => (kept.Certificate, $"kept from {Ascii(kept.Origin)}: ")));
        foreach ((Certificate certificate, string note) in withRoots
            ? all.Concat(parts.Roots.Select(certificate => (certificate, string.Empty))) : all)
        {
            if (seen.Add(certificate))
            {
                text.Append("# ").Append(note).Append(Ascii(certificate.Subject.ToString())).Append('\n')
                    .Append(certificate.ToPem().Replace("\r", string.Empty, StringComparison.Ordinal).TrimEnd('\n')).Append('\n');
            }
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>True for a bundle that was composed here.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> content) => content.StartsWith(Encoding.ASCII.GetBytes("# " + AddedNote));

    /// <summary>A PKCS#12 store that Java takes for a trust store.</summary>
    public static byte[] KeyStore(IEnumerable<Certificate> certificates) => JavaTrustStoreWriter.Write(certificates.Distinct());

    private static string Ascii(string text) => string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
}

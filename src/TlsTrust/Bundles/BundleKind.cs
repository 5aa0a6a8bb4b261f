using TlsTrust.Certificates;

namespace TlsTrust.Bundles;

/// <summary>
/// Whether a file is a server's or a store of anchors: as the user says, else by a private key, else by what its certificates are.
/// </summary>
internal static class BundleKind
{
    internal const string AsAsked = "as asked for";

    private const int MaxRootsOfServer = 2; // its own, and the one that cross-signed it

    /// <summary>The kind, and how it is known.</summary>
    internal static (PemBundleKind Kind, string Reason) Classify(BundleContent content, BundleRepairOptions options)
    {
        if (options.Kind != PemBundleKind.Auto)
        {
            return (options.Kind, AsAsked);
        }

        if (options.Key is not null || content.Parts.Any(p => p.IsPrivateKey))
        {
            return (PemBundleKind.Server, options.Key is not null ? "a key file was given for it" : "there is a private key in it");
        }

        if (options.IncludeRoot)
        {
            return (PemBundleKind.Server, "-IncludeRoot makes sense for server files only");
        }

        Certificate[] certificates = [.. content.Parts.Where(p => p.Certificate is not null).Select(p => p.Certificate!)];
        return Classify(
            certificates.Length > 0 ? certificates : [.. options.Additional.Select(a => a.Certificate)], options); // additional: a new file
    }

    /// <summary>
    /// What certificates alone tell. A renewal under the same name and key counts once: the repair leaves one of them, and must come to the
    /// same answer again. A root that is not on the path of the server's certificate is there to be trusted.
    /// </summary>
    internal static (PemBundleKind Kind, string Reason) Classify(IReadOnlyList<Certificate> given, BundleRepairOptions options)
    {
        Certificate[] certificates = [.. given.DistinctBy(c => (c.Subject, c.PublicKey, c.IsSelfIssued))];
        Certificate[] leaves = [.. certificates.Where(c => !c.IsCA && !(c.Version < 3 && c.IsSelfIssued))];
        if (leaves.Length == 1 && certificates.Length == 1)
        {
            return (PemBundleKind.Server, "it holds one certificate, which is no CA");
        }

        if (leaves.Length == 1 && leaves[0].IsSelfSigned)
        {
            return (PemBundleKind.Trust, "the one certificate that is no CA is its own issuer, and the others are not for it");
        }

        if (leaves.Length == 1 && certificates.Count(c => c.IsSelfSigned) > MaxRootsOfServer)
        {
            return (PemBundleKind.Trust, "it holds more roots than a server's path can have");
        }

        if (leaves.Length == 1)
        {
            ServerFile server = new(given, options);
            Certificate? stranger = server.RootsOffThePath(leaves[0], given).FirstOrDefault();
            return stranger is null
                ? (PemBundleKind.Server, "one of its certificates is no CA, all others are")
                : (PemBundleKind.Trust, $"{stranger} is a root, and {leaves[0]} is not under it: a server has no use for it");
        }

        return (PemBundleKind.Trust, certificates.Length == 0 ? "no certificate can be read in it"
            : leaves.Length == 0 ? "all its certificates are CAs"
            : $"{leaves.Length} of its certificates are no CAs, and there is no key that tells which is the server's");
    }
}

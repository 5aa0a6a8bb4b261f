using TlsTrust.CertificateFiles.Containers;
using TlsTrust.Certificates;

namespace TlsTrust.Bundles;

/// <summary>Which names go with which form of file, and so what may take whose place.</summary>
internal static class BundleNames
{
    // Programs read these names in these forms. Windows writes DER as .cer and .crt, and PEM as well: there the content decides.
    private static readonly (string Form, string[] Endings)[] Own =
    [
        ("DER", [".der", ".cer", ".crt", ".cert"]),
        ("PKCS#7", [".p7b", ".p7c", ".p7s", ".spc"]),
        ("PKCS#12", [".p12", ".pfx"]),
        ("Java key store", [".jks", ".jceks", ".ks", ".keystore", ".truststore", "cacerts"]),
    ];

    // Under these PEM is as good as unreadable to whoever reads the name.
    private static readonly string[] NeverPem =
        [".der", ".cer", ".p7b", ".p7c", ".p7s", ".spc", ".p12", ".pfx", ".jks", ".jceks", ".ks", ".keystore", ".truststore", "cacerts"];

    /// <summary>Whether a file has a name that goes with its form, which is not PEM.</summary>
    public static bool IsOwn(string path, string form) => Own.Any(o => o.Form == form && o.Endings.Any(e => HasEnding(path, e)));

    /// <summary>Why a file must not be replaced with PEM in its place; null where it may.</summary>
    public static string? WhyElsewhere(string path, BundleContent content)
    {
        if (content.LosesKey)
        {
            return $"There is a private key in the {content.Form} that can't be taken out of it here. Name a destination for the " +
                $"certificates.";
        }

        if (content.Foreign is { } foreign)
        {
            return $"The file is {foreign}, not a file of certificates, and what else is in it would be lost; name a destination.";
        }

        if (content.Document?.EmbeddedIn is { } document)
        {
            return $"The certificates stand inside {document}: a document of another kind, which PEM must not replace. Name a destination.";
        }

        bool isOther = content.IsBinary || content.Document?.Blocks.Any(b => b.Kind == PemBlockKind.Pkcs7) == true;
        if (isOther && (content.Form == "Java key store" || IsOwn(path, content.Form) || NeverPem.Any(e => HasEnding(path, e))))
        {
            return content.Form != "PEM"
                ? $"The file is {content.Form} under a name that programs read as such; name a destination for the PEM."
                : "The file has a name under which programs read another form; name a destination for the PEM.";
        }

        return content.Form != "empty" && path.Length > 0 && !content.Parts.Any(p => p.Certificate is not null)
            ? "There is no certificate in the file; name a destination for what is to be written." : null;
    }

    private static bool HasEnding(string path, string ending) => ending[0] == '.'
        ? path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
        : Path.GetFileName(path).Equals(ending, StringComparison.OrdinalIgnoreCase);
}

using System.Text.RegularExpressions;
using TlsTrust.Files;

namespace TlsTrust.Bundles;

/// <summary>The certificate files of a folder.</summary>
public static partial class BundleFiles
{
    private static readonly string[] Endings = [".pem", ".crt", ".cert", ".bundle", ".ca-bundle"];

    /// <summary>The endings, in words.</summary>
    public static string Names => string.Join(", ", Endings);

    /// <summary>
    /// The file itself; of a folder, the files that hold certificates by their names, hashed names among them, each target once.
    /// </summary>
    public static IEnumerable<string> Of(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        HashSet<string> targets = new(StringComparer.Ordinal);
        return Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)
            .Where(f => IsCertificateName(f) && FileIdentity.Of(f) is not { IsRegular: false } && targets.Add(Target(f)));
    }

    private static bool IsCertificateName(string file) =>
        Endings.Any(e => file.EndsWith(e, StringComparison.OrdinalIgnoreCase)) || HashedName().IsMatch(Path.GetFileName(file));

    private static string Target(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);
        }
        catch (IOException)
        {
            return file; // a circle of links; reading it will say so
        }
    }

    // What openssl rehash makes: eight digits and a number.
    [GeneratedRegex(@"^[0-9a-f]{8}\.\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex HashedName();
}

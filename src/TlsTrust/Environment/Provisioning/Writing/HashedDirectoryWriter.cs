using System.Globalization;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>Makes a directory as OpenSSL wants it (openssl-rehash(1)), without the openssl command.</summary>
public static class HashedDirectoryWriter
{
    /// <summary>One certificate in PEM has some kilobytes; what is longer was not written here.</summary>
    private const long LongestPem = 1024 * 1024;

    /// <summary>The names each certificate gets: <c>hash.n</c> by its subject today, and by the subject hash before OpenSSL 1.0.
    /// Certificates with one subject count up; the same certificate twice is one.</summary>
    /// <param name="certificates">The certificates in the order in which they count.</param>
    public static IReadOnlyList<(string Name, Certificate Certificate, bool IsLegacy)> Names(IEnumerable<Certificate> certificates)
    {
        Dictionary<string, int> next = new(StringComparer.Ordinal);
        List<(string, Certificate, bool)> names = [];
        foreach (Certificate certificate in certificates.Distinct())
        {
            foreach ((string? hash, bool legacy) in new[] { (OpenSslNameHash.Current(certificate.Subject.RawData), false),
                ((string?)OpenSslNameHash.Legacy(certificate.Subject.RawData), true) })
            {
                if (hash is not null)
                {
                    int number = next.GetValueOrDefault(hash);
                    next[hash] = number + 1;
                    names.Add((string.Create(CultureInfo.InvariantCulture, $"{hash}.{number}"), certificate, legacy));
                }
            }
        }

        return names;
    }

    /// <summary>Writes the directory: a file for each certificate, named by its fingerprint, and links to it (copies on Windows).
    /// What else of ours was in it goes; a name that is not ours stays.</summary>
    /// <returns>The paths that were written.</returns>
    public static IReadOnlyList<string> Write(string directory, IEnumerable<Certificate> certificates) =>
        Write(directory, certificates, OperatingSystem.IsWindows());

    /// <summary>
    /// As <see cref="Write(string, IEnumerable{Certificate})"/>, with copies in place of links where <paramref name="copies"/> says so.
    /// </summary>
    internal static IReadOnlyList<string> Write(string directory, IEnumerable<Certificate> certificates, bool copies)
    {
        Directory.CreateDirectory(directory);
        List<string> written = [];
        HashSet<string> wanted = new(StringComparer.Ordinal);
        Certificate[] all = [.. certificates.Distinct()];
        foreach (Certificate certificate in all)
        {
            string path = Path.Combine(directory, FileName(certificate));
            byte[] pem =
                System.Text.Encoding.ASCII.GetBytes(certificate.ToPem().Replace("\r", string.Empty, StringComparison.Ordinal).TrimEnd('\n')
                    + "\n");
            wanted.Add(Path.GetFileName(path));
            if (!File.Exists(path) || !InputFile.ReadAllBytes(path).AsSpan().SequenceEqual(pem))
            {
                GuardedFile.Write(path, pem);
            }

            written.Add(path);
        }

        foreach ((string name, Certificate certificate, _) in Names(all))
        {
            string path = Path.Combine(directory, name);
            wanted.Add(name);
            if (!copies && new FileInfo(path).LinkTarget == FileName(certificate))
            {
                written.Add(path);
                continue;
            }

            Link(directory, path, FileName(certificate), copies);
            written.Add(path);
        }

        // Copies before the files that they are known by, so that a run that is killed leaves none unknown.
        string[] stale =
            [.. Directory.EnumerateFileSystemEntries(directory).Where(path => IsOurs(path) && !wanted.Contains(Path.GetFileName(path)))];
        foreach (string path in stale.OrderBy(path => HashedDirectory.IsHashName(Path.GetFileName(path)) ? 0 : 1))
        {
            File.Delete(path);
        }

        return written;
    }

    /// <summary>True when there is something in the directory that is not ours.</summary>
    internal static bool HoldsOthers(string directory) =>
        Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any(path => !IsOurs(path));

    private static string FileName(Certificate certificate) => $"tlstrust-{certificate.Sha256[..32].ToLowerInvariant()}.pem";

    private static bool IsOurs(string path) =>
        // the dot: what a killed run was about to rename
        Path.GetFileName(path).TrimStart('.').StartsWith("tlstrust-", StringComparison.Ordinal)
        || new FileInfo(path).LinkTarget?.StartsWith("tlstrust-", StringComparison.Ordinal) == true
        || IsCopy(path);

    // Where there are no links: a hashed name whose certificate lies beside it under the name of its fingerprint, byte for byte.
    private static bool IsCopy(string path)
    {
        if (!HashedDirectory.IsHashName(Path.GetFileName(path))
            || new FileInfo(path) is not { Exists: true, LinkTarget: null, Length: <= LongestPem })
        {
            return false;
        }

        byte[] bytes = InputFile.ReadAllBytes(path);
        string source = PemDocument.Read(bytes).Certificates is [{ } only]
            ? Path.Combine(Path.GetDirectoryName(path)!, FileName(only.Certificate)) : string.Empty;
        return File.Exists(source) && InputFile.ReadAllBytes(source).AsSpan().SequenceEqual(bytes);
    }

    private static void Link(string directory, string path, string target, bool copies)
    {
        if (copies)
        {
            GuardedFile.Write(path, InputFile.ReadAllBytes(Path.Combine(directory, target)));
            return;
        }

        // A link can't be replaced in one step by the platform's API; made under another name and renamed it can.
        string temporary = Path.Combine(directory, $"tlstrust-link-{System.Environment.ProcessId}-{Path.GetFileName(path)}");
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, target);
        File.Move(temporary, path, overwrite: true);
    }
}

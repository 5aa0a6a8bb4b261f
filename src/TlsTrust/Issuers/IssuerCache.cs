using System.Security.Cryptography;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Issuers;

/// <summary>
/// Imported intermediates and what earlier runs downloaded, in the user's cache folder. Only candidates: their signatures are checked
/// like everybody's, and none becomes an anchor. What was imported, somebody wanted to be found: every cmdlet looks there. What was only
/// downloaded is for Find-MissingIssuer: no verdict depends on yesterday.
/// </summary>
public sealed class IssuerCache
{
    /// <summary>64 MiB: all 12,000 public intermediates take 20.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private const string ImportPrefix = "imported-";
    private const string DownloadPrefix = "downloaded-";
    private const string Extension = ".der";

    /// <summary>A cache in a folder that need not exist yet.</summary>
    /// <param name="folder">Absolute path.</param>
    public IssuerCache(string folder)
    {
        Folder = folder;
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>The cache of the user; null where there is no place for one.</summary>
    public static IssuerCache? Of(IMachineEnvironment environment) =>
        environment.CacheDirectory.Length == 0 ? null : new(Path.Combine(environment.CacheDirectory, "TlsTrust", "issuers"));

    /// <summary>What was imported, as a source of issuers, read when first asked.</summary>
    public IssuerSource Imported() => new(IssuerSourceKind.Cache, $"imported intermediates in {Folder}", () => Read(ImportPrefix));

    /// <summary>What earlier runs downloaded, each with the URL that it came from, as a source of issuers, read when asked.</summary>
    public IssuerSource Downloaded() => new(IssuerSourceKind.Download, $"earlier downloads in {Folder}", () => Read(DownloadPrefix));

    /// <summary>Everything in it; what can't be read is left out.</summary>
    public IEnumerable<StoredCertificate> Read() => Read(ImportPrefix).Concat(Read(DownloadPrefix));

    private IEnumerable<StoredCertificate> Read(string prefix)
    {
        foreach (FileInfo file in Files().Where(file => file.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            byte[] content;
            try
            {
                content = InputFile.ReadAllBytes(file.FullName);
            }
            catch (Exception fault) when (StoreFile.IsFileFault(fault))
            {
                continue;
            }

            int url = UrlLength(content);
            CertificateOrigin origin = url > 0 ? CertificateOrigin.Download(Encoding.UTF8.GetString(content, 0, url))
                : new()
                {
                    Kind = CertificateOriginKind.Cache,
                    Location = prefix == ImportPrefix ? "imported intermediates" : "an earlier download",
                };
            foreach (Certificate certificate in Split(content.AsMemory(url > 0 ? url + 1 : 0)))
            {
                yield return new(certificate, origin);
            }
        }
    }

    /// <summary>Adds certificates, except those that are in it and those that are no CA's.</summary>
    /// <returns>How many were added, were there before, were no CA's.</returns>
    /// <exception cref="IOException">The cache can't be written, or would grow over <see cref="MaxBytes"/>.</exception>
    public (int Added, int Known, int NotCa) Import(IEnumerable<Certificate> certificates)
    {
        HashSet<Certificate> known = [.. Read(ImportPrefix).Select(stored => stored.Certificate)];
        List<Certificate> added = [];
        int knownCount = 0, notCa = 0;
        foreach (Certificate certificate in certificates)
        {
            if (!certificate.IsCA)
            {
                notCa++;
            }
            else if (!known.Add(certificate))
            {
                knownCount++;
            }
            else
            {
                added.Add(certificate);
            }
        }

        if (added.Count > 0)
        {
            byte[] content = Join(added);
            if (content.Length
                + Files().Where(file => file.Name.StartsWith(ImportPrefix, StringComparison.Ordinal)).Sum(file => file.Length) > MaxBytes)
            {
                throw new IOException($"The cache would grow over {MaxBytes / (1024 * 1024)} MiB.");
            }

            Write(ImportPrefix + Name(content), content);
            Trim();
        }

        return (added.Count, knownCount, notCa);
    }

    /// <summary>Keeps what a search downloaded; a cache that can't be written is no reason to lose an answer.</summary>
    public void Keep(IssuerSearchResult result)
    {
        try
        {
            foreach (IGrouping<string, FoundIssuer> answer in result.Leads.SelectMany(lead => lead.Issuers)
                .Where(issuer => issuer.Kind == IssuerSourceKind.Download).DistinctBy(issuer => issuer.Certificate)
                    .GroupBy(issuer => issuer.Location))
            {
                // By URL, so that a later answer of the same URL takes the place of the earlier one.
                byte[] url = Encoding.UTF8.GetBytes(answer.Key);
                Write(DownloadPrefix + Name(url), [.. url, (byte)'\n', .. Join(answer.Select(issuer => issuer.Certificate))]);
            }

            Trim();
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            return;
        }
    }

    /// <summary>Deletes everything in it.</summary>
    public void Clear()
    {
        foreach (FileInfo file in Files())
        {
            file.Delete();
        }
    }

    // A download begins with the line of its URL; DER never begins with an "h".
    private static int UrlLength(byte[] content) =>
        content.Length > 0 && content[0] == (byte)'h' ? content.AsSpan().IndexOf((byte)'\n') : 0;

    private static string Name(byte[] content) => Convert.ToHexString(SHA256.HashData(content).AsSpan(0, 16)) + Extension;

    private static byte[] Join(IEnumerable<Certificate> certificates)
    {
        using MemoryStream content = new();
        foreach (Certificate certificate in certificates)
        {
            content.Write(certificate.RawData.Span);
        }

        return content.ToArray();
    }

    // DER says its own length; what follows a damaged entry is given up.
    private static IEnumerable<Certificate> Split(ReadOnlyMemory<byte> content)
    {
        while (content.Length > 4)
        {
            int length = Length(content.Span);
            if (length <= 0 || length > content.Length)
            {
                yield break;
            }

            if (Certificate.TryParse(content[..length], out Certificate? certificate, out _))
            {
                yield return certificate;
            }

            content = content[length..];
        }
    }

    private static int Length(ReadOnlySpan<byte> der)
    {
        DerReader reader = new(der);
        return reader.TryRead(out DerElement element) ? element.End : 0;
    }

    private FileInfo[] Files()
    {
        try
        {
            return [.. new DirectoryInfo(Folder).EnumerateFiles("*" + Extension).Where(file =>
                file.Name.StartsWith(ImportPrefix, StringComparison.Ordinal)
                    || file.Name.StartsWith(DownloadPrefix, StringComparison.Ordinal))];
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            return [];
        }
    }

    // Beside and renamed over, readable by the user only: which CAs somebody meets is nobody's business.
    private void Write(string name, byte[] content)
    {
        if (!Directory.Exists(Folder))
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Folder);
            }
            else
            {
                Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        string temporary = Path.Combine(Folder, $".{Guid.NewGuid():N}.tmp");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (FileStream stream = new(temporary, options))
            {
                stream.Write(content);
            }

            File.Move(temporary, Path.Combine(Folder, name), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // The oldest downloads go first; imports were asked for and stay.
    private void Trim()
    {
        FileInfo[] files = Files();
        long total = files.Sum(file => file.Length);
        foreach (FileInfo file in files.Where(file => file.Name.StartsWith(DownloadPrefix, StringComparison.Ordinal))
            .OrderBy(file => file.LastWriteTimeUtc))
        {
            if (total <= MaxBytes)
            {
                break;
            }

            total -= file.Length;
            file.Delete();
        }
    }
}

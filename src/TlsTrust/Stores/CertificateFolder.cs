using System.Globalization;

namespace TlsTrust.Stores;

/// <summary>All certificates in the files of a folder, whatever their form and name.</summary>
public static class CertificateFolder
{
    /// <summary>20 MiB: the largest public bundle has 18 MB in 12,000 certificates; larger files of a folder are something else.</summary>
    public const long MaxFileLength = 20 * 1024 * 1024;

    /// <summary>50,000 files: a folder with more is a home or a source tree given by mistake.</summary>
    public const int MaxFiles = 50_000;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        "", ".pem", ".crt", ".cer", ".der", ".cert", ".p7b", ".p7c", ".p7s", ".spc", ".p12", ".pfx", ".jks", ".ks", ".keystore",
            ".truststore", ".bundle", ".ca", ".ca-bundle", ".txt", ".0", ".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9",
    };

    /// <summary>
    /// Reads the files of a folder. What can't be read is left out; links out of the folder are followed to files, never to folders.
    /// </summary>
    public static IEnumerable<StoredCertificate> Read(string folder, bool recurse)
    {
        EnumerationOptions options = new()
        {
            RecurseSubdirectories = recurse,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Device,
            MaxRecursionDepth = 16,
        };
        IEnumerator<string> files;
        try
        {
            files = Directory.EnumerateFiles(folder, "*", options).GetEnumerator();
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            yield break;
        }

        using (files)
        {
            for (int count = 0; count < MaxFiles && Next(files); count++)
            {
                if (Extensions.Contains(Path.GetExtension(files.Current)) && Length(files.Current) is > 0 and <= MaxFileLength)
                {
                    foreach (StoredCertificate stored in ReadFile(files.Current))
                    {
                        yield return stored;
                    }
                }
            }
        }
    }

    /// <summary>Reads one file; nothing where it can't be read.</summary>
    public static IEnumerable<StoredCertificate> ReadFile(string path) =>
        StoreFile.Read(path).Entries.Select(entry => new StoredCertificate(entry.Certificate, CertificateOrigin.File(path, entry.Line)));

    private static bool Next(IEnumerator<string> files)
    {
        try
        {
            return files.MoveNext();
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            return false;
        }
    }

    private static long Length(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Exists ? target.Length : -1
                : new FileInfo(path).Length;
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            return -1;
        }
    }
}

using System.Buffers;
using System.Globalization;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Stores;

/// <summary>
/// A directory in which OpenSSL looks certificates up by the hash of their subject: only names <c>&lt;hash&gt;.&lt;n&gt;</c> count, counted
/// up from 0 without a gap.
/// </summary>
internal static class HashedDirectory
{
    // 100,000 names: the largest known directories have some hundred; beyond this it is no store.
    private const int MaxNames = 100_000;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads a directory as OpenSSL would, or takes what was read when nothing of it has changed.</summary>
    internal static StorePart Read(string directory, StoreReading reading)
    {
        StorePart part = new();
        part.Add(KeptDirectories.Read(directory, reading, Walk));
        return part;
    }

    private static StorePart Walk(string directory, StoreReading reading, List<FileInfo> files)
    {
        string[] names;
        try
        {
            names = [.. Directory.EnumerateFiles(directory).Take(MaxNames).Select(Path.GetFileName).OfType<string>()
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            return StorePart.Faulty(directory, Directory.Exists(directory) ? fault.Message : File.Exists(directory)
                ? "it is a file, not a directory" : "it does not exist", isMissing: !Directory.Exists(directory)
                    && !File.Exists(directory));
        }

        StorePart part = new();
        HashSet<string> hashed = [.. names.Where(IsHashName)];
        foreach (string name in names)
        {
            bool counts = hashed.Contains(name);
            if (!counts && name.Length > 10 && name.AsSpan(8).StartsWith(".r") && IsHex(name.AsSpan(0, 8)))
            {
                continue; // a CRL
            }

            string path = Path.Combine(directory, name);
            StoreFile file = StoreFile.Read(path, files.Add);
            if (file.Fault is { } fault)
            {
                if (counts)
                {
                    part.Faults.Add(fault with { Severity = Severity.Warning });
                }

                continue;
            }

            if (counts && file.BreaksOpenSsl is { } defect && reading == StoreReading.AsOpenSsl)
            {
                part.Faults.Add(
                    new() { Path = path, Line = defect.Line, Reason = $"OpenSSL loads nothing of it: {defect.Message}",
                        Severity = Severity.Warning });
            }

            foreach (StoreEntry entry in file.Entries)
            {
                StoredCertificate stored = new(entry.Certificate, CertificateOrigin.File(path));
                bool loaded = counts && Finds(name, entry, hashed) && (file.BreaksOpenSsl is null || reading == StoreReading.Tolerant);
                part.Add(stored, entry, loaded || reading == StoreReading.Tolerant);
            }
        }

        if (part.Anchors.Count == 0)
        {
            part.Faults.Add(new()
            {
                Path = directory,
                Severity = Severity.Error,
                Reason = names.Length == 0 ? "it is empty"
                    : hashed.Count > 0 ? "no file in it holds a certificate that belongs to the file's name"
                    : part.Lost.Count > 0 ? $"it holds {part.Lost.Count} certificate{(part.Lost.Count == 1 ? "" : "s")} and no hashed " +
                        $"names, without which OpenSSL finds none (openssl rehash makes them)"
                    : "it holds no certificates",
            });
        }

        return part;
    }

    internal static bool IsHashName(string name) =>
        name.Length >= 10 && name[8] == '.' && IsHex(name.AsSpan(0, 8))
        && int.TryParse(name.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    // OpenSSL asks for hash.0, hash.1, … and stops at the first that is not there.
    private static bool Finds(string name, StoreEntry entry, HashSet<string> hashed)
    {
        if (OpenSslNameHash.Current(entry.Certificate.Subject.RawData) is not { } hash || !name.StartsWith(hash, StringComparison.Ordinal))
        {
            return false;
        }

        int number = int.Parse(name.AsSpan(9), CultureInfo.InvariantCulture);
        for (int before = 0; before < number; before++)
        {
            if (!hashed.Contains(string.Create(CultureInfo.InvariantCulture, $"{hash}.{before}")))
            {
                return false;
            }
        }

        return true;
    }
}

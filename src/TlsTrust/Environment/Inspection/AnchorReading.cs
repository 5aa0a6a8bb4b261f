using System.Collections.Concurrent;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>What a program gets out of one file or directory.</summary>
/// <param name="Anchors">What it loads.</param>
/// <param name="Status">What is wrong with the place for this program.</param>
/// <param name="Detail">That, in words, with path and line.</param>
internal sealed record AnchorPart(IReadOnlyList<Certificate> Anchors, TrustStatus Status, string Detail)
{
    public static AnchorPart Faulty(TrustStatus status, string detail) => new([], status, detail);
}

/// <summary>Reads files and directories of anchors as a program of a certain kind would, defects and all.</summary>
internal sealed class AnchorReading(IMachine? machine = null)
{
    private readonly ConcurrentDictionary<(string Path, string Reader, bool Hashed), AnchorPart> _read = new();

    /// <summary>A bundle file.</summary>
    public AnchorPart File(string path, string reader) =>
        Planned(path) ?? _read.GetOrAdd((path, reader, false), key => ReadFile(key.Path, key.Reader));

    /// <summary>A directory: hashed names only, or every file in it.</summary>
    public AnchorPart Folder(string path, string reader, bool hashed) =>
        Planned(path) ?? _read.GetOrAdd((path + "/", reader, hashed), _ => ReadFolder(path, reader, hashed));

    /// <summary>A key store of Java, opened with a password: a wrong one makes Java refuse every server.</summary>
    public AnchorPart KeyStore(string path, string? password) => Planned(path) ?? _read.GetOrAdd((path, "java " + password, false), key =>
    {
        AnchorPart part = ReadFile(path, "java");
        return password is not null && part.Status is TrustStatus.Ok or TrustStatus.Empty
            && CertificateFile.Read(path, password).Defects.Any(defect => defect.Kind == PemDefectKind.PasswordNeeded)
            ? AnchorPart.Faulty(TrustStatus.Malformed, $"{path} does not open with the password of {JavaOptions.TrustStorePassword}")
            : part;
    });

    private AnchorPart? Planned(string path) =>
        machine?.PlannedAnchors(path) is { } anchors ? new AnchorPart(anchors, TrustStatus.Ok, string.Empty) : null;

    private static AnchorPart ReadFile(string path, string reader)
    {
        if (Directory.Exists(path))
        {
            return AnchorPart.Faulty(TrustStatus.Malformed, $"{path} is a directory, and a file is wanted");
        }

        if (!IsThere(path))
        {
            return AnchorPart.Faulty(TrustStatus.Missing,
                $"{path} {(new FileInfo(path).LinkTarget is { } target ? $"is a link to {target}, which does not exist"
                    : "does not exist")}");
        }

        StoreFile file = StoreFile.Read(path);
        if (file.Fault is not null)
        {
            return AnchorPart.Faulty(TrustStatus.Unreadable, $"{path} can't be read: {file.Fault.Reason}");
        }

        bool isKeyStore =
            file.Defects.Any(defect =>
                defect.Kind is PemDefectKind.JavaKeyStore or PemDefectKind.BinaryPkcs12 or PemDefectKind.PasswordNeeded);
        if (reader == "java")
        {
            return isKeyStore
                ? new AnchorPart([.. file.Entries.Select(entry => entry.Certificate)], file.Entries.Count > 0 ? TrustStatus.Ok
                    : TrustStatus.Empty, file.Entries.Count > 0 ? string.Empty
                        : $"{path} holds no certificate that can be read with Java's customary password")
                : AnchorPart.Faulty(TrustStatus.Malformed, $"{path} is no Java key store; Java takes no PEM file for one");
        }

        return Loaded(path, reader, file);
    }

    private static AnchorPart Loaded(string path, string reader, StoreFile file)
    {
        if (file.Defects.FirstOrDefault(defect =>
            defect.Kind is PemDefectKind.BinaryDer or PemDefectKind.BinaryPkcs7 or PemDefectKind.BinaryPkcs12 or PemDefectKind.JavaKeyStore
                or PemDefectKind.Utf16) is { } binary)
        {
            return AnchorPart.Faulty(TrustStatus.Malformed, $"{path}: {binary.Message}");
        }

        if (file.Defects.FirstOrDefault(defect => defect.Kind is PemDefectKind.EmptyFile or PemDefectKind.NoCertificate) is { } empty
            && file.Entries.Count == 0)
        {
            return AnchorPart.Faulty(TrustStatus.Empty, $"{path}: {empty.Message}");
        }

        List<StoreEntry> kept = [.. file.Entries];
        IReadOnlyList<PemBlock> blocks = file.Defects.Count == 0 || !System.IO.File.Exists(path) ? []
            : CertificateFile.Read(path).Document?.Blocks ?? [];
        PemDefect? worst = null;
        foreach (PemDefect defect in file.Defects)
        {
            PemOutcome outcome = ReaderProfile.Outcome(reader, defect.Kind);
            if (outcome == PemOutcome.Loaded)
            {
                continue;
            }

            worst ??= defect;
            if (outcome == PemOutcome.CertificateLost)
            {
                // The block the defect stands in (perhaps one that gave no certificate), or the first behind a byte order mark.
                int line = defect.Kind == PemDefectKind.Utf8Bom && blocks.Count > 0 ? blocks[0].Line : BlockLine(blocks, defect);
                kept.RemoveAll(entry => entry.Line == line);
            }
            else if (ReaderProfile.KeepsWhatCameBefore(reader))
            {
                kept.RemoveAll(entry => entry.Line >= defect.Line);
            }
            else
            {
                kept.Clear();
            }
        }

        List<Certificate> anchors = [.. kept.Where(entry => !entry.RejectsServers).Select(entry => entry.Certificate).Distinct()];
        string detail = worst is null ? string.Empty : $"{path}, line {worst.Line}: " +
            $"{worst.Message}" +
            $"{(anchors.Count == 0 ? "; nothing of it is loaded" : $"; {anchors.Count} of {file.Entries.Count} certificates are loaded")}";
        return new AnchorPart(anchors, worst is null ? anchors.Count == 0 ? TrustStatus.Empty : TrustStatus.Ok
            : TrustStatus.Malformed, worst is null && anchors.Count == 0 ? $"{path} holds no certificate" : detail);
    }

    // .NET says of a link to nothing that it exists.
    private static bool IsThere(string path) =>
        System.IO.File.Exists(path) && (new FileInfo(path).LinkTarget is null || System.IO.File.Exists(MachinePaths.Resolved(path)));

    private static int BlockLine(IReadOnlyList<PemBlock> blocks, PemDefect defect) =>
        blocks.LastOrDefault(block => block.Line <= defect.Line)?.Line ?? 0;

    private static AnchorPart ReadFolder(string path, string reader, bool hashed)
    {
        if (!Directory.Exists(path))
        {
            return AnchorPart.Faulty(TrustStatus.Missing, System.IO.File.Exists(path) ? $"{path} is a file, and a directory is wanted"
                : $"{path} does not exist");
        }

        string[] names;
        try
        {
            names = [.. Directory.EnumerateFileSystemEntries(path).Where(entry => !Directory.Exists(entry))
                .Select(entry => Path.GetFileName(entry)!).Order(StringComparer.Ordinal)];
        }
        catch (UnauthorizedAccessException fault)
        {
            return AnchorPart.Faulty(TrustStatus.Unreadable, fault.Message);
        }

        if (hashed)
        {
            TrustStore store = TrustStores.Open(path);
            bool anyHashed = names.Any(HashedDirectory.IsHashName);
            string[] dangling = [.. names.Where(name => HashedDirectory.IsHashName(name) && !IsThere(Path.Combine(path, name)))];
            string[] misnamed =
                [.. store.Lost.Select(stored => Path.GetFileName(stored.Location)).Where(HashedDirectory.IsHashName)
                    .Where(name =>
                        StoreFile.Read(Path.Combine(path, name)).Entries is [{ } only, ..]
                            && OpenSslNameHash.Legacy(only.Certificate.Subject.RawData) != name[..8]).Distinct()];
            return store.Anchors.Count == 0 && !anyHashed
                ? AnchorPart.Faulty(store.Lost.Count > 0 ? TrustStatus.NotHashed : TrustStatus.Empty, store.Lost.Count > 0
                    ? $"{path} has no hashed names, so that none of its {store.Lost.Count} certificates is found"
                        : $"{path} holds no certificates")
                : dangling.Length + misnamed.Length > 0
                    ? new AnchorPart([.. store.Anchors.Select(stored => stored.Certificate)], TrustStatus.StaleLinks,
                        $"{path}: {string.Join(", ", dangling.Concat(misnamed).Take(3))}" +
                        $"{(dangling.Length + misnamed.Length > 3 ? ", …" : string.Empty)} " +
                        $"lead{(dangling.Length + misnamed.Length == 1 ? "s" : string.Empty)} to nothing or to another certificate")
                    : new AnchorPart([.. store.Anchors.Select(stored => stored.Certificate)], TrustStatus.Ok, string.Empty);
        }

        Dictionary<Certificate, bool> anchors = [];
        foreach (string name in names)
        {
            StoreFile file = StoreFile.Read(Path.Combine(path, name));
            if (file.Fault is null)
            {
                foreach (Certificate anchor in Loaded(Path.Combine(path, name), reader, file).Anchors)
                {
                    anchors.TryAdd(anchor, true);
                }
            }
        }

        return anchors.Count == 0 ? AnchorPart.Faulty(TrustStatus.Empty, $"{path} holds no certificates")
            : new AnchorPart([.. anchors.Keys], TrustStatus.Ok, string.Empty);
    }
}

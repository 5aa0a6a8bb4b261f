using System.Collections.Concurrent;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;

namespace TlsTrust.Stores;

/// <summary>A certificate in a store's file, and what the file says about its use.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Line">Line of its first byte; 0 where lines make no sense.</param>
/// <param name="RejectsServers">True when OpenSSL's trusted-certificate extras refuse it for servers.</param>
internal sealed record StoreEntry(Certificate Certificate, int Line, bool RejectsServers);

/// <summary>A file of a store as it was read: once for each state of the file in a run.</summary>
internal sealed class StoreFile
{
    // A machine has some hundred store files; beyond this the folder that is scanned is not a store.
    private const int MaxKept = 4096;

    private static readonly ConcurrentDictionary<FileState, Lazy<StoreFile>> Kept = new();

    private StoreFile(IReadOnlyList<StoreEntry> entries, IReadOnlyList<PemDefect> defects, StoreFault? fault)
    {
        Entries = entries;
        Defects = defects;
        Fault = fault;
    }

    /// <summary>All certificates, in the file's order.</summary>
    internal IReadOnlyList<StoreEntry> Entries { get; }

    /// <summary>What is wrong with the file as text.</summary>
    internal IReadOnlyList<PemDefect> Defects { get; }

    /// <summary>Why the file could not be read at all; null when it could.</summary>
    internal StoreFault? Fault { get; }

    /// <summary>The first defect with which OpenSSL loads nothing of the file; null when it loads it.</summary>
    internal PemDefect? BreaksOpenSsl => Defects.FirstOrDefault(defect =>
        defect.Clients.Any(effect => effect.Client == PemClient.OpenSsl && effect.Outcome == PemOutcome.FileLost));

    /// <summary>
    /// Reads a file, or takes what was read when its time and size are the same. Never throws for what is in or wrong with the file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="seen">Told what the file was when it was read, where it is there: for whoever keeps more than the file.</param>
    internal static StoreFile Read(string path, Action<FileInfo>? seen = null)
    {
        FileInfo info;
        try
        {
            info = new FileInfo(path);
            if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            {
                info = target;
            }

            if (!info.Exists)
            {
                return Unreadable(path, File.Exists(path) || new FileInfo(path).LinkTarget is null ? "it does not exist"
                    : "it is a link to nothing", isMissing: true);
            }
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable(path, "it does not exist", isMissing: true);
        }
        catch (Exception fault) when (IsFileFault(fault))
        {
            return Unreadable(path, fault.Message);
        }

        seen?.Invoke(info);
        if (Kept.Count > MaxKept)
        {
            Kept.Clear();
        }

        FileState state = new(info.FullName, info.LastWriteTimeUtc, info.Length);
        return Kept.GetOrAdd(state, static key => new(() => Load(key.Path))).Value.For(path);
    }

    internal static bool IsFileFault(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException
            or System.Security.SecurityException;

    private static StoreFile Unreadable(string path, string reason, bool isMissing = false) =>
        new([], [], new() { Path = path, Reason = reason, IsMissing = isMissing, Severity = Severity.Error });

    private static StoreFile Load(string path)
    {
        CertificateFile file;
        try
        {
            file = CertificateFile.Read(path);
        }
        catch (Exception fault) when (IsFileFault(fault))
        {
            return Unreadable(path, fault.Message);
        }

        return new(
            [.. file.Certificates.Select(found => new StoreEntry(found.Certificate, found.Line, found.RejectsServers))],
            file.Defects,
            null);
    }

    // Links to one file share its content; a fault names the path that was asked for.
    private StoreFile For(string path) => Fault is null ? this : new(Entries, Defects, Fault with { Path = path });

    private sealed record FileState(string Path, DateTime Changed, long Size);
}

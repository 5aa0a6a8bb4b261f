using System.Globalization;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Cryptography;

namespace TlsTrust.Files;

/// <summary>What <see cref="AtomicFile.Write"/> is told beside the content.</summary>
public sealed record AtomicWriteOptions
{
    /// <summary>
    /// What the file held when the change was planned; when it holds something else now, nothing is written. Null = not checked.
    /// </summary>
    public ReadOnlyMemory<byte>? Expected { get; init; }

    /// <summary>False: an existing file is an error. True: it is replaced.</summary>
    public bool Overwrite { get; init; } = true;

    /// <summary>Set to keep the old content as <c>name.bak-UTC</c> beside the file; the value is the time in its name.</summary>
    public DateTime? BackupAt { get; init; }

    /// <summary>
    /// When set, permissions beyond these are taken away, and an access list is not kept (Unix): for content that fewer may read than the
    /// old one.
    /// </summary>
    public UnixFileMode? MostAllowed { get; init; }

    /// <summary>
    /// A file whose access list a file that does not exist yet is given (Windows), so that a copy is for nobody for whom the original was
    /// not.
    /// </summary>
    public string? AccessLike { get; init; }

    /// <summary>Permission of a file that does not exist yet (Unix); an existing file keeps its own.</summary>
    public UnixFileMode NewFileMode { get; init; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}

/// <summary>What was done.</summary>
/// <param name="Path">The file that was written: the target, where the path given was a link.</param>
/// <param name="Backup">The copy of the old content, or null.</param>
public sealed record AtomicWriteResult(string Path, string? Backup);

/// <summary>
/// Replaces a file in one step: written beside it, flushed, renamed over it. A reader, and a crash at any moment, sees the old
/// or the new content whole. Mode, owner, group and ACL stay; a link stays a link and its target is replaced; two writers of
/// one file at a time exclude each other.
/// </summary>
/// <remarks>
/// Every failure is an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/> whose message says what to do, and leaves
/// the file as it was.
/// </remarks>
public static class AtomicFile
{
    private const string TemporarySuffix = ".tlstrust-tmp";
    private const int TemporaryBytes = 6; // of chance, in a name

    // On Windows one file has a name in every case.
    private static readonly StringComparison Comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase
        : StringComparison.Ordinal;

    /// <summary>The file that a path leads to when every link is followed; the path itself where there is no link.</summary>
    /// <exception cref="IOException">A link that leads nowhere or in a circle.</exception>
    public static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        if (new FileInfo(full).LinkTarget is null)
        {
            return full; // also for a file that is still to be made, of which .NET would resolve nothing
        }

        FileSystemInfo target = File.ResolveLinkTarget(full, returnFinalTarget: true)!;

        return target.Exists
            ? target.FullName
            : throw new FileNotFoundException($"'{path}' is a link to '{target.FullName}', which does not exist.", target.FullName);
    }

    /// <summary>True when two paths lead to one file that exists.</summary>
    public static bool IsSameFile(string path, string other)
    {
        if (!File.Exists(path) || !File.Exists(other))
        {
            return false;
        }

        return FileIdentity.Of(path) is { } identity ? identity.IsSameFileAs(FileIdentity.Of(other))
            : Resolve(path).Equals(Resolve(other), Comparison);
    }

    /// <summary>True when the files belong to one group and the first has no access list beside its mode (Unix).</summary>
    internal static bool HaveSameGroup(string path, string other) =>
        FileIdentity.Of(path) is { } identity && FileIdentity.Of(other) is { } second && identity.Group == second.Group
            && !UnixFile.HasAccessList(path);

    /// <summary>Creates or replaces a file with the given content.</summary>
    /// <exception cref="IOException">Another writer holds the file, it changed meanwhile, it exists and must not be replaced, or the disk
    /// refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is read-only, or its owner could not be kept.</exception>
    public static AtomicWriteResult Write(string path, ReadOnlyMemory<byte> content, AtomicWriteOptions? options = null)
    {
        using PendingWrite write = PendingWrite.Prepare(path, content, options ?? new AtomicWriteOptions());
        return write.Commit();
    }

    internal static string WriteBackup(string target, string directory, byte[] old, FileIdentity? identity, DateTime at)
    {
        string name = target + ".bak-" + at.ToUniversalTime().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string temporary =
            WriteTemporary(target, directory, old, identity,
                new AtomicWriteOptions { NewFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, AccessLike = target });
        try
        {
            for (int copy = 1; ; copy++)
            {
                string backup = copy == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{copy}");
                if (File.Exists(backup))
                {
                    continue;
                }

                File.Move(temporary, backup, overwrite: false);
                return backup;
            }
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    internal static string WriteTemporary(string target, string directory, ReadOnlySpan<byte> content, FileIdentity? identity,
        AtomicWriteOptions options)
    {
        string temporary = Path.Combine(directory, TemporaryName(target));
        FileStreamOptions how = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            // Readable by nobody else until the old file's mode is put on it, after the content is there.
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        FileStream opened = OpenNew(temporary, how, directory, options.AccessLike);
        try
        {
            using FileStream stream = opened;
            stream.Write(content);
            if (!OperatingSystem.IsWindows())
            {
                if (identity is not null)
                {
                    identity.CopyTo(stream.SafeFileHandle, target, options.MostAllowed);
                }
                else
                {
                    File.SetUnixFileMode(stream.SafeFileHandle, options.NewFileMode & (options.MostAllowed ?? options.NewFileMode));
                }
            }

            stream.Flush(flushToDisk: true);
            return temporary;
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    // With the access list of another file from its first moment on, whatever the folder gives to new files.
    [SupportedOSPlatform("windows")]
    private static FileStream CreateLike(string other, string path)
    {
        FileSecurity access = new FileInfo(other).GetAccessControl(AccessControlSections.Access);
        access.SetAccessRuleProtection(isProtected: true, preserveInheritance: true);
        return new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write, FileShare.None, bufferSize: 4096, FileOptions.None,
            access);
    }

    private static FileStream OpenNew(string temporary, FileStreamOptions how, string directory, string? accessLike)
    {
        try
        {
            return OperatingSystem.IsWindows() && accessLike is not null ? CreateLike(accessLike, temporary)
                : new FileStream(temporary, how);
        }
        catch (PathTooLongException limit)
        {
            throw new PathTooLongException(
                $"The name is too long for the file that a replacement in one step makes beside it in '{directory}'; nothing was changed.",
                    limit);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new UnauthorizedAccessException(
                $"This user may not make files in '{directory}', which a replacement in one step needs; nothing was changed.", denied);
        }
    }

    /// <summary>
    /// Deletes a file of ours after a failure, which is what is to be told: what a scanner holds for a moment is tried again, and one file
    /// that stays keeps no other from going.
    /// </summary>
    internal static void Discard(string file)
    {
        try
        {
            FileReservation.Patiently(() => File.Delete(file), file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Named like a temporary, it goes with the next run.
        }
    }

    /// <summary>Deletes what a run that was killed left beside a file that was never replaced.</summary>
    internal static void ClearAfterKill(string path)
    {
        if (Path.GetDirectoryName(path) is { } directory && Directory.Exists(directory))
        {
            RemoveStaleTemporaries(path, directory);
        }
    }

    // What a run that was killed left behind. Only names of this target and this suffix; others' runs are excluded by the reservation.
    internal static void RemoveStaleTemporaries(string target, string directory)
    {
        foreach (string stale in Directory.EnumerateFiles(directory, "*" + TemporarySuffix).Where(file => IsTemporary(file, target)))
        {
            File.Delete(stale);
        }
    }

    /// <summary>A name beside a target for what is about to take its place.</summary>
    internal static string TemporaryName(string target) =>
        $".{Path.GetFileName(target)}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(TemporaryBytes))}{TemporarySuffix}";

    /// <summary>Whether a file or folder has such a name.</summary>
    internal static bool IsTemporary(string path, string target)
    {
        string prefix = $".{Path.GetFileName(target)}.";
        ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan());
        return name.StartsWith(prefix, Comparison) && name.EndsWith(TemporarySuffix, StringComparison.Ordinal)
            && name.Length == prefix.Length + (2 * TemporaryBytes) + TemporarySuffix.Length;
    }
}

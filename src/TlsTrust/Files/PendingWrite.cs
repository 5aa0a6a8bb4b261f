using System.Security.Cryptography;

namespace TlsTrust.Files;

/// <summary>
/// A replacement that is ready: all that can fail for want of room or rights is done, and one rename is left. Disposed before it, it leaves
/// everything as it was.
/// </summary>
internal sealed class PendingWrite : IDisposable
{
    private readonly string _directory;
    private readonly FileReservation? _reservation; // null where no file is there yet
    private readonly string? _backup;
    private bool _done;

    private PendingWrite(string target, string directory, string temporary, FileReservation? reservation, string? backup)
    {
        Target = target;
        _directory = directory;
        Temporary = temporary;
        _reservation = reservation;
        _backup = backup;
    }

    /// <summary>The file that is replaced or made: where the path given was a link, what it leads to.</summary>
    public string Target { get; }

    /// <summary>The new content, flushed, beside it.</summary>
    public string Temporary { get; }

    /// <summary>Writes the new content, and the backup, beside the target.</summary>
    public static PendingWrite Prepare(string path, ReadOnlyMemory<byte> content, AtomicWriteOptions options)
    {
        string target = AtomicFile.Resolve(path);
        string directory = Path.GetDirectoryName(target) ?? throw new IOException($"'{path}' is not a file.");
        if (Directory.Exists(target))
        {
            throw new IOException($"'{path}' is a directory.");
        }

        if (OperatingSystem.IsWindows() && Path.GetFileName(target).Contains(':', StringComparison.Ordinal))
        {
            throw new IOException($"'{path}' names a stream beside a file's content, which no program reads as a file.");
        }

        FileSet.Recover(directory);
        if (!File.Exists(target))
        {
            if (options.Expected is not null)
            {
                throw new FileNotFoundException($"'{path}' is gone since it was read.", target);
            }

            AtomicFile.RemoveStaleTemporaries(target, directory);
            string fresh = AtomicFile.WriteTemporary(target, directory, content.Span, identity: null, options);
            return new PendingWrite(target, directory, fresh, reservation: null, backup: null);
        }

        if (!options.Overwrite)
        {
            throw new IOException($"'{path}' exists already.");
        }

        FileReservation reservation = FileReservation.Take(target);
        try
        {
            return Replace(path, target, directory, content, options, reservation);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }
    }

    /// <summary>Puts the new content in the target's place.</summary>
    public AtomicWriteResult Commit()
    {
        if (_reservation is not null)
        {
            _reservation.Replace(Temporary);
        }
        else
        {
            Create();
        }

        _done = true;
        UnixFile.FlushDirectory(_directory);
        return new AtomicWriteResult(Target, _backup);
    }

    /// <summary>Leaves the new content beside the target, for another run to put in its place.</summary>
    public void Leave() => _done = true;

    public void Dispose()
    {
        if (!_done)
        {
            AtomicFile.Discard(Temporary);
            if (_backup is not null && File.Exists(Target))
            {
                AtomicFile.Discard(_backup); // of what is still there, keys and all
            }
        }

        _reservation?.Dispose();
    }

    private static PendingWrite Replace(string path, string target, string directory, ReadOnlyMemory<byte> content,
        AtomicWriteOptions options, FileReservation reservation)
    {
        AtomicFile.RemoveStaleTemporaries(target, directory);
        FileIdentity? identity = FileIdentity.Of(target);
        identity?.DemandReplaceable(target);
        if (identity is null && !OperatingSystem.IsWindows())
        {
            // macOS, and a Linux that does not tell the owner: the mode at least is kept.
            options = options with { NewFileMode = File.GetUnixFileMode(target) };
            FileIdentity.DemandWritable(target, options.NewFileMode);
        }

        byte[] old = InputFile.ReadAllBytes(target);
        try
        {
            if (options.Expected is { } expected && !expected.Span.SequenceEqual(old))
            {
                throw new IOException($"'{path}' was changed by someone else since it was read; nothing was written.");
            }

            string temporary =
                AtomicFile.WriteTemporary(target, directory, content.Span, identity, options with { AccessLike = target });
            try
            {
                string? backup = options.BackupAt is { } at ? AtomicFile.WriteBackup(target, directory, old, identity, at) : null;
                return new PendingWrite(target, directory, temporary, reservation, backup);
            }
            catch
            {
                AtomicFile.Discard(temporary);
                throw;
            }
        }
        finally
        {
            // A file that holds a key passes through here.
            CryptographicOperations.ZeroMemory(old);
        }
    }

    private void Create()
    {
        try
        {
            File.Move(Temporary, Target, overwrite: false);
        }
        catch (FileNotFoundException gone)
        {
            throw new IOException($"'{Target}' is being made by another run at this moment; nothing was written.", gone);
        }
    }
}

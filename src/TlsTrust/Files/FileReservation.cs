namespace TlsTrust.Files;

/// <summary>Keeps other writers of ours away from a file while it is read, judged and replaced. Readers are not disturbed.</summary>
internal sealed class FileReservation : IDisposable
{
    private const int DeviceBusy = 16; // EBUSY, of Linux and macOS
    private const int SharingViolation = 32; // ERROR_SHARING_VIOLATION
    private const int LockViolation = 33; // ERROR_LOCK_VIOLATION

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1); // longer than a scanner takes, shorter than a person's patience
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _target;
    private readonly FileStream _lock;

    private FileReservation(string target, FileStream held)
    {
        _target = target;
        _lock = held;
    }

    /// <summary>Takes the reservation or says that somebody else has it.</summary>
    public static FileReservation Take(string target)
    {
        if (OperatingSystem.IsWindows())
        {
            if (File.GetAttributes(target).HasFlag(FileAttributes.ReadOnly))
            {
                throw new UnauthorizedAccessException($"'{target}' is read-only; nothing was changed.");
            }

            return new FileReservation(target, OpenWindowsLock(target));
        }

        if (FileIdentity.Of(target) is { IsRegular: false })
        {
            throw new IOException($"'{target}' is a device or a pipe and not a file that can be replaced; nothing was written.");
        }

        // The lock is on the file itself, so that nothing is left lying about. A rename puts another file under the name:
        // whoever got the lock of a file that has lost its name asks again.
        for (int attempt = 0; ; attempt++)
        {
            FileStream stream = OpenForWriting(target);
            try
            {
                if (!UnixFile.TryLock(stream.SafeFileHandle))
                {
                    throw new IOException($"'{target}' is being changed by another run at this moment; nothing was written.");
                }

                FileIdentity? held = FileIdentity.Of(stream.SafeFileHandle);
                if (held is null || held.IsSameFileAs(FileIdentity.Of(target)))
                {
                    return new FileReservation(target, stream);
                }

                if (attempt == 3)
                {
                    throw new IOException($"'{target}' is being changed again and again by others; nothing was written.");
                }
            }
            catch
            {
                stream.Dispose();
                throw;
            }

            stream.Dispose();
        }
    }

    /// <summary>Puts the temporary file in the target's place.</summary>
    public void Replace(string temporary)
    {
        if (OperatingSystem.IsWindows())
        {
            Patiently(() => ReplaceOnWindows(temporary), _target);
            return;
        }

        try
        {
            File.Move(temporary, _target, overwrite: true);
        }
        catch (IOException busy) when (busy.HResult == DeviceBusy)
        {
            throw new IOException($"'{_target}' is mounted by itself, as into a container, and can't be replaced in one step; nothing " +
                $"was changed. Repair it where it comes from, or name another destination.", busy);
        }
    }

    public void Dispose() => _lock.Dispose();

    // ReplaceFile keeps the target's ACL, attributes and streams. It may fail with the target gone and the new file under its own name
    // (ERROR_UNABLE_TO_MOVE_REPLACEMENT): the next attempt is then a move.
    private void ReplaceOnWindows(string temporary)
    {
        if (File.Exists(_target))
        {
            File.Replace(temporary, _target, destinationBackupFileName: null);
        }
        else
        {
            File.Move(temporary, _target);
        }
    }

    private static FileStream OpenForWriting(string target)
    {
        try
        {
            return new FileStream(target, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new UnauthorizedAccessException($"'{target}' may not be written by this user; nothing was changed.", denied);
        }
    }

    private static FileStream OpenWindowsLock(string target)
    {
        Patiently(() => OpenForWriting(target).Dispose(), target);
        FileStream? held = null;
        try
        {
            Patiently(() => held = new FileStream(target + ".tlstrust-lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                FileOptions.DeleteOnClose), target);
            return held!;
        }
        catch (IOException other)
        {
            throw new IOException($"'{target}' is being changed by another run at this moment; nothing was written.", other);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new UnauthorizedAccessException(
                $"This user may not make files beside '{target}', which a replacement in one step needs; nothing was changed.", denied);
        }
    }

    // Virus scanners and indexers hold a file for moments, and one that is just being deleted looks like a denied access.
    internal static void Patiently(Action attempt, string target)
    {
        for (TimeSpan waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                attempt();
                return;
            }
            catch (Exception fault) when (fault is (IOException and not (FileNotFoundException or DirectoryNotFoundException))
                or UnauthorizedAccessException && waited < Longest)
            {
                Thread.Sleep(Pause);
            }
            catch (IOException held) when ((held.HResult & 0xFFFF) is SharingViolation or LockViolation)
            {
                throw new IOException(
                    $"'{target}' is held open by another program; nothing was changed. Close it, and run this again.", held);
            }
        }
    }
}

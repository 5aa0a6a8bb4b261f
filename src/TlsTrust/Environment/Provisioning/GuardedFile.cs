using TlsTrust.Files;

namespace TlsTrust.Environment.Provisioning;

/// <summary>Changes files that others write as well: read, compute, write only if nothing moved meanwhile, else again.</summary>
internal static class GuardedFile
{
    /// <summary>Two provisioners at once need a handful of turns; whoever loses fifty has another problem.</summary>
    private const int MaximumTurns = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Replaces a file's content by what <paramref name="change"/> makes of it; null content is "no file".</summary>
    /// <param name="path">The file; a link is followed.</param>
    /// <param name="change">From the old content to the new; returning null deletes the file.</param>
    /// <param name="newFileMode">Permission of a file that is created.</param>
    /// <returns>What was there before.</returns>
    public static byte[]? Change(string path, Func<byte[]?, byte[]?> change, UnixFileMode newFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)
    {
        for (int turn = 1; ; turn++)
        {
            byte[]? before = File.Exists(path) ? File.ReadAllBytes(path) : null;
            byte[]? after = change(before);
            if ((before is null && after is null) || (before is not null && after is not null && before.AsSpan().SequenceEqual(after)))
            {
                return before;
            }

            try
            {
                if (after is null)
                {
                    DeleteIfStill(path, before!);
                }
                else
                {
                    AtomicFile.Write(path, after, new AtomicWriteOptions { Expected = before is null ? null : (ReadOnlyMemory<byte>?)before, Overwrite = before is not null, NewFileMode = newFileMode });
                }

                return before;
            }
            catch (IOException) when (turn < MaximumTurns)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    private static void DeleteIfStill(string path, byte[] expected)
    {
        string target = AtomicFile.Resolve(path);
        using FileReservation reservation = FileReservation.Take(target);
        if (!File.ReadAllBytes(target).AsSpan().SequenceEqual(expected))
        {
            throw new IOException($"'{path}' was changed meanwhile.");
        }

        File.Delete(target);
    }

    /// <summary>Writes the content, whatever was there.</summary>
    public static void Write(string path, byte[] content, UnixFileMode newFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead) =>
        Change(path, _ => content, newFileMode);

    /// <summary>Refuses a folder below <paramref name="root"/> that others may not pass: what everybody is to use would be of use to nobody.</summary>
    public static void DemandOpenPlace(string path, string root)
    {
        for (string? folder = Path.GetDirectoryName(Path.GetFullPath(path)); !OperatingSystem.IsWindows() && !string.IsNullOrEmpty(folder) && folder != root; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && (File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) == 0)
            {
                throw new ProvisioningException(Refusal.PermissionDenied, $"'{folder}' is closed to other users, who are to read the bundle.", "Choose another -Destination, or leave it out.");
            }
        }
    }

    /// <summary>Refuses a place where somebody else could put another file: world-writable without the sticky bit, up to the root.</summary>
    public static void RequireSafePlace(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (File.Exists(path) && (File.GetUnixFileMode(path) & UnixFileMode.OtherWrite) != 0)
        {
            throw new ProvisioningException(Refusal.WorldWritable, $"'{path}' can be written by everybody; whoever can write it decides what is trusted.", $"chmod o-w '{path}', or choose another -Destination.");
        }

        bool direct = true;
        for (string? folder = Path.GetDirectoryName(Path.GetFullPath(path)); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder))
            {
                UnixFileMode mode = File.GetUnixFileMode(folder);
                // In a sticky folder nobody can replace another's file, but anybody can put one there first.
                if ((mode & UnixFileMode.OtherWrite) != 0 && (direct || (mode & UnixFileMode.StickyBit) == 0))
                {
                    throw new ProvisioningException(Refusal.WorldWritable, $"'{folder}' can be written by everybody; a file in it could be replaced by anybody.", $"chmod o-w '{folder}', or choose another -Destination.");
                }

                direct = false;
            }
        }
    }
}

namespace TlsTrust.Files;

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
    public static byte[]? Change(string path, Func<byte[]?, byte[]?> change,
        UnixFileMode newFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)
    {
        for (int turn = 1; ; turn++)
        {
            byte[]? before = File.Exists(path) ? InputFile.ReadAllBytes(path) : null;
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
                    AtomicFile.Write(path, after,
                        new AtomicWriteOptions { Expected = before is null ? null
                            : (ReadOnlyMemory<byte>?)before, Overwrite = before is not null, NewFileMode = newFileMode });
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
        if (!InputFile.ReadAllBytes(target).AsSpan().SequenceEqual(expected))
        {
            throw new IOException($"'{path}' was changed meanwhile.");
        }

        File.Delete(target);
    }

    /// <summary>Writes the content, whatever was there.</summary>
    public static void Write(string path, byte[] content,
        UnixFileMode newFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead) =>
        Change(path, _ => content, newFileMode);
}

using System.Text;

namespace TlsTrust.Files;

/// <summary>One file of several that belong together.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Content">What is to be in it.</param>
/// <param name="Options">How it is written.</param>
internal sealed record SetFile(string Name, ReadOnlyMemory<byte> Content, AtomicWriteOptions Options);

/// <summary>
/// Writes files that belong together, as a certificate and its key do. A folder that is not there yet appears with all of them in it, in
/// one step. In one that is there, all new files are on the disk before the first takes its place, and a list of them stands beside them
/// meanwhile: each file is old or new, whole, at every moment, and a set that was interrupted half-way is completed by the next run that
/// writes there.
/// </summary>
internal static class FileSet
{
    private const string ListName = ".tlstrust-set";
    private const string Whole = "."; // the last line of a list: without it the disk was full or the run was killed, and nothing has begun
    private const int MaxList = 64 * 1024; // some ten names

    // Nobody else opens the list; on Windows it could not be deleted otherwise by who holds it.
    private static FileShare Alone => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Writes them, the last one last. Returns what was done with each.</summary>
    /// <exception cref="IOException">The message says why; nothing is written, or the next run completes it.</exception>
    public static IReadOnlyList<AtomicWriteResult> Write(string folder, IReadOnlyList<SetFile> files) =>
        Write(folder, files, static _ => { });

    /// <summary>The same, with something done after each step: how the tests kill it.</summary>
    internal static IReadOnlyList<AtomicWriteResult> Write(string folder, IReadOnlyList<SetFile> files, Action<string> step)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder))
        {
            throw new IOException($"'{folder}' is a file.");
        }

        if (!Directory.Exists(folder))
        {
            return WriteFolder(folder, files, step);
        }

        List<PendingWrite> pending = [];
        try
        {
            foreach (SetFile file in files)
            {
                pending.Add(PendingWrite.Prepare(Path.Combine(folder, file.Name), file.Content, file.Options));
                step($"prepared {file.Name}");
            }

            string list = Path.Combine(folder, ListName);
            using FileStream held =
                WriteList(list, files.Zip(pending, (file, write) => $"{file.Name}\t{Path.GetFileName(write.Temporary)}"));
            step("listed");
            List<AtomicWriteResult> done = Commit(pending, list, step);
            held.Dispose();
            File.Delete(list);
            return done;
        }
        finally
        {
            pending.ForEach(write => write.Dispose());
        }
    }

    /// <summary>Completes what a run that was killed began in this folder.</summary>
    /// <exception cref="IOException">Another run is at it.</exception>
    public static void Recover(string folder)
    {
        string list = Path.Combine(folder, ListName);
        if (!File.Exists(list))
        {
            return;
        }

        using FileStream held = Open(list);
        if (held.Length > MaxList)
        {
            throw new IOException($"'{list}' is no list of this module; delete it if nobody needs it.");
        }

        byte[] text = new byte[held.Length];
        held.ReadExactly(text);
        string[] lines = Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is [.. string[] entries, Whole])
        {
            foreach (string entry in entries)
            {
                Complete(folder, entry);
            }

            UnixFile.FlushDirectory(folder);
        }

        held.Dispose();
        File.Delete(list);
    }

    private static List<AtomicWriteResult> Commit(List<PendingWrite> pending, string list, Action<string> step)
    {
        List<AtomicWriteResult> done = [];
        try
        {
            foreach (PendingWrite write in pending)
            {
                done.Add(write.Commit());
                step($"wrote {Path.GetFileName(write.Target)}");
            }

            return done;
        }
        catch (Exception fault) when (done.Count > 0 && fault is IOException or UnauthorizedAccessException)
        {
            pending.ForEach(write => write.Leave());
            throw new IOException($"{fault.Message} {done.Count} of {pending.Count} files are new; the next run there makes the others so.",
                fault);
        }
        catch
        {
            File.Delete(list);
            throw;
        }
    }

    // Names only: a list leads out of its folder no more than the links in it do, and to nothing but what a run of ours has left there.
    private static void Complete(string folder, string entry)
    {
        if (entry.Split('\t') is not [var name, var temporaryName] || name != Path.GetFileName(name)
            || temporaryName != Path.GetFileName(temporaryName))
        {
            return;
        }

        string target = AtomicFile.Resolve(Path.Combine(folder, name));
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, temporaryName);
        if (!AtomicFile.IsTemporary(temporary, target) || !File.Exists(temporary))
        {
            return; // it is in its place
        }

        if (File.Exists(target))
        {
            using FileReservation reservation = FileReservation.Take(target);
            reservation.Replace(temporary);
        }
        else
        {
            File.Move(temporary, target, overwrite: false);
        }
    }

    private static List<AtomicWriteResult> WriteFolder(string folder, IReadOnlyList<SetFile> files, Action<string> step)
    {
        string above = Path.GetDirectoryName(folder) ?? throw new IOException($"'{folder}' can't be made.");
        Directory.CreateDirectory(above);
        foreach (string stale in Directory.EnumerateDirectories(above).Where(other => AtomicFile.IsTemporary(other, folder)))
        {
            Directory.Delete(stale, recursive: true);
        }

        string temporary = Path.Combine(above, AtomicFile.TemporaryName(folder));
        Directory.CreateDirectory(temporary);
        try
        {
            foreach (SetFile file in files)
            {
                AtomicFile.Write(Path.Combine(temporary, file.Name), file.Content, file.Options);
                step($"prepared {file.Name}");
            }

            Directory.Move(temporary, folder);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }

        UnixFile.FlushDirectory(above);
        step("moved");
        return [.. files.Select(file => new AtomicWriteResult(Path.Combine(folder, file.Name), null))];
    }

    // Held open, and so locked, for as long as the set is being written.
    private static FileStream WriteList(string list, IEnumerable<string> lines)
    {
        FileStreamOptions how = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = Alone };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        FileStream held = new(list, how);
        try
        {
            held.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Append(Whole).Select(line => line + "\n"))));
            held.Flush(flushToDisk: true);
            UnixFile.FlushDirectory(Path.GetDirectoryName(list)!);
            return held;
        }
        catch
        {
            held.Dispose();
            File.Delete(list);
            throw;
        }
    }

    private static FileStream Open(string list)
    {
        try
        {
            return new FileStream(list, FileMode.Open, FileAccess.ReadWrite, Alone);
        }
        catch (IOException held) when (held is not FileNotFoundException)
        {
            throw new IOException($"'{Path.GetDirectoryName(list)}' is being changed by another run at this moment; nothing was written.",
                held);
        }
    }
}

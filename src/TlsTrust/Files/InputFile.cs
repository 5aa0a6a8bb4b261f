namespace TlsTrust.Files;

/// <summary>
/// The one way to open a file for reading. Only a regular file has an end: a pipe waits for whoever writes, a socket can't be opened, a
/// device may go on for ever. Each is refused by its name, before anything waits for it.
/// </summary>
public static class InputFile
{
    /// <summary>256 MiB: the longest certificate file; nothing else that is read whole comes near.</summary>
    public const long MaxLength = 256L * 1024 * 1024;

    private const int ChunkLength = 1 << 20; // between two looks at whether somebody gave up

    /// <summary>Opens a file that others may rename or delete meanwhile.</summary>
    /// <exception cref="IOException">It is not there, can't be read, or is no regular file: the message says what it is.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FileStream Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder."); // the platform says that access is denied
        }

        Refuse(path, FileIdentity.KindOf(path));
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            // Asked again of what was opened: the name may lead elsewhere by now.
            if (path != UnixFile.EmptyDevice)
            {
                Refuse(path, FileIdentity.Of(stream.SafeFileHandle)?.Kind ?? (stream.CanSeek ? FileKind.Regular : FileKind.Pipe));
            }

            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">Links are followed.</param>
    /// <param name="most">Where it is longer, it is refused.</param>
    /// <param name="why">What a longer one is not, for the message.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">It can't be read, is too long or no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static byte[] ReadAllBytes(string path, long most, string why, CancellationToken cancellation = default)
    {
        using FileStream stream = Open(path);
        if (stream.Length > most)
        {
            throw new IOException($"'{path}' is larger than {most / (1024 * 1024)} MiB; that is no {why}.");
        }

        byte[] data = new byte[stream.Length];
        int read = 0;
        while (read < data.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = stream.Read(data, read, Math.Min(ChunkLength, data.Length - read));
            if (length == 0)
            {
                return data[..read];
            }

            read += length;
        }

        return data;
    }

    /// <summary>The bytes of a file of any kind, up to <see cref="MaxLength"/>.</summary>
    /// <exception cref="IOException">It can't be read, is too long or no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static byte[] ReadAllBytes(string path) => ReadAllBytes(path, MaxLength, "file that is kept here");

    /// <summary>The lines of a text in UTF-8.</summary>
    /// <exception cref="IOException">It can't be read, is too long or no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static string[] ReadAllLines(string path)
    {
        using StreamReader lines = new(new MemoryStream(ReadAllBytes(path)));
        return lines.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n') is { Length: > 0 } text ? text.Split('\n') : [];
    }

    private static void Refuse(string path, FileKind kind)
    {
        string? what = kind switch
        {
            FileKind.Pipe => "a pipe (FIFO)",
            FileKind.Socket => "a socket",
            FileKind.Device => "a device",
            _ => null,
        };
        if (what is not null)
        {
            throw new IOException($"'{path}' is {what}, not a file: it has no end. Save what comes out of it to a file.");
        }
    }
}

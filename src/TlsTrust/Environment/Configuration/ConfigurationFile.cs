using System.Text;
using TlsTrust.Files;

namespace TlsTrust.Environment.Configuration;

/// <summary>A configuration file read byte for byte: every entry knows its place, and an edit changes nothing else.</summary>
public sealed class ConfigurationFile
{
    /// <summary>Larger files are not configuration; reading them would only cost memory.</summary>
    public const int MaximumBytes = 1024 * 1024;

    private ConfigurationFile(string path, ConfigurationFormat format, byte[] bytes)
    {
        Path = path;
        Format = format;
        Bytes = bytes;
        // Latin-1 maps every byte to one character and back, so that offsets are byte offsets and unknown encodings survive an edit.
        string text = Encoding.Latin1.GetString(bytes);
        Entries = format == ConfigurationFormat.Directory ? [] : ReadEntries(path, ConfigurationReader.Read(format, text));
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>How it is written.</summary>
    public ConfigurationFormat Format { get; }

    /// <summary>What it holds.</summary>
    public IReadOnlyList<ConfigurationEntry> Entries { get; }

    internal byte[] Bytes { get; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="IOException">
    /// It can't be read, is larger than <see cref="MaximumBytes"/>, or has more settings than any file of settings.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static ConfigurationFile Read(string path, ConfigurationFormat format)
    {
        using FileStream stream = InputFile.Open(path);
        if (stream.Length > MaximumBytes)
        {
            throw new IOException($"{path} has {stream.Length} bytes; a configuration file of more than {MaximumBytes} is not read.");
        }

        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return new ConfigurationFile(path, format, copy.ToArray());
    }

    /// <summary>Reads a file's content that is already at hand.</summary>
    /// <exception cref="IOException">It has more settings than any file of settings.</exception>
    public static ConfigurationFile Parse(string path, ConfigurationFormat format, byte[] bytes) => new(path, format, bytes);

    /// <summary>The content with some stretches replaced; they must not overlap.</summary>
    public byte[] With(IEnumerable<ConfigurationEdit> edits)
    {
        using MemoryStream result = new();
        int at = 0;
        foreach (ConfigurationEdit edit in edits.OrderBy(edit => edit.Start))
        {
            if (edit.Start + edit.Length <= at)
            {
                continue; // two findings about one entry: the first edit already took it
            }

            int start = Math.Max(at, edit.Start);
            result.Write(Bytes, at, start - at);
            result.Write(Encoding.UTF8.GetBytes(edit.Replacement));
            at = edit.Start + edit.Length;
        }

        result.Write(Bytes, at, Bytes.Length - at);
        return result.ToArray();
    }

    private static ConfigurationEntry[] ReadEntries(string path, IEnumerable<ConfigurationEntry> entries)
    {
        EntryBudget budget = new();
        List<ConfigurationEntry> read = [];
        foreach (ConfigurationEntry entry in entries)
        {
            read.Add(budget.Of(Decoded(entry)));
            if (budget.IsSpent)
            {
                throw new IOException($"{path} has more settings than a file of settings has ({read.Count} and more); it is not read.");
            }
        }

        return [.. read];
    }

    private static ConfigurationEntry Decoded(ConfigurationEntry entry) => entry with
    {
        Key = Utf8(entry.Key),
        Value = Utf8(entry.Value),
        Name = Utf8(entry.Name),
    };

    private static string Utf8(string latin1) =>
        latin1.All(char.IsAscii) ? latin1 : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1));
}

/// <summary>A stretch of a file and what takes its place.</summary>
/// <param name="Start">Offset of its first byte.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Replacement">What is written there; empty to delete.</param>
public sealed record ConfigurationEdit(int Start, int Length, string Replacement);

using System.Text;
using System.Text.Json;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Environment.Machines;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>
/// Firefox's enterprise policy on Linux: a file with the CA beside <c>policies.json</c>, named in its <c>Certificates.Install</c>. Every
/// profile of every user has it from Firefox's next start on. (On Windows and macOS Firefox takes the system's store.)
/// </summary>
internal sealed class FirefoxPolicyStore(IMachine machine) : ISystemStore
{
    private const string Prefix = "policies:";
    private const string Folder = "/etc/firefox/policies";
    private const string Policies = Folder + "/policies.json";

    private static readonly string[] Executables = ["firefox", "firefox-esr"];

    private string Path => machine.Locate(Policies);

    /// <inheritdoc/>
    public string Id => Prefix + Policies;

    /// <summary>The machine's, where there is a Firefox.</summary>
    public static FirefoxPolicyStore? Find(IMachine machine) =>
        machine.Platform == StorePlatform.Linux && Executables.Any(name => machine.FindExecutable(name) is not null)
            ? new FirefoxPolicyStore(machine) : null;

    /// <summary>The store of an id, also when Firefox is gone; null for another kind's.</summary>
    public static FirefoxPolicyStore? Open(IMachine machine, string id) =>
        id == Prefix + Policies ? new FirefoxPolicyStore(machine) : null;

    /// <inheritdoc/>
    public bool Holds(Certificate anchor) => File.Exists(Path)
        && PolicyText.Installed(InputFile.ReadAllBytes(Path)).Where(System.IO.Path.IsPathRooted).Select(machine.Locate).Any(file =>
            StoreFile.Read(file).Entries.Any(entry => entry.Certificate.Equals(anchor)));

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(IReadOnlyList<Certificate> anchors) =>
        [.. anchors.Select(FileOf), $"{Policies}: Certificates.Install"];

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Certificate> anchors)
    {
        Directory.CreateDirectory(machine.Locate(Folder));
        foreach (Certificate anchor in anchors)
        {
            GuardedFile.Write(machine.Locate(FileOf(anchor)), Encoding.ASCII.GetBytes(anchor.ToPem()));
            GuardedFile.Change(Path, content => PolicyText.With(content, FileOf(anchor), Policies));
        }
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Certificate> anchors)
    {
        foreach (Certificate anchor in anchors.Reverse())
        {
            GuardedFile.Change(Path, content => PolicyText.Without(content, FileOf(anchor)));
            File.Delete(machine.Locate(FileOf(anchor)));
            AtomicFile.ClearAfterKill(machine.Locate(FileOf(anchor)));
        }

        AtomicFile.ClearAfterKill(Path);
        foreach (string folder in new[] { machine.Locate(Folder), System.IO.Path.GetDirectoryName(machine.Locate(Folder))! })
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    private static string FileOf(Certificate anchor) => $"{Folder}/{OwnName.Of(anchor)}.pem";
}

/// <summary>The text of <c>policies.json</c>: what is put in is one stretch, and goes out again as one.</summary>
internal static class PolicyText
{
    private static readonly string[] Keys = ["policies", "Certificates", "Install"];

    /// <summary>The files that a policy installs; none of a text that is no policy.</summary>
    public static IReadOnlyList<string> Installed(byte[] content)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Body(content));
            JsonElement at = document.RootElement;
            foreach (string key in Keys)
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(key, out at))
                {
                    return [];
                }
            }

            return at.ValueKind != JsonValueKind.Array ? []
                : [.. at.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The text with a file more.</summary>
    /// <exception cref="IOException">It is no JSON, or what it names so is something else.</exception>
    public static byte[] With(byte[]? content, string file, string path)
    {
        if (content is null)
        {
            return Encoding.UTF8.GetBytes($"{{{Stretch(file, 0)}}}\n");
        }

        if (Installed(content).Contains(file))
        {
            return content;
        }

        (int at, int depth, bool isEmpty) = Place(content, path);
        byte[] stretch = Encoding.UTF8.GetBytes(Stretch(file, depth) + (isEmpty ? string.Empty : ", "));
        byte[] changed = [.. content[..at], .. stretch, .. content[at..]];
        return Installed(changed).Contains(file) ? changed
            : throw new IOException($"'{path}' names its certificates in a way that can't be added to; nothing in it was changed.");
    }

    /// <summary>The text without it; null when nothing else was in it.</summary>
    public static byte[]? Without(byte[]? content, string file)
    {
        if (content is null || Encoding.UTF8.GetString(content) is var text && text == $"{{{Stretch(file, 0)}}}\n")
        {
            return null;
        }

        // The last is one whose neighbour came later and went first.
        IEnumerable<string> ways = Enumerable.Range(0, Keys.Length + 1).Select(depth => Stretch(file, depth)).Append(Quoted(file))
            .SelectMany(stretch => new[] { stretch + ", ", ", " + stretch, stretch });
        string? found = ways.FirstOrDefault(way => text.Contains(way, StringComparison.Ordinal));
        return found is null ? content
            : Encoding.UTF8.GetBytes(text.Remove(text.IndexOf(found, StringComparison.Ordinal), found.Length));
    }

    // What is put in where so many of the keys are there; by its blanks it is known again, whatever stands around it.
    private static string Stretch(string file, int depth)
    {
        string text = Quoted(file);
        for (int i = Keys.Length - 1; i >= depth; i--)
        {
            text = i == Keys.Length - 1 ? $"\"{Keys[i]}\": [{text}]" : $"\"{Keys[i]}\": {{{text}}}";
        }

        return new string(' ', depth + 1) + text;
    }

    private static string Quoted(string file) => JsonSerializer.Serialize(file, PolicyJson.Default.String);

    /// <summary>Behind the bracket of the innermost of the keys that is there.</summary>
    private static (int At, int Depth, bool IsEmpty) Place(byte[] content, string path)
    {
        try
        {
            int start = content.Length - Body(content).Length;
            Utf8JsonReader reader = new(Body(content).Span);
            int depth = 0, at = -1;
            bool isEmpty = true, isNext = true;
            while (reader.Read())
            {
                if (at >= 0 && isNext)
                {
                    isEmpty = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
                    isNext = false;
                }

                bool opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
                if (at < 0 && opens)
                {
                    (at, isNext) = (start + (int)reader.BytesConsumed, true);
                }
                else if (reader.TokenType == JsonTokenType.PropertyName && depth < Keys.Length && reader.CurrentDepth == depth + 1
                    && reader.ValueTextEquals(Keys[depth]))
                {
                    reader.Read();
                    (at, depth, isNext) = (start + (int)reader.BytesConsumed, depth + 1, true);
                }
                else if (opens)
                {
                    reader.Skip();
                }
            }

            return (at, depth, isEmpty);
        }
        catch (JsonException fault)
        {
            throw new IOException($"'{path}' is no JSON, so that Firefox reads nothing of it: {fault.Message} Nothing was changed.", fault);
        }
    }

    private static ReadOnlyMemory<byte> Body(byte[] content) =>
        content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content.AsMemory(Encoding.UTF8.Preamble.Length) : content;
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class PolicyJson : System.Text.Json.Serialization.JsonSerializerContext;

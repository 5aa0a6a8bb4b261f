using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TlsTrust.Tests;

/// <summary>
/// Where other people's cases are: <c>TLSTRUST_SHARED</c>, or <c>shared</c> beside the checkout. Nothing of them is in the project.
/// </summary>
internal static class Corpora
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    internal static string? Folder { get; } = FindFolder();

    /// <summary>Skips the test, with the reason, where the corpora are absent.</summary>
    internal static string Require(string file)
    {
        string? path = Folder is null ? null : Path.Combine(Folder, file);
        Assert.SkipUnless(path is not null
            && File.Exists(path), $"{file} is not here: set TLSTRUST_SHARED to the folder that holds corpora/");
        return path!;
    }

    internal static T Read<T>(string file) => ReadFile<T>(Require(file));

    /// <summary>Reads a file of that form that lies anywhere.</summary>
    internal static T ReadFile<T>(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return JsonSerializer.Deserialize<T>(stream, Options)!;
    }

    private static string? FindFolder([CallerFilePath] string? source = null)
    {
        string?[] starts =
            [System.Environment.GetEnvironmentVariable("TLSTRUST_SHARED"), .. Ancestors(AppContext.BaseDirectory),
                .. Ancestors(Path.GetDirectoryName(source))];
        return starts.Where(static s => s is { Length: > 0 })
            .SelectMany(static s =>
                new[] { Path.Combine(s!, "corpora"), Path.Combine(s!, "shared", "corpora"), Path.Combine(s!, "..", "shared", "corpora") })
            .FirstOrDefault(Directory.Exists);
    }

    private static IEnumerable<string?> Ancestors(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }
}

using TlsTrust.Stores;

namespace TlsTrust.Tests.Stores;

/// <summary>A machine that is a folder and a handful of variables, so that nothing of the real one gets into a test.</summary>
internal sealed class FakeMachine : IMachineEnvironment, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("tlstrust-machine-").FullName;

    public Dictionary<string, string> Variables { get; } = [];

    public StorePlatform Platform { get; init; } = StorePlatform.Linux;

    public string HomeDirectory => MapPath("/home/user");

    public string CacheDirectory => MapPath("/home/user/.cache");

    public string? GetVariable(string name) => Variables.GetValueOrDefault(name);

    public string MapPath(string absolutePath) => Path.Combine(_root, absolutePath.TrimStart('/'));

    public string Write(string path, string content)
    {
        string file = MapPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}

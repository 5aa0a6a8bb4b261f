using TlsTrust.Environment.Machines;

namespace TlsTrust.Environment.Provisioning.SystemStores;

/// <summary>Finds tools of the system, which lie in folders that a user's PATH may lack.</summary>
internal static class SystemTool
{
    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    /// <summary>What a tool is run with besides: a PATH on which its own tools are.</summary>
    public static IReadOnlyDictionary<string, string?> Surroundings(IMachine machine) =>
        new Dictionary<string, string?> { ["PATH"] =
            string.Join(':', new[] { machine.Variable("PATH") }.OfType<string>().Concat(Folders)) };

    public static string? Find(IMachine machine, string name) =>
        machine.FindExecutable(name) ?? Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}

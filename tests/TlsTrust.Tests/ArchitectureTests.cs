using System.Text.RegularExpressions;

namespace TlsTrust.Tests;

/// <summary>Who may know whom: each folder of the engine is a namespace, and knows only those listed for it.</summary>
public sealed partial class ArchitectureTests
{
    // What a folder names, itself left out. Nobody knows Diagnosis, Bundles and Environment but who stands above them.
    private static readonly Dictionary<string, string[]> _mayKnow = new()
    {
        ["Files"] = [],
        ["Results"] = ["Certificates"],
        ["Providers"] = [],
        ["Certificates"] = ["Providers"],
        ["Pem"] = ["Certificates", "Files"],
        ["Paths"] = ["Certificates"],
        ["Stores"] = ["Certificates", "Pem", "Paths", "Files"],
        ["Connections"] = ["Certificates"],
        ["Clients"] = ["Certificates", "Paths", "Stores", "Connections"],
        ["Revocation"] = ["Certificates", "Connections"],
        ["Issuers"] = ["Certificates", "Pem", "Paths", "Stores", "Connections", "Files"],
        ["Diagnosis"] = ["Results", "Certificates", "Pem", "Paths", "Stores", "Connections", "Clients", "Revocation", "Issuers", "Files"],
        ["Bundles"] = ["Certificates", "Pem", "Paths", "Stores", "Connections", "Issuers", "Files"],
        ["Environment"] = ["Certificates", "Pem", "Paths", "Stores", "Files", "Clients", "Connections"],
    };

    public static TheoryData<string> Folders => [.. Directory.GetDirectories(Engine).Select(folder => Path.GetFileName(folder)!).Where(name => name is not ("bin" or "obj"))];

    private static string Engine => Path.Combine(Repository.Root, "src", "TlsTrust");

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_of_the_engine_knows_only_those_below_it(string folder)
    {
        Assert.True(_mayKnow.ContainsKey(folder), $"src/TlsTrust/{folder} is new: say here whom it may know");
        string[] known = [.. Sources(folder)
            .SelectMany(file => Namespace().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .Where(name => name != folder && _mayKnow.ContainsKey(name))];
        Assert.Empty(known.Except(_mayKnow[folder]));
    }

    [Fact]
    public void No_two_folders_know_each_other_even_around_corners()
    {
        HashSet<string> placed = [];
        while (placed.Count < _mayKnow.Count)
        {
            string[] next = [.. _mayKnow.Where(folder => !placed.Contains(folder.Key) && folder.Value.All(placed.Contains)).Select(folder => folder.Key)];
            Assert.NotEmpty(next);
            placed.UnionWith(next);
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_engine_writes_to_no_console_and_knows_no_shell(string folder) =>
        Assert.All(Sources(folder), file => Assert.DoesNotMatch(@"\bConsole\.|System\.Management\.Automation", File.ReadAllText(file)));

    [Fact]
    public void The_shipped_module_has_no_third_party_assembly()
    {
        string project = File.ReadAllText(Path.Combine(Repository.Root, "src", "TlsTrust", "TlsTrust.csproj"));
        Assert.DoesNotContain("PackageReference", project, StringComparison.Ordinal);
        Assert.Matches("PowerShellStandard.Library\" PrivateAssets=\"all\" ExcludeAssets=\"runtime\"", File.ReadAllText(Path.Combine(Repository.Root, "src", "TlsTrust.PowerShell", "TlsTrust.PowerShell.csproj")));
    }

    private static string[] Sources(string folder) => Directory.GetFiles(Path.Combine(Engine, folder), "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex(@"TlsTrust\.([A-Z]\w+)")]
    private static partial Regex Namespace();
}

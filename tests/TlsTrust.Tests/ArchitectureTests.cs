using System.Text;

namespace TlsTrust.Tests;

/// <summary>Who may know whom: each folder of the engine knows only those listed for it, and no room is in a circle.</summary>
public sealed class ArchitectureTests(ITestOutputHelper output)
{
    // What a folder uses, itself left out. Nobody knows Diagnosis, Bundles and Environment but who stands above them.
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Files"] = [],
        ["Providers"] = [],
        ["Certificates"] = ["Providers"],
        ["Results"] = ["Certificates"],
        ["CertificateFiles"] = ["Certificates", "Files", "Results"],
        ["Paths"] = ["Certificates", "Results"],
        ["Connections"] = ["Certificates", "Files", "Results"],
        ["Stores"] = ["Certificates", "CertificateFiles", "Paths", "Files", "Results"],
        ["Clients"] = ["Certificates", "Paths", "Stores", "Results"],
        ["ErrorTexts"] = ["Certificates", "Connections", "Files", "Results"],
        ["Revocation"] = ["Certificates", "Connections", "Results"],
        ["Issuers"] = ["Certificates", "CertificateFiles", "Paths", "Stores", "Connections", "Files", "Results"],
        ["Diagnosis"] =
            ["Certificates", "CertificateFiles", "Paths", "Stores", "Connections", "Clients", "Revocation", "Issuers", "Files", "Results"],
        ["Bundles"] = ["Certificates", "CertificateFiles", "Paths", "Stores", "Connections", "Issuers", "Files", "Results"],
        ["Environment"] = ["Certificates", "CertificateFiles", "Paths", "Stores", "Files", "Clients", "Connections", "Results"],
        ["Rendering"] = ["Certificates", "Results", "Diagnosis"],
    };

    public static TheoryData<string> Folders =>
        [.. Directory.GetDirectories(EngineSymbols.Root).Select(folder => Path.GetFileName(folder)!)
            .Where(name => name is not ("bin" or "obj") && EngineSymbols.Sources(name).Length > 0)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_of_the_engine_knows_only_those_below_it(string folder)
    {
        Assert.True(MayKnow.ContainsKey(folder), $"src/TlsTrust/{folder} is new: say here whom it may know");
        Assert.Empty(EngineSymbols.Uses
            .Where(use =>
                FolderOf(use.From) == folder && FolderOf(use.To) is var other && other != folder && !MayKnow[folder].Contains(other))
            .Select(use => use.ToString()));
    }

    [Fact]
    public void No_two_folders_or_rooms_know_each_other_even_around_corners()
    {
        (string From, string To)[] edges = [.. EngineSymbols.Uses
            .Select(use => (From: EngineSymbols.RoomOf(use.From), To: EngineSymbols.RoomOf(use.To)))
            .Distinct()];
        Assert.NotEmpty(edges);
        output.WriteLine(Levels(edges, out string[] circle));
        Assert.Empty(circle);
        Assert.Empty(
            CircleOf([.. edges.Select(edge => (FolderOf(edge.From), FolderOf(edge.To))).Where(edge => edge.Item1 != edge.Item2)
                .Distinct()]));
    }

    [Fact]
    public void A_circle_is_seen() => Assert.Equal(["A", "B"], CircleOf([("A", "B"), ("B", "A"), ("B", "C")]).Order());

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_engine_writes_to_no_console_and_knows_no_shell(string folder) =>
        Assert.All(EngineSymbols.Sources(folder), file =>
            Assert.DoesNotMatch(@"\bConsole\.|System\.Management\.Automation", File.ReadAllText(file)));

    [Theory]
    [InlineData("TlsTrust")]
    [InlineData("TlsTrust.PowerShell")]
    public void Files_are_opened_for_reading_in_one_place(string project)
    {
        // A pipe in the place of a file would hang whoever opens it. The kernel's files are none; the module's own are beside it.
        string[] others = ["InputFile.cs", "LocalMachine.cs", "ModuleParcel.cs"];
        string folder = Path.Combine(Repository.Root, "src", project);
        string[] sources = [.. Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).StartsWith("obj", StringComparison.Ordinal)
                && !others.Contains(Path.GetFileName(file)))];
        Assert.NotEmpty(sources);
        Assert.All(sources, file =>
            Assert.DoesNotMatch(@"(?<!Input)File\.(ReadAll|ReadLines|OpenRead|OpenText)|FileAccess\.Read\b|new StreamReader\(path",
                File.ReadAllText(file)));
    }

    [Fact]
    public void The_engine_has_no_package_and_the_shell_reference_does_not_ship()
    {
        string project = File.ReadAllText(Path.Combine(EngineSymbols.Root, "TlsTrust.csproj"));
        Assert.DoesNotContain("PackageReference", project, StringComparison.Ordinal);
        Assert.Matches(
            "PowerShellStandard.Library\" PrivateAssets=\"all\" ExcludeAssets=\"runtime\"",
            File.ReadAllText(Path.Combine(Repository.Root, "src", "TlsTrust.PowerShell", "TlsTrust.PowerShell.csproj")));
    }

    private static string FolderOf(string fileOrRoom) =>
        (Path.IsPathRooted(fileOrRoom) ? EngineSymbols.RoomOf(fileOrRoom) : fileOrRoom).Split('/')[0];

    private static string[] CircleOf((string From, string To)[] edges)
    {
        Levels(edges, out string[] circle);
        return circle;
    }

    /// <summary>The rooms from the lowest up, a line a level; what is left over is in a circle or above one.</summary>
    private static string Levels((string From, string To)[] edges, out string[] circle)
    {
        StringBuilder text = new();
        HashSet<string> open = [.. edges.SelectMany(edge => new[] { edge.From, edge.To })];
        while (open.Where(room => !edges.Any(edge => edge.From == room && open.Contains(edge.To))).Order()
            .ToArray() is { Length: > 0 } level)
        {
            open.ExceptWith(level);
            text.AppendLine(string.Join("  ", level.Select(room =>
                $"{room}({string.Join(' ', edges.Where(edge => edge.From == room).Select(edge => edge.To).Order())})")));
        }

        circle = [.. open.Where(room => edges.Any(edge => edge.To == room && open.Contains(edge.From)))];
        return text.ToString();
    }
}

using System.Diagnostics;
using System.Globalization;
using TlsTrust.Lab;

namespace TlsTrust.Benchmarks;

/// <summary>
/// What the first answer of a shell costs: fresh shells, in turn, each beside what it is compared with. Compare within one run only: the
/// shell of the .NET tool compiles itself as well.
/// </summary>
internal static class FirstBenchmark
{
    private const int Rounds = 7;

    private static readonly string[] Measurements =
    [
        "handshake", "first call", "second call", "import of an empty module", "import", "first table of Get-Process", "first table",
            "a call of a loop, default store",
    ];

    /// <summary><c>first [rounds]</c>; <c>out/TlsTrust</c> must be built.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        int rounds = arguments is [string given] ? int.Parse(given, CultureInfo.InvariantCulture) : Rounds;
        string root = Root();
        string module = Path.Combine(root, "out", "TlsTrust");
        if (!Directory.Exists(module))
        {
            Console.Error.WriteLine("first: build the module before: ./build.ps1");
            return 1;
        }

        string folder = Directory.CreateTempSubdirectory("tlstrust-first-").FullName;
        try
        {
            string shell =
                Run("dotnet", root, "tool", "exec", "PowerShell", "--yes", "--", "-NoProfile", "-Command", "Join-Path $PSHOME pwsh.dll")
                    .Trim();
            string empty = Path.Combine(folder, "Empty");
            Run("dotnet", root, shell, "-NoProfile", "-Command", $$"""
                New-Item '{{empty}}' -ItemType Directory | Out-Null
                Add-Type -OutputAssembly '{{empty}}/Empty.dll' -OutputType Library -TypeDefinition 'using System.Management.Automation; [Cmdlet("Test", "Empty")] public sealed class TestEmptyCommand : PSCmdlet { }'
                New-ModuleManifest '{{empty}}/Empty.psd1' -RootModule Empty.dll -CmdletsToExport Test-Empty -FunctionsToExport @() -AliasesToExport @()
                """);
            await using LabServer lab = await LabServer.StartAsync(["trusted"]);
            Dictionary<string, List<(double Time, int Methods)>> found =
                Measurements.ToDictionary(what => what, _ => new List<(double, int)>());
            for (int round = 0; round < rounds; round++)
            {
                foreach (string what in Measurements)
                {
                    string script = Path.Combine(AppContext.BaseDirectory, "Measure-First.ps1");
                    string[] numbers =
                        Run("dotnet", root, shell, "-NoProfile", "-File", script, what, lab.Scenarios[0].Endpoint, lab.TrustStorePath,
                            module, empty)
                        .Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Split(' ');
                    found[what].Add(
                        (double.Parse(numbers[0], CultureInfo.InvariantCulture), int.Parse(numbers[1], CultureInfo.InvariantCulture)));
                }
            }

            Print(found);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(Dictionary<string, List<(double Time, int Methods)>> found)
    {
        foreach ((string what, List<(double Time, int Methods)> rounds) in found)
        {
            Console.WriteLine($"{what,-34} best {rounds.Min(round => round.Time),8:0.0} ms, median " +
                $"{Median(rounds.Select(round => round.Time)),8:0.0} ms, {Median(rounds.Select(round => (double)round.Methods)),6:0} " +
                $"methods");
        }

        Ratio("first call", "handshake", 1.8);
        Ratio("import", "import of an empty module", 1.3);
        Ratio("first table", "first table of Get-Process", 1.2);

        void Ratio(string ours, string theirs, double target) => Console.WriteLine(
            $"{ours} / {theirs}: {found[ours].Min(round => round.Time) / found[theirs].Min(round => round.Time):0.00} by the best, "
            + $"{Median(found[ours].Select(round => round.Time)) / Median(found[theirs].Select(round => round.Time)):0.00} by the median " +
                $"(target {target})");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static string Run(string program, string directory, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = directory };

        // What a machine has set costs time that a clean one does not spend.
        foreach (string name in start.Environment.Keys.Where(name =>
            name.Contains("CERT", StringComparison.Ordinal) || name.Contains("_CA", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TlsTrust.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the repository is not above this program");
    }
}

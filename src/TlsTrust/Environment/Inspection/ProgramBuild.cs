using System.Text;
using System.Text.RegularExpressions;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Inspection;

/// <summary>How a program was built, where builds of one name differ in what they trust.</summary>
internal sealed class ProgramBuild(IMachine machine, Func<bool> pipAddsSystem)
{
    /// <summary>The build of a program that did not say which it is.</summary>
    public const string Unknown = "unknown";

    private static readonly TimeSpan ChildLimit = TimeSpan.FromSeconds(10); // a virus scanner looks at it first

    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1); // the patterns are ours, the text is not

    private readonly Dictionary<string, string> _known = [];

    /// <summary>Its build; empty where builds don't differ.</summary>
    public string Of(ProgramFacts program, string? executable)
    {
        if (!_known.TryGetValue(program.Id, out string? build))
        {
            build = executable is null ? string.Empty
                : machine.Platform == StorePlatform.Windows && program.WindowsBuild is { } asked ? Ask(asked, executable)
                : program.Build is { } facts && (facts.Mentions is null || machine.Platform == StorePlatform.Linux)
                    ? Look(facts, executable)
                : string.Empty;
            _known[program.Id] = build;
        }

        return build;
    }

    private string Ask(AskedBuildFacts facts, string executable)
    {
        string? said = facts.Setting is { } key
            ? new SettingLookup(machine, TrustScope.Process).Entries(ProgramCatalogue.File(facts.File!))
                .LastOrDefault(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase))?.Value
            : machine.Run(executable, facts.Ask, ChildLimit)?.Output;
        return said is null ? Unknown
            : facts.Answers.FirstOrDefault(answer => Regex.IsMatch(said, answer.Matches, RegexOptions.IgnoreCase, PatternLimit))?.Is
            ?? Unknown;
    }

    private string Look(BuildFacts facts, string executable)
    {
        bool isIt = facts.Of.Contains("@pip") ? pipAddsSystem()
            : facts.Of.Select(place => Telling(place, executable)).FirstOrDefault(File.Exists) is { } file
                && Mentions(MachinePaths.Resolved(file), facts.Mentions!);
        return isIt ? facts.Is : facts.Otherwise;
    }

    private string? Telling(string place, string executable) => place switch
    {
        "@executable" => executable,
        "@node" => machine.FindExecutable("node"),
        _ => machine.Locate(place),
    };

    // The names of needed libraries stand in the file as text; that is enough to tell two builds apart, without running anything.
    private static bool Mentions(string path, string library)
    {
        // Node.js with everything inside has 100 MB; its small sibling of a distribution has 100 kB
        const int LargestScan = 16 * 1024 * 1024;
        try
        {
            using FileStream stream = InputFile.Open(path);
            if (stream.Length > LargestScan)
            {
                return false;
            }

            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(library)) >= 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

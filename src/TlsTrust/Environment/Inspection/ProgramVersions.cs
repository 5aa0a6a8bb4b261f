using System.Collections.Concurrent;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;

namespace TlsTrust.Environment.Inspection;

/// <summary>What programs say of their versions; each is asked once.</summary>
internal sealed class ProgramVersions(IMachine machine)
{
    // The slowest starts a JVM or an interpreter on a busy machine; who is later has no version.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // A version is a name and a number; what is longer is a greeting.
    private const int LongestVersion = 100;

    private const int AtOnce = 4; // most of them wait for the disk

    private readonly ConcurrentDictionary<string, string?> _known = new(StringComparer.Ordinal);

    /// <summary>Asks several at a time, so that each then has an answer.</summary>
    public void Ask(IEnumerable<(ProgramFacts Program, string? Executable)> programs) =>
        Parallel.ForEach(programs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, one => Of(one.Program, one.Executable));

    /// <summary>The first line with a number in it; null where the program is not here, or is not asked.</summary>
    public string? Of(ProgramFacts program, string? executable) => executable is null || program.Version is not { } arguments ? null
        : _known.GetOrAdd(executable, path =>
            machine.Run(path, arguments, Limit) is { } said ? First($"{said.Output}\n{said.Error}") : null);

    private static string? First(string text) => text.Split('\n').Select(line => line.Trim())
        .FirstOrDefault(line => line.Any(char.IsAsciiDigit)) is { } line
            ? line.Length > LongestVersion ? line[..LongestVersion] + "…" : line : null;
}

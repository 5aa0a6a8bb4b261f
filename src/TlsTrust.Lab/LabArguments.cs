using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;

namespace TlsTrust.Lab;

/// <summary>What the lab's executable is told.</summary>
internal sealed class LabArguments
{
    /// <summary>The arguments make no sense (EX_USAGE).</summary>
    public const int UsageExitCode = 64;

    public const string Usage = """
        usage: TlsTrust.Lab [--serve] [--json] [--scenario NAME ...]
          (nothing)   lists the scenarios and what a diagnosis has to say of each
          --serve     starts their servers on loopback, lists their addresses, and keeps them up until Ctrl+C
          --json      lists as one JSON array
          --scenario  only scenarios of these names; * and ? are wildcards
        """;

    /// <summary>Whether servers are started.</summary>
    public bool Serve { get; private set; }

    /// <summary>Whether lists are JSON.</summary>
    public bool Json { get; private set; }

    /// <summary>The scenarios that were asked for; all when none was named.</summary>
    public IReadOnlyList<Scenario> Scenarios { get; private set; } = LabServer.Catalog;

    /// <summary>Reads the arguments of a process.</summary>
    public static bool TryRead(string[] arguments, [NotNullWhen(true)] out LabArguments? wanted, [NotNullWhen(false)] out string? fault)
    {
        LabArguments read = new();
        List<string> patterns = [];
        bool naming = false;
        (wanted, fault) = (null, null);
        foreach (string argument in arguments)
        {
            switch (argument)
            {
                case "--serve":
                    read.Serve = true;
                    naming = false;
                    break;
                case "--json":
                    read.Json = true;
                    naming = false;
                    break;
                case "--scenario":
                    naming = true;
                    break;
                case not ['-', ..] when naming:
                    patterns.Add(argument);
                    break;
                default:
                    fault = $"'{argument}' is not understood";
                    return false;
            }
        }

        if (patterns.Count > 0)
        {
            read.Scenarios =
                [.. LabServer.Catalog.Where(scenario =>
                    patterns.Exists(pattern => FileSystemName.MatchesSimpleExpression(pattern, scenario.Name)))];
        }

        if (naming && patterns.Count == 0)
        {
            fault = "--scenario wants a name";
            return false;
        }

        if (read.Scenarios.Count == 0)
        {
            fault = $"there is no scenario '{string.Join(' ', patterns)}'; without arguments the lab lists them all";
            return false;
        }

        wanted = read;
        return true;
    }
}

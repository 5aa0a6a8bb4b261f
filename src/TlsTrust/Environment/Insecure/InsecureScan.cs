using System.Globalization;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Insecure;

/// <summary>Finds every switch that turns verification off, in variables and in files.</summary>
public static class InsecureScan
{
    /// <summary>Ids of the files in which variables are set for later processes.</summary>
    internal static readonly IReadOnlyList<string> VariableFiles = ["pamenvironment", "environmentd", "shell", "fish", "powershellprofile"];

    /// <summary>What is switched off.</summary>
    /// <param name="machine">Where to look.</param>
    /// <param name="programs">Which programs; all when null.</param>
    /// <param name="scopes">Which scopes; all when null.</param>
    public static IReadOnlyList<InsecureSetting> Find(IMachine machine, IReadOnlyCollection<ProgramFacts>? programs = null,
        IReadOnlyCollection<TrustScope>? scopes = null) =>
        [.. Locate(machine, programs, scopes).Select(found => found.Setting)];

    /// <summary>What a process's variables switch off, one sentence each: the evidence of the finding InsecureSetting.</summary>
    public static IReadOnlyList<string> OfProcess(IMachine machine) => !InsecureGlance.IsNeeded(machine.Variables)
        ? []
        : [.. Find(machine, scopes: [TrustScope.Process])
            .Select(setting => $"{setting.Setting} is set for {setting.ProgramName}; undo it with {setting.Undo}")];

    internal static IEnumerable<FoundInsecurity> Locate(IMachine machine, IReadOnlyCollection<ProgramFacts>? programs = null,
        IReadOnlyCollection<TrustScope>? scopes = null)
    {
        programs ??= ProgramCatalogue.Programs;
        ConfigurationPlaces places = new(machine);
        HashSet<(string?, int, string)> seen = [];
        IEnumerable<FoundInsecurity> all = InVariables(machine, programs);
        if (scopes is null || scopes.Any(scope => scope != TrustScope.Process))
        {
            // No file says anything about the process that runs.
            all = all.Concat(InVariableFiles(places, programs)).Concat(InFiles(places, programs));
        }

        foreach (FoundInsecurity found in all)
        {
            // curl's variable of requests and pip, npm's of pnpm: one place is one finding, under the first program that reads it.
            if ((scopes is null || scopes.Contains(found.Setting.Scope))
                && seen.Add((found.Setting.File ?? found.Setting.Scope.ToString(), found.Setting.Line, found.Setting.Setting)))
            {
                yield return found;
            }
        }
    }

    private static IEnumerable<FoundInsecurity> InVariables(IMachine machine, IReadOnlyCollection<ProgramFacts> programs)
    {
        foreach ((TrustScope scope, IReadOnlyDictionary<string, string> variables) in new[]
        {
            (TrustScope.Process, machine.Variables),
            (TrustScope.User, Stored(machine, forMachine: false)),
            (TrustScope.Machine, Stored(machine, forMachine: true)),
        })
        {
            foreach ((ProgramFacts program, InsecureFacts fact) in Facts(programs).Where(pair => pair.Fact.IsVariable))
            {
                if (fact.Match == "gitPairs")
                {
                    foreach ((string name, string value) in GitPairs(variables))
                    {
                        yield return new FoundInsecurity(Describe(program, fact, name, value, scope, null, 0, UnsetCommand(machine, name)),
                            fact, null, null);
                    }
                }
                else if (variables.TryGetValue(fact.Name, out string? value) && InsecureMatch.Matches(fact, value))
                {
                    yield return new FoundInsecurity(
                        Describe(program, fact, fact.Name, value, scope, null, 0, UnsetCommand(machine, fact.Name)), fact, null, null);
                }
            }
        }
    }

    private static Dictionary<string, string> Stored(IMachine machine, bool forMachine) =>
        machine.StoredVariables(forMachine)
            .ToDictionary(variable => variable.Key, variable => variable.Value.Value, LocalMachine.VariableNames);

    private static IEnumerable<FoundInsecurity> InVariableFiles(ConfigurationPlaces places, IReadOnlyCollection<ProgramFacts> programs)
    {
        ILookup<string, (ProgramFacts Program, InsecureFacts Fact)> facts = Facts(programs).Where(pair => pair.Fact.IsVariable)
            .ToLookup(pair => pair.Fact.Name, StringComparer.Ordinal);
        foreach (FoundFile file in VariableFiles.SelectMany(id => places.Find(ProgramCatalogue.File(id))))
        {
            foreach (ConfigurationEntry entry in places.Read(file)?.Entries ?? [])
            {
                foreach ((ProgramFacts program, InsecureFacts fact) in facts[entry.Key]
                    .Where(pair => InsecureMatch.Matches(pair.Fact, entry.Value)))
                {
                    yield return new FoundInsecurity(
                        Describe(program, fact, entry.Name, entry.Value, file.Scope, file.Path, entry.Line,
                            RepairCommand(file.Path, entry.Line)), fact, file, entry);
                }
            }
        }
    }

    private static IEnumerable<FoundInsecurity> InFiles(ConfigurationPlaces places, IReadOnlyCollection<ProgramFacts> programs)
    {
        foreach (IGrouping<string, (ProgramFacts Program, InsecureFacts Fact)> group in Facts(programs).Where(pair => !pair.Fact.IsVariable)
            .GroupBy(pair => pair.Fact.File!))
        {
            foreach (FoundFile file in places.Find(ProgramCatalogue.File(group.Key)))
            {
                foreach (ConfigurationEntry entry in places.Read(file)?.Entries ?? [])
                {
                    foreach ((ProgramFacts program, InsecureFacts fact) in group.Where(pair =>
                        InsecureMatch.KeyMatches(pair.Fact.Name, entry.Key) && InsecureMatch.Matches(pair.Fact, entry.Value)))
                    {
                        yield return new FoundInsecurity(
                            Describe(program, fact, entry.Name, entry.Value, file.Scope, file.Path, entry.Line, UndoCommand(file, entry)),
                                fact, file, entry);
                    }
                }
            }
        }
    }

    private static IEnumerable<(ProgramFacts Program, InsecureFacts Fact)> Facts(IReadOnlyCollection<ProgramFacts> programs) =>
        programs.SelectMany(program => program.Insecure.Select(fact => (program, fact)));

    private static IEnumerable<(string Name, string Value)> GitPairs(IReadOnlyDictionary<string, string> variables)
    {
        if (!variables.TryGetValue("GIT_CONFIG_COUNT", out string? text)
            || !int.TryParse(text, CultureInfo.InvariantCulture, out int count))
        {
            yield break;
        }

        for (int i = 0; i < Math.Min(count, 1000); i++)
        {
            if (variables.TryGetValue($"GIT_CONFIG_KEY_{i}", out string? key)
                && (key.Equals("http.sslverify", StringComparison.OrdinalIgnoreCase) || InsecureMatch.KeyMatches("http.*.sslverify", key))
                && variables.TryGetValue($"GIT_CONFIG_VALUE_{i}", out string? value)
                && value.ToLowerInvariant() is "false" or "0" or "no" or "off" or "")
            {
                yield return ($"GIT_CONFIG_VALUE_{i}", value);
            }
        }
    }

    private static InsecureSetting Describe(ProgramFacts program, InsecureFacts fact, string name, string value, TrustScope scope,
        string? file, int line, string undo) => new()
    {
        Program = program.Id,
        ProgramName = program.Name,
        Setting = name,
        Value = value,
        Scope = scope,
        File = file,
        Line = line,
        TurnsOff = fact.TurnsOff,
        Evidence = fact.Evidence,
        Source = fact.Note is null ? fact.Source : $"{fact.Source}; {fact.Note}",
        Undo = undo,
    };

    private static string UnsetCommand(IMachine machine, string name) =>
        name.StartsWith("GIT_CONFIG_VALUE_", StringComparison.Ordinal)
            ? (machine.Platform == StorePlatform.Windows ? $"$env:{name} = 'true'" : $"export {name}=true")
            : machine.Platform == StorePlatform.Windows ? $"Remove-Item Env:{name}" : $"unset {name}";

    private static string RepairCommand(string path, int line) => $"Repair-TrustBundleEnvironment  # takes it out of line {line} of {path}";

    private static string UndoCommand(FoundFile file, ConfigurationEntry entry) => file.Facts.Id switch
    {
        "gitconfig" => $"git config --file {Quoted(file.Path)} --unset-all {Quoted(entry.Key)}",
        "npmrc" when file.Scope != TrustScope.Process => $"npm config delete {entry.Key} " +
            $"--location={(file.Scope == TrustScope.Project ? "project" : file.Scope == TrustScope.User ? "user" : "global")}",
        "pipconf" => $"PIP_CONFIG_FILE={Quoted(file.Path)} pip config unset {entry.Key}",
        "condarc" => $"conda config --file {Quoted(file.Path)} --remove-key ssl_verify",
        _ => RepairCommand(file.Path, entry.Line),
    };

    private static string Quoted(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '~') ? text
            : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}

/// <summary>A finding with what is needed to undo it.</summary>
internal sealed record FoundInsecurity(InsecureSetting Setting, InsecureFacts Fact, FoundFile? File, ConfigurationEntry? Entry);

using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;

namespace TlsTrust.Environment.Inspection;

/// <summary>A setting that is set.</summary>
/// <param name="Facts">Which.</param>
/// <param name="Value">To what.</param>
/// <param name="Origin">Where, for people: <c>SSL_CERT_FILE (user, /home/x/.profile:3)</c>.</param>
internal sealed record SettingValue(SettingFacts Facts, string Value, string Origin);

/// <summary>Looks settings up for one scope: in variables as that scope has them, and in configuration files.</summary>
internal sealed class SettingLookup
{
    private readonly IMachine _machine;
    private readonly TrustScope _scope;
    private readonly bool _withProject;
    private readonly ConfigurationPlaces _places;
    private readonly Dictionary<string, (string Value, TrustScope Scope, string? File, int Line)> _stored;
    private readonly IReadOnlyDictionary<string, string> _variables;

    public SettingLookup(IMachine machine, TrustScope scope, bool withProject = true)
    {
        _withProject = withProject;
        _machine = machine;
        _scope = scope;
        _places = new ConfigurationPlaces(machine);
        _stored = Stored(machine, _places, scope == TrustScope.Machine ? [true] : [true, false]);
        _variables = scope == TrustScope.Process
            ? machine.Variables
            : _stored.ToDictionary(entry => entry.Key, entry => entry.Value.Value, LocalMachine.VariableNames);
    }

    /// <summary>The variables of the scope.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>The setting's value, or null when it is not set.</summary>
    public SettingValue? Find(SettingFacts facts) => facts.IsVariable ? FindVariable(facts) : FindInFiles(facts);

    private SettingValue? FindVariable(SettingFacts facts)
    {
        string name = facts.Name;
        if (!_variables.TryGetValue(name, out string? value))
        {
            // npm and its kin take their variables in either case.
            name = facts.Name.Contains("_config_", StringComparison.Ordinal) ? facts.Name.ToUpperInvariant() : facts.Name;
            if (!_variables.TryGetValue(name, out value))
            {
                return null;
            }
        }

        return new SettingValue(facts, value, Origin(name, value));
    }

    private string Origin(string name, string value)
    {
        if (_stored.TryGetValue(name, out (string Value, TrustScope Scope, string? File, int Line) stored) && stored.Value == value)
        {
            string scope = stored.Scope == TrustScope.User ? "user" : "machine";
            return stored.File is null ? $"{name} ({scope})" : $"{name} ({scope}, {stored.File}:{stored.Line})";
        }

        return $"{name} (process)";
    }

    private SettingValue? FindInFiles(SettingFacts facts)
    {
        SettingValue? found = null;
        FileFacts file = ProgramCatalogue.File(facts.File!);
        if (file.Format == "directory")
        {
            return null;
        }

        foreach (FoundFile place in _places.Find(file).Where(IsSeen))
        {
            foreach (ConfigurationEntry entry in _places.Read(place)?.Entries ?? [])
            {
                if (Insecure.InsecureMatch.KeyMatches(facts.Name, entry.Key) && entry.Value.Length > 0 && IsPath(facts, entry.Value))
                {
                    found = new SettingValue(facts, Expanded(entry.Value, place.Path), $"{entry.Name} ({place.Path}:{entry.Line})");
                }
            }
        }

        return found;
    }

    // Without the project a user's view is what counts in any folder.
    private bool IsSeen(FoundFile place) => _scope switch
    {
        TrustScope.Machine => place.Scope == TrustScope.Machine,
        TrustScope.User when !_withProject => place.Scope is TrustScope.Machine or TrustScope.User,
        _ => true,
    };

    // conda's ssl_verify and hg's web.cacerts also take switches, which name no store.
    private static bool IsPath(SettingFacts facts, string value) =>
        facts.Holds is not ("file" or "directory" or "fileOrDirectory") || !(value.ToLowerInvariant() is "true" or "false" or "yes" or "no" or "on" or "off" or "0" or "1" or "truststore" or "!");

    private string Expanded(string value, string file) =>
        value.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(_machine.Home, value[2..])
        : value.Replace("${HOME}", _machine.Home, StringComparison.Ordinal) is var text && Path.IsPathRooted(text) ? text
        : value.Contains('/', StringComparison.Ordinal) && !value.Contains('\n', StringComparison.Ordinal) ? Path.Combine(Path.GetDirectoryName(file)!, value)
        : value;

    private static Dictionary<string, (string, TrustScope, string?, int)> Stored(IMachine machine, ConfigurationPlaces places, bool[] forMachines)
    {
        Dictionary<string, (string, TrustScope, string?, int)> stored = new(LocalMachine.VariableNames);
        foreach (bool forMachine in forMachines) // a user's value comes before the machine's
        {
            TrustScope scope = forMachine ? TrustScope.Machine : TrustScope.User;
            foreach ((string name, StoredVariable value) in machine.StoredVariables(forMachine))
            {
                stored[name] = (value.Value, scope, null, 0);
            }

            foreach (FoundFile file in Insecure.InsecureScan.VariableFiles.SelectMany(id => places.Find(ProgramCatalogue.File(id))).Where(file => file.Scope == scope))
            {
                foreach (ConfigurationEntry entry in places.Read(file)?.Entries ?? [])
                {
                    stored[entry.Key] = (entry.Value, scope, file.Path, entry.Line);
                }
            }
        }

        return stored;
    }
}

using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Insecure;
using TlsTrust.Environment.Machines;

namespace TlsTrust.Environment.Inspection;

/// <summary>A setting that is set.</summary>
/// <param name="Facts">Which.</param>
/// <param name="Value">To what.</param>
/// <param name="Origin">Where, for people: <c>SSL_CERT_FILE (user, /home/x/.profile:3)</c>.</param>
/// <param name="Order">What is read later has more.</param>
internal sealed record SettingValue(SettingFacts Facts, string Value, string Origin, int Order = int.MaxValue);

/// <summary>An entry of a configuration, from a file or from variables that stand for one.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name as it is spelled.</param>
/// <param name="Value">Its value.</param>
/// <param name="Path">The file; null for variables.</param>
/// <param name="Line">Its line.</param>
/// <param name="Scope">Who reads it.</param>
/// <param name="Item">The item of a list that it stands in.</param>
internal sealed record ConfiguredEntry(string Key, string Name, string Value, string? Path, int Line, TrustScope Scope, int Item = 0);

/// <summary>Looks settings up for one scope: in variables as that scope has them, and in configuration files.</summary>
internal sealed class SettingLookup
{
    private const int MaximumPairs = 1000; // nobody gives a program more by hand

    private readonly IMachine _machine;
    private readonly TrustScope _scope;
    private readonly bool _withProject;
    private readonly Uri? _url;
    private readonly ConfigurationPlaces _places;
    private readonly Dictionary<string, (string Value, TrustScope Scope, string? File, int Line)> _stored;
    private readonly IReadOnlyDictionary<string, string> _variables;

    public SettingLookup(IMachine machine, TrustScope scope, bool withProject = true, Uri? url = null)
    {
        _url = url;
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
        string name = _variables.ContainsKey(facts.Name) ? facts.Name : InEitherCase(facts.Name);
        return _variables.TryGetValue(name, out string? value) ? new SettingValue(facts, value, Origin(name, value)) : null;
    }

    private string? Value(string name) => _variables.GetValueOrDefault(name) ?? _variables.GetValueOrDefault(InEitherCase(name));

    // npm and its kin take their variables in either case.
    private static string InEitherCase(string name) =>
        name.Contains("_config_", StringComparison.Ordinal) ? name.ToUpperInvariant() : name;

    private string Origin(string name, string value)
    {
        if (_stored.TryGetValue(name, out (string Value, TrustScope Scope, string? File, int Line) stored) && stored.Value == value)
        {
            string scope = stored.Scope == TrustScope.User ? "user" : "machine";
            return stored.File is null ? $"{name} ({scope})" : $"{name} ({scope}, {stored.File}:{stored.Line})";
        }

        return $"{name} (process)";
    }

    /// <summary>The entries of a kind of file in the order in which they are read, variables that stand for a file last.</summary>
    public IEnumerable<ConfiguredEntry> Entries(FileFacts file) =>
        file.Contexts ? KubeClusters.OfOne([.. AllEntries(file)], _url) : AllEntries(file);

    private IEnumerable<ConfiguredEntry> AllEntries(FileFacts file)
    {
        if (file.Format != "directory")
        {
            bool userGivesWay = file.VariableReplaces && Value(file.Variable!) is { Length: > 0 };
            foreach (FoundFile place in _places.Find(file).Where(IsSeen)
                .Where(place => !userGivesWay || place.Scope != TrustScope.User))
            {
                foreach (ConfigurationEntry entry in _places.Read(place)?.Entries ?? [])
                {
                    yield return new ConfiguredEntry(entry.Key, entry.Name, entry.Value, place.Path, entry.Line, place.Scope, entry.Item);
                }
            }
        }

        if (file.Pairs is { } count && _variables.TryGetValue(count, out string? text)
            && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int pairs))
        {
            string prefix = count[..^"COUNT".Length];
            for (int i = 0; i < Math.Min(pairs, MaximumPairs); i++)
            {
                if (_variables.TryGetValue($"{prefix}KEY_{i}", out string? key)
                    && _variables.TryGetValue($"{prefix}VALUE_{i}", out string? value))
                {
                    yield return new ConfiguredEntry(key.ToLowerInvariant(), $"{prefix}VALUE_{i}", value, null, 0, TrustScope.Process);
                }
            }
        }
    }

    private SettingValue? FindInFiles(SettingFacts facts)
    {
        SettingValue? found = null;
        int order = 0, best = -1;
        foreach (ConfiguredEntry entry in Entries(ProgramCatalogue.File(facts.File!)))
        {
            order++;
            if (!InsecureMatch.KeyMatches(facts.Name, entry.Key) || entry.Value.Length == 0 || !IsPath(facts, entry.Value))
            {
                continue;
            }

            // Of keys for URLs the one that says most about ours wins, wherever it stands.
            int specificity = facts.PerUrl ? UrlScope.Specificity(facts.Name, entry.Key, _url) ?? -1 : 0;
            if (specificity < 0 || specificity < best)
            {
                continue;
            }

            best = specificity;
            string where = entry.Path is null ? entry.Name : $"{entry.Name} ({entry.Path}:{entry.Line})";
            string value = facts.Holds == "text" || entry.Path is null ? entry.Value : Expanded(entry.Value, entry.Path);

            // "name[] = value" adds to the list of its file.
            bool isList = facts.Name.EndsWith("[]", StringComparison.Ordinal) && found is not null
                && found.Origin.Contains($"({entry.Path}:", StringComparison.Ordinal);
            found = new SettingValue(facts, isList ? found!.Value + "\n" + value : value, where, order);
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
        facts.Holds is not ("file" or "directory" or "fileOrDirectory")
            || !(value.ToLowerInvariant() is "true" or "false" or "yes" or "no" or "on" or "off" or "0" or "1" or "truststore" or "!");

    private string Expanded(string value, string file) =>
        value.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(_machine.Home, value[2..])
        : value.Replace("${HOME}", _machine.Home, StringComparison.Ordinal) is var text && Path.IsPathRooted(text) ? text
        : value.Contains('/', StringComparison.Ordinal) && !value.Contains('\n', StringComparison.Ordinal)
            ? Path.Combine(Path.GetDirectoryName(file)!, value)
        : value;

    private static Dictionary<string, (string, TrustScope, string?, int)> Stored(IMachine machine, ConfigurationPlaces places,
        bool[] forMachines)
    {
        Dictionary<string, (string, TrustScope, string?, int)> stored = new(LocalMachine.VariableNames);
        foreach (bool forMachine in forMachines) // a user's value comes before the machine's
        {
            TrustScope scope = forMachine ? TrustScope.Machine : TrustScope.User;
            foreach ((string name, StoredVariable value) in machine.StoredVariables(forMachine))
            {
                stored[name] = (value.Value, scope, null, 0);
            }

            foreach (FoundFile file in Insecure.InsecureScan.VariableFiles.SelectMany(id => places.Find(ProgramCatalogue.File(id)))
                .Where(file => file.Scope == scope))
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

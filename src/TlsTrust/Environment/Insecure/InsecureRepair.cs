using System.Text;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Configuration;
using TlsTrust.Environment.Machines;
using TlsTrust.Files;

namespace TlsTrust.Environment.Insecure;

/// <summary>Undoes switched-off verification: the one line (or option) goes, everything else stays byte for byte.</summary>
internal static class InsecureRepair
{
    /// <summary>Undoes what was found. Each place is looked up again first: what is not there any more is left alone.</summary>
    /// <param name="machine">Where.</param>
    /// <param name="settings">What; as <see cref="InsecureScan"/> gave it.</param>
    /// <param name="apply">False only says what would be done.</param>
    /// <param name="record">Who is told of each change before it is made.</param>
    internal static IEnumerable<TrustEnvironmentChange> Undo(IMachine machine, IReadOnlyCollection<InsecureSetting> settings, bool apply,
        IRepairRecord? record = null)
    {
        List<FoundInsecurity> found =
            [.. InsecureScan.Locate(machine).Where(candidate => settings.Any(setting => IsSame(setting, candidate.Setting)))];
        foreach (FoundInsecurity item in found.Where(item => item.File is null))
        {
            yield return UndoVariable(machine, item, apply, record);
        }

        if (apply && found.Any(item => item.File is null && item.Setting.Scope != TrustScope.Process))
        {
            machine.TellStoredVariablesChanged();
        }

        foreach (IGrouping<string, FoundInsecurity> file in found.Where(item => item.File is not null).GroupBy(item => item.File!.Path))
        {
            foreach (TrustEnvironmentChange change in UndoInFile(file.Key, [.. file], apply, record))
            {
                yield return change;
            }
        }

        foreach (InsecureSetting gone in settings.Where(setting => !found.Any(item => IsSame(setting, item.Setting))))
        {
            yield return Change(gone, gone.Value, null, "was not there any more", verified: true);
        }
    }

    private static bool IsSame(InsecureSetting left, InsecureSetting right) =>
        left.Setting == right.Setting && left.File == right.File && left.Line == right.Line
            && (left.File is not null || left.Scope == right.Scope);

    private static TrustEnvironmentChange UndoVariable(IMachine machine, FoundInsecurity item, bool apply, IRepairRecord? record)
    {
        InsecureSetting setting = item.Setting;
        StoredVariable? stored = setting.Scope == TrustScope.Process ? null
            : machine.StoredVariables(setting.Scope == TrustScope.Machine).GetValueOrDefault(setting.Setting);
        // The count of git's pairs must stay right, so the pair says true instead of going.
        string? after = setting.Setting.StartsWith("GIT_CONFIG_VALUE_", StringComparison.Ordinal) ? "true"
            : item.Fact.Undo == "option"
                && InsecureMatch.WithoutOptions(item.Fact, stored?.Text ?? setting.Value) is { Length: > 0 } rest ? rest
            : null;
        if (apply)
        {
            record?.Keep(setting, setting.Scope == TrustScope.Process ? new StoredVariable(setting.Value)
                : machine.StoredVariables(setting.Scope == TrustScope.Machine).GetValueOrDefault(setting.Setting), after);
            if (setting.Scope == TrustScope.Process)
            {
                machine.SetVariable(setting.Setting, after);
            }
            else
            {
                machine.StoreVariable(setting.Scope == TrustScope.Machine, setting.Setting, after is null ? null
                    : new StoredVariable(after, stored?.Expands == true));
            }
        }

        bool verified = apply && (setting.Scope != TrustScope.Process || machine.Variables.GetValueOrDefault(setting.Setting) == after);
        return Change(setting, setting.Value, after, after is null ? "deleted, not blanked"
            : "the switch is taken out of the value", verified);
    }

    private static IEnumerable<TrustEnvironmentChange> UndoInFile(string path, IReadOnlyList<FoundInsecurity> items, bool apply,
        IRepairRecord? record)
    {
        ConfigurationFile file = ConfigurationFile.Read(path, ProgramCatalogue.FormatOf(items[0].File!.Facts));
        List<(FoundInsecurity Item, ConfigurationEdit Edit)> edits = [];
        foreach (IGrouping<ConfigurationEntry, FoundInsecurity> place in items.GroupBy(item => item.Entry!))
        {
            edits.AddRange(place.Select(item => (item, Edit(file, item))));
        }

        // An export that has lost its names would print the environment.
        IEnumerable<ConfigurationEdit> emptied = edits
            .Where(edit => edit.Edit.Replacement.Length == 0)
            .Select(edit => edit.Item.Entry!)
            .Distinct()
            .GroupBy(entry => entry.Command)
            .Where(command => command.Count() == command.Key?.Names)
            .Select(command => new ConfigurationEdit(command.Key!.Value.Start, command.Key.Value.Length, ":"));
        if (apply)
        {
            byte[] repaired = file.With(emptied.Concat(edits.Select(edit => edit.Edit)));
            record?.Keep([.. items.Select(item => item.Setting)], file.Bytes, repaired);
            GuardedFile.Change(path, content => content is not null && content.AsSpan().SequenceEqual(file.Bytes)
                ? repaired
                : throw new IOException($"'{path}' was changed by somebody else at this moment; nothing was written."));
        }

        ConfigurationFile now = apply ? ConfigurationFile.Read(path, file.Format) : file;
        foreach ((FoundInsecurity item, ConfigurationEdit edit) in edits)
        {
            bool gone = apply
                && !now.Entries.Any(entry =>
                    entry.Key == item.Entry!.Key && entry.Line == item.Entry.Line && InsecureMatch.Matches(item.Fact, entry.Value));
            yield return Change(item.Setting, item.Setting.Value, edit.Replacement.Length == 0 ? null
                : edit.Replacement, edit.Replacement.Length == 0 ? "the line is taken out" : "only the value changes", gone);
        }
    }

    private static ConfigurationEdit Edit(ConfigurationFile file, FoundInsecurity item)
    {
        ConfigurationEntry entry = item.Entry!;
        string? value = item.Fact.Undo switch
        {
            "emptyList" => "[]",
            "true" => "true",
            "false" => "false",
            // JSON without the entry would also need another comma somewhere.
            _ when file.Format == ConfigurationFormat.Json =>
                item.Setting.Value.Equals("true", StringComparison.OrdinalIgnoreCase) ? "false" : "true",
            "option" => InsecureMatch.WithoutOptions(item.Fact, Raw(file, entry.ValueStart, entry.ValueLength)) is { } rest
                && rest.Trim('"', '\'', ' ').Length > 0 ? rest : null,
            _ => null,
        };
        if (value is not null)
        {
            return new ConfigurationEdit(entry.ValueStart, entry.ValueLength, value);
        }

        return new ConfigurationEdit(entry.Start, entry.Length, entry.Filler);
    }

    private static string Raw(ConfigurationFile file, int start, int length) => Encoding.UTF8.GetString(file.Bytes, start, length);

    private static TrustEnvironmentChange Change(InsecureSetting setting, string? before, string? after, string effect, bool verified) =>
        new()
    {
        Program = setting.Program,
        Setting = setting.Setting,
        File = setting.File,
        Line = setting.Line,
        Scope = setting.Scope,
        Before = before,
        After = after,
        Effect = effect,
        Verified = verified ? ChangeCheck.ReadBack : ChangeCheck.NotChecked,
    };
}

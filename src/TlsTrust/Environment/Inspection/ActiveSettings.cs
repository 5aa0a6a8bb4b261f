using System.Text.RegularExpressions;
using TlsTrust.Environment.Catalogue;

namespace TlsTrust.Environment.Inspection;

/// <summary>Which of a program's settings are set and read, and which of them wins.</summary>
/// <param name="platform">The platform as the catalogue names it.</param>
internal sealed class ActiveSettings(string platform)
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1); // the patterns are ours, the text is not

    /// <summary>Those that count for this build, in the order of its row.</summary>
    public List<SettingValue> Of(ProgramFacts program, string build, SettingLookup lookup)
    {
        List<SettingValue> set = [];
        foreach (SettingFacts facts in program.Settings.Where(facts =>
            facts.Effect is not SettingEffect.Ignored && facts.Counts(platform, build)))
        {
            if (lookup.Find(facts) is { } value
                && (facts.OnlyWhen is null || Regex.IsMatch(value.Value, facts.OnlyWhen, RegexOptions.None, PatternLimit))
                && (facts.Holds != "keystoreOption" || JavaOptions.Property(value.Value, JavaOptions.TrustStore) is not null)
                && !facts.Unless.Any(name => set.Any(earlier => earlier.Facts.Name == name))
                && !(value.Value.Length == 0 && facts.EmptyValue == "unset"))
            {
                set.Add(value);
            }
        }

        return set;
    }

    /// <summary>The one that was read before another, of those that replace all.</summary>
    public static SettingValue? Before(List<SettingValue> set, SettingValue value) =>
        set.Where(other => other.Facts.Effect == SettingEffect.ReplacesAll && other.Order < value.Order).MaxBy(other => other.Order);

    /// <summary>The one that wins among those of one effect; that others lose is a fault.</summary>
    public static SettingValue? First(List<SettingValue> set, SettingEffect effect, EffectiveStore store, bool lastRead = false)
    {
        SettingValue[] same = [.. set.Where(value => value.Facts.Effect == effect)];
        same = lastRead ? [.. same.OrderByDescending(value => value.Order)] : same;
        foreach (SettingValue loser in same.Skip(1).Where(value => value.Value != same[0].Value))
        {
            store.Faults.Add((TrustStatus.Conflict, $"{loser.Origin} says {loser.Value}; {same[0].Origin} wins"));
        }

        return same.FirstOrDefault();
    }

    /// <summary>A property of Java: each comes from the strongest variable that gives it.</summary>
    public string? Option(ProgramFacts program, SettingLookup lookup, string name) =>
        program.Settings.Where(facts => facts.Holds == "keystoreOption" && facts.Counts(platform, string.Empty))
            .Select(facts => lookup.Find(facts)).OfType<SettingValue>()
            .Select(value => JavaOptions.Property(value.Value, name)).FirstOrDefault(value => value is not null);

    /// <summary>Says what is set and not read by this program.</summary>
    public void NoteIgnored(ProgramFacts program, string build, SettingLookup lookup, EffectiveStore store)
    {
        string[] ignored = [.. program.Settings
            .Where(facts =>
                facts.IsVariable
                    && (facts.Effect == SettingEffect.Ignored ? facts.Counts(platform, build) : !facts.Counts(platform, build)))
            .Where(facts =>
                !program.Settings.Any(other =>
                    other.Name == facts.Name && other.Effect != SettingEffect.Ignored && other.Counts(platform, build)))
            .Where(facts => lookup.Variables.ContainsKey(facts.Name)).Select(facts => facts.Name).Distinct()];
        if (ignored.Length > 0)
        {
            string verb = ignored.Length == 1 ? "is" : "are";
            store.Faults.Add(
                (TrustStatus.Ignored,
                    $"{string.Join(", ", ignored)} {verb} set, but this program does not read {(ignored.Length == 1 ? "it" : "them")}"));
        }
    }
}

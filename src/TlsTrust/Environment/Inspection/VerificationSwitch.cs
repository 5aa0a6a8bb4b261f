using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Insecure;

namespace TlsTrust.Environment.Inspection;

/// <summary>
/// Whether a program looks at an endpoint's certificate at all, by its variables and files in the order in which it reads them.
/// </summary>
internal static class VerificationSwitch
{
    /// <summary>What switches it off for a URL; null when it is on.</summary>
    public static string? OffBy(ProgramFacts program, SettingLookup lookup, Uri url)
    {
        foreach (InsecureFacts fact in program.Insecure.Where(fact =>
            fact.Evidence == Evidence.Run && !fact.ByVersion && (fact.TurnsOff == "verification" || fact.ListsHosts)))
        {
            string? found = fact.IsVariable ? OfVariable(fact, lookup, url) : null;
            if (found is not null)
            {
                return found;
            }
        }

        return OfFiles(program, lookup, url);
    }

    /// <summary>Why the program connects to nobody: it is told to trust somebody, and not to look; null where it isn't.</summary>
    public static string? Refused(ProgramFacts program, SettingLookup lookup)
    {
        foreach (InsecureFacts fact in program.Insecure.Where(fact => fact.RefusedBeside.Count > 0))
        {
            ConfiguredEntry[] entries = [.. lookup.Entries(ProgramCatalogue.File(fact.File!)).Where(entry => entry.Value.Length > 0)];
            ConfiguredEntry? off =
                entries.FirstOrDefault(entry => InsecureMatch.KeyMatches(fact.Name, entry.Key) && InsecureMatch.Matches(fact, entry.Value));
            ConfiguredEntry? trust = entries.FirstOrDefault(entry => fact.RefusedBeside.Contains(entry.Key));
            if (off is not null && trust is not null)
            {
                return $"{program.Name} refuses {off.Name} ({off.Path}:{off.Line}) beside {trust.Name} ({trust.Path}:{trust.Line})";
            }
        }

        return null;
    }

    private static string? OfVariable(InsecureFacts fact, SettingLookup lookup, Uri url) =>
        fact.Match != "gitPairs" && lookup.Variables.TryGetValue(fact.Name, out string? value) && InsecureMatch.Matches(fact, value)
            && (!fact.ListsHosts || Lists(value, url))
            ? fact.Name
            : null;

    // Of all entries that say on or off the most special decides, and of those the last.
    private static string? OfFiles(ProgramFacts program, SettingLookup lookup, Uri url)
    {
        HashSet<string> replaced =
            [.. program.Insecure.Where(fact =>
                fact.IsVariable && fact.Replaces is not null && lookup.Variables.GetValueOrDefault(fact.Name) is { Length: > 0 })
                    .Select(fact => fact.Replaces!)];
        foreach (IGrouping<string, InsecureFacts> file in program.Insecure
            .Where(fact =>
                !fact.IsVariable && !replaced.Contains(fact.Name) && fact.Evidence == Evidence.Run
                    && (fact.TurnsOff == "verification" || fact.ListsHosts))
            .GroupBy(fact => fact.File!))
        {
            string? off = null;
            int best = -1;
            foreach (ConfiguredEntry entry in lookup.Entries(ProgramCatalogue.File(file.Key)))
            {
                foreach (InsecureFacts fact in file.Where(fact => InsecureMatch.KeyMatches(fact.Name, entry.Key)))
                {
                    int? specificity = fact.PerUrl ? UrlScope.Specificity(fact.Name, entry.Key, url) : 0;
                    if (specificity is null || specificity < best)
                    {
                        continue;
                    }

                    best = specificity.Value;
                    bool isOff = InsecureMatch.Matches(fact, entry.Value) && (!fact.ListsHosts || Lists(entry.Value, url));
                    off = isOff ? entry.Path is null ? entry.Name : $"{entry.Name} ({entry.Path}:{entry.Line})" : null;
                }
            }

            if (off is not null)
            {
                return off;
            }
        }

        return null;
    }

    private static bool Lists(string hosts, Uri url) =>
        hosts.Split([' ', '\t', '\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries)
            .Any(host =>
                host.Equals(url.Host, StringComparison.OrdinalIgnoreCase)
                    || host.Equals(url.Authority, StringComparison.OrdinalIgnoreCase));
}

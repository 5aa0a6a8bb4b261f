namespace TlsTrust.Rendering.Reports;

/// <summary>What to do, gathered over all items: the same remedy for two hundred hosts is one line with their names.</summary>
internal sealed class RemedyGroups
{
    private readonly Dictionary<(RemedyParty Party, string Id), RemedyGroup> _groups = [];

    /// <summary>By who has to act and how many it helps.</summary>
    public IEnumerable<IGrouping<RemedyParty, RemedyGroup>> ByParty =>
        _groups.Values.OrderBy(group => group.Party).ThenByDescending(group => group.Names.Count)
            .ThenBy(group => group.Id, StringComparer.Ordinal).GroupBy(group => group.Party);

    /// <summary>A party as a heading says it.</summary>
    public static string Heading(RemedyParty party) => party switch
    {
        RemedyParty.Server => "For the server's owner",
        RemedyParty.Client => "For this client",
        RemedyParty.Network => "For the network",
        _ => "For nobody in particular",
    };

    /// <summary>Takes the remedies of an item.</summary>
    public void Add(ReportItem item)
    {
        foreach (ReportFinding finding in item.Findings.Where(finding =>
            finding.Remedy.Length > 0 && finding.Severity != Severity.Information).DistinctBy(finding => (finding.RemedyFor, finding.Id)))
        {
            if (!_groups.TryGetValue((finding.RemedyFor, finding.Id), out RemedyGroup? group))
            {
                _groups[(finding.RemedyFor, finding.Id)] = group = new(finding.RemedyFor, finding.Id, finding.Remedy, []);
            }

            group.Names.Add(item.Name);
        }
    }
}

/// <summary>One remedy and whom it is for.</summary>
/// <param name="Party">Who has to act.</param>
/// <param name="Id">The finding.</param>
/// <param name="Remedy">What to do, in the words of the first item.</param>
/// <param name="Names">The items.</param>
internal sealed record RemedyGroup(RemedyParty Party, string Id, string Remedy, List<string> Names);

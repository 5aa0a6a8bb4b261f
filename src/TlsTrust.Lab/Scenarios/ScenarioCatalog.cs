namespace TlsTrust.Lab.Scenarios;

/// <summary>All scenarios, by topic.</summary>
internal static class ScenarioCatalog
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        .. TrustedScenarios.All,
        .. IssuerScenarios.All,
        .. RootScenarios.All,
        .. RuleScenarios.All,
        .. RevocationScenarios.All,
        .. ConnectionScenarios.All,
        .. HandshakeScenarios.All,
    ];

    /// <summary>The named scenarios in the catalogue's order; all when no name is given.</summary>
    public static IReadOnlyList<ScenarioPlan> Select(IReadOnlyCollection<string> names)
    {
        foreach (string name in names)
        {
            if (!All.Any(plan => plan.Scenario.Name == name))
            {
                throw new ArgumentException($"the lab has no scenario '{name}'", nameof(names));
            }
        }

        return names.Count == 0 ? All : [.. All.Where(plan => names.Contains(plan.Scenario.Name))];
    }
}

namespace TlsTrust.Lab.Scenarios;

/// <summary>A scenario and how its server is set up.</summary>
internal sealed record ScenarioPlan(Scenario Scenario, Func<LabSite, RunningScenario> Start)
{
    public static ScenarioPlan Of(
        string name,
        string description,
        ServerKind server,
        Verdict verdict,
        Cause cause,
        FindingId[] findings,
        Func<LabSite, RunningScenario> start) => new(
            new Scenario
            {
                Name = name,
                Description = description,
                Server = server,
                ExpectedVerdict = verdict,
                ExpectedCause = cause,
                ExpectedFindings = new ResultList<FindingId>(findings),
            },
            start);

    /// <summary>Untrusted, with the cause as the finding that must be there.</summary>
    public static ScenarioPlan Untrusted(string name, string description, ServerKind server, Cause cause,
        Func<LabSite, RunningScenario> start) =>
        Of(name, description, server, Verdict.Untrusted, cause, [(FindingId)cause], start);

    /// <summary>Unreachable, with the cause as the finding that must be there.</summary>
    public static ScenarioPlan Unreachable(string name, string description, ServerKind server, Cause cause,
        Func<LabSite, RunningScenario> start) =>
        Of(name, description, server, Verdict.Unreachable, cause, [(FindingId)cause], start);

    /// <summary>Trusted, with findings that must be there all the same.</summary>
    public static ScenarioPlan Trusted(string name, string description, ServerKind server, FindingId[] findings,
        Func<LabSite, RunningScenario> start) =>
        Of(name, description, server, Verdict.Trusted, Cause.None, findings, start);
}

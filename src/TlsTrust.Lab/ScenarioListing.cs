using System.Text.Json;

namespace TlsTrust.Lab;

/// <summary>Lists scenarios, for people or as JSON.</summary>
internal static class ScenarioListing
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Writes what there is, without a server.</summary>
    public static void WriteCatalogue(TextWriter output, IEnumerable<Scenario> scenarios, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(scenarios.Select(Expected), Json));
            return;
        }

        foreach (Scenario scenario in scenarios)
        {
            output.WriteLine($"{scenario.Name,-34} {scenario.ExpectedVerdict,-11} {scenario.ExpectedCause,-25} {scenario.Description}");
        }
    }

    /// <summary>Writes where the servers of a lab are, and what a client has to be told for each.</summary>
    public static void WriteServed(TextWriter output, LabServer lab, bool json)
    {
        string identity = lab.WriteClientIdentity();
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(lab.Scenarios.Select(Served), Json));
            return;
        }

        foreach (RunningScenario running in lab.Scenarios)
        {
            string hints = string.Join(", ", Hints(running, lab));
            output.WriteLine($"{running.Scenario.Name,-34} {running.Endpoint,-28} {hints}".TrimEnd());
        }

        output.WriteLine();
        output.WriteLine($"Trust bundle:       {lab.TrustStorePath}");
        output.WriteLine($"Client certificate: {identity}");
        output.WriteLine($"For example:        curl --cacert {lab.TrustStorePath} https://{lab.Scenarios[0].Endpoint}/");
        output.WriteLine("Ctrl+C stops the servers and removes the files.");
    }

    private static IEnumerable<string> Hints(RunningScenario running, LabServer lab)
    {
        if (running.HostName is not null)
        {
            yield return $"name {running.HostName}";
        }

        if (running.Proxy is not null)
        {
            yield return $"proxy {running.Proxy}";
        }

        if (running.TrustStorePath != lab.TrustStorePath)
        {
            yield return $"store {running.TrustStorePath}";
        }

        foreach (string path in running.SearchPaths)
        {
            yield return $"at hand {path}";
        }

        if (running.AtIsClock)
        {
            yield return $"clock {running.At:u}";
        }

        if (running.Proxy is null && Endpoint.Parse(running.Endpoint).HostName is not ("localhost" or "127.0.0.1"))
        {
            yield return "a name that only the lab resolves";
        }
    }

    private static object Expected(Scenario scenario) => new
    {
        scenario = scenario.Name,
        description = scenario.Description,
        server = scenario.Server.ToString(),
        expectedVerdict = scenario.ExpectedVerdict.ToString(),
        expectedCause = scenario.ExpectedCause.ToString(),
        expectedFindings = scenario.ExpectedFindings.Select(id => id.ToString()),
    };

    private static object Served(RunningScenario running) => new
    {
        scenario = running.Scenario.Name,
        description = running.Scenario.Description,
        server = running.Scenario.Server.ToString(),
        endpoint = running.Endpoint,
        hostName = running.HostName,
        proxy = running.Proxy,
        trustStore = running.TrustStorePath,
        searchPaths = running.SearchPaths,
        at = running.At,
    };
}

using System.CommandLine;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text.Json;
using TlsTrust.Lab;

namespace TlsTrust.Cli;

/// <summary>`tlstrust lab`: broken servers in a box, diagnosed by the real engine or left up for other clients.</summary>
internal static class LabCommand
{
    /// <summary>A view fits 100 columns.</summary>
    private const int TableWidth = 100;

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print one JSON array instead of a table." };
        Option<bool> serve = new("--serve") { Description = "Leave the servers up until Ctrl+C and print their addresses." };
        Option<string[]> scenario = new("--scenario")
        {
            Description = "Only scenarios of this name; * and ? are wildcards. May be given several times.",
            HelpName = "name",
            AllowMultipleArgumentsPerToken = true,
        };
        Command command = new("lab", "Starts deliberately broken TLS servers on loopback and diagnoses every one of them.") { json, serve, scenario };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] patterns = parsed.GetValue(scenario) ?? [];
            string[] names = [.. Select(patterns)];
            if (patterns.Length > 0 && names.Length == 0)
            {
                Console.Error.WriteLine($"tlstrust: the lab has no scenario '{string.Join(' ', patterns)}'; `tlstrust lab --serve` lists them all");
                return ExitCode.Usage;
            }

            // Ctrl+C reaches the token by itself. Being terminated, or the terminal going away, would end the process before
            // the lab has removed its files: since .NET 10 nothing but a registration of one's own catches these.
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using PosixSignalRegistration terminated = StopOn(PosixSignal.SIGTERM, stop);
            using PosixSignalRegistration hungUp = StopOn(PosixSignal.SIGHUP, stop);
            await using LabServer lab = await LabServer.StartAsync(names, cancellationToken: stop.Token);
            return parsed.GetValue(serve)
                ? await ServeAsync(lab, parsed.GetValue(json), stop.Token)
                : Print(await LabDiagnosis.RunAsync(lab, stop.Token), parsed.GetValue(json));
        });
        return command;
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });

    private static IEnumerable<string> Select(string[] patterns) => LabServer.Catalog
        .Select(each => each.Name)
        .Where(name => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name)));

    private static int Print(ResultList<ScenarioOutcome> outcomes, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(outcomes.Select(DiagnosedScenario), _json));
        }
        else
        {
            Console.WriteLine($"{"Scenario",-34} {"Verdict",-11} {"Cause",-25} Other findings");
            foreach (ScenarioOutcome outcome in outcomes)
            {
                foreach (string line in Lines(outcome))
                {
                    Console.WriteLine(line.Length <= TableWidth ? line.TrimEnd() : line[..(TableWidth - 1)] + "…");
                }
            }

            int ok = outcomes.Count(outcome => outcome.Ok);
            Console.WriteLine();
            Console.WriteLine($"{ok} of {outcomes.Count} scenarios diagnosed as expected.");
        }

        return outcomes.All(outcome => outcome.Ok) ? ExitCode.Ok : ExitCode.Untrusted;
    }

    private static IEnumerable<string> Lines(ScenarioOutcome outcome)
    {
        EndpointReport report = outcome.Report;
        string others = string.Join(", ", outcome.Findings.Where(id => (int)id != (int)report.Cause));
        yield return $"{outcome.Scenario.Name,-34} {report.Verdict,-11} {report.Cause,-25} {others}";
        if (!outcome.Ok)
        {
            string missing = string.Join(", ", outcome.MissingFindings);
            yield return $"  expected: {outcome.Scenario.ExpectedVerdict} {outcome.Scenario.ExpectedCause}{(missing.Length > 0 ? $", not found: {missing}" : "")}";
            yield return $"  {report.Summary}";
        }
    }

    private static object DiagnosedScenario(ScenarioOutcome outcome) => new
    {
        scenario = outcome.Scenario.Name,
        expectedVerdict = outcome.Scenario.ExpectedVerdict.ToString(),
        verdict = outcome.Report.Verdict.ToString(),
        expectedCause = outcome.Scenario.ExpectedCause.ToString(),
        cause = outcome.Report.Cause.ToString(),
        findings = outcome.Findings.Select(id => id.ToString()),
        ok = outcome.Ok,
    };

    private static async Task<int> ServeAsync(LabServer lab, bool json, CancellationToken cancellationToken)
    {
        string identity = lab.WriteClientIdentity();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(lab.Scenarios.Select(ServedScenario), _json));
        }
        else
        {
            foreach (RunningScenario running in lab.Scenarios)
            {
                string hints = string.Join(", ", Hints(running, lab));
                Console.WriteLine($"{running.Scenario.Name,-32} {running.Endpoint,-28} {hints}".TrimEnd());
            }

            Console.WriteLine();
            Console.WriteLine($"Trust bundle:       {lab.TrustStorePath}");
            Console.WriteLine($"Client certificate: {identity}");
            Console.WriteLine($"For example:        curl --cacert {lab.TrustStorePath} https://{lab.Scenarios[0].Endpoint}/");
            Console.WriteLine("Ctrl+C stops the servers and removes the files.");
        }

        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how this ends.
        }

        return ExitCode.Ok;
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

    private static object ServedScenario(RunningScenario running) => new
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

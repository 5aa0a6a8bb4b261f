using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Scenarios;
using TlsTrust.Lab.Servers;

namespace TlsTrust.Lab;

/// <summary>The lab: every scenario's server up on loopback, until it is disposed of.</summary>
public sealed class LabServer : IAsyncDisposable
{
    private readonly LabSite site;

    private LabServer(LabSite site, ResultList<RunningScenario> scenarios)
    {
        this.site = site;
        Scenarios = scenarios;
    }

    /// <summary>All scenarios there are, in the order they are shown.</summary>
    public static ResultList<Scenario> Catalog { get; } = new(ScenarioCatalog.All.Select(plan => plan.Scenario));

    /// <summary>The scenarios that run, in the order of the catalogue.</summary>
    public ResultList<RunningScenario> Scenarios { get; }

    /// <summary>The PKI behind the servers.</summary>
    public LabPki Pki => site.Pki;

    /// <summary>The trust bundle that most scenarios are judged by, PEM.</summary>
    public string TrustStorePath => site.StorePath;

    /// <summary>The roots that count as publicly known here, in place of the engine's built-in ones.</summary>
    public ResultList<LabCertificate> PublicRoots => new(site.PublicRoots);

    /// <summary>How often each URL of the lab's HTTP responder was asked for.</summary>
    public IReadOnlyDictionary<string, int> RequestCounts => site.Http.Counts();

    /// <summary>The lab's directory: certificates for the inputs of scenarios, readable by its owner only; removed by <see cref="DisposeAsync"/>.</summary>
    public string Directory => site.Directory;

    /// <summary>Starts the scenarios.</summary>
    /// <param name="scenarioNames">Which; null or empty for all. An unknown name is an <see cref="ArgumentException"/>.</param>
    /// <param name="time">Where the lab's now comes from; null for the system's clock.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<LabServer> StartAsync(IReadOnlyCollection<string>? scenarioNames = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ScenarioPlan> plans = ScenarioCatalog.Select(scenarioNames ?? []);
        TimeProvider clock = time ?? TimeProvider.System;
        string directory = System.IO.Directory.CreateTempSubdirectory("tlstrust-lab-").FullName; // mode 0700
        HttpResponder http = new(clock.GetUtcNow);
        LabSite? site = null;
        try
        {
            site = new LabSite(new LabPki(clock.GetUtcNow()), http, directory);
            RunningScenario[] running = new RunningScenario[plans.Count];
            await Parallel.ForAsync(0, plans.Count, cancellationToken, (i, _) =>
            {
                running[i] = plans[i].Start(site) with { Scenario = plans[i].Scenario };
                return ValueTask.CompletedTask;
            });
            site.WriteCertificates(Path.GetFileName(site.StorePath), [.. site.Anchors]);
            return new LabServer(site, new ResultList<RunningScenario>(running));
        }
        catch
        {
            await StopAsync(http, site, directory);
            throw;
        }
    }

    /// <summary>Stops every server and removes the directory.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(site.Http, site, site.Directory);

    private static async Task StopAsync(HttpResponder http, LabSite? site, string directory)
    {
        await Task.WhenAll((site?.Servers ?? []).Append(http).Select(server => server.DisposeAsync().AsTask()));
        if (System.IO.Directory.Exists(directory))
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }
}

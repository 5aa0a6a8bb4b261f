using TlsTrust.Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Scenarios;
using TlsTrust.Lab.Servers;
using TlsTrust.Stores;

namespace TlsTrust.Lab;

/// <summary>The lab: every scenario's server up on loopback, until it is disposed of.</summary>
public sealed class LabServer : IAsyncDisposable
{
    private readonly LabSite _site;
    private readonly Lazy<PublicRootSet> _publicRootSet;

    private LabServer(LabSite site, ResultList<RunningScenario> scenarios)
    {
        _site = site;
        Scenarios = scenarios;
        _publicRootSet = new(() => new PublicRootSet(
            "the lab's list of publicly known roots",
            DateOnly.FromDateTime(site.Now.UtcDateTime),
            site.PublicRoots.Select(root => Certificate.Parse(root.Der))));
    }

    /// <summary>All scenarios there are, in the order they are shown.</summary>
    public static ResultList<Scenario> Catalog { get; } = new(ScenarioCatalog.All.Select(plan => plan.Scenario));

    /// <summary>The scenarios that run, in the order of the catalogue.</summary>
    public ResultList<RunningScenario> Scenarios { get; }

    /// <summary>The PKI behind the servers.</summary>
    public LabPki Pki => _site.Pki;

    /// <summary>The trust bundle that most scenarios are judged by, PEM.</summary>
    public string TrustStorePath => _site.StorePath;

    /// <summary>The roots that count as publicly known here, in place of the engine's built-in ones.</summary>
    public ResultList<LabCertificate> PublicRoots => new(_site.PublicRoots);

    /// <summary>The same roots in the engine's form.</summary>
    public PublicRootSet PublicRootSet => _publicRootSet.Value;

    /// <summary>The lab's name service and sockets.</summary>
    public LabNetwork Network => _site.Network;

    /// <summary>How often each URL of the lab's HTTP responder was asked for.</summary>
    public IReadOnlyDictionary<string, int> RequestCounts => _site.Http.Counts();

    /// <summary>
    /// The lab's directory: certificates for the inputs of scenarios, readable by its owner only; removed by <see cref="DisposeAsync"/>.
    /// </summary>
    public string Directory => _site.Directory;

    /// <summary>Starts the scenarios.</summary>
    /// <param name="scenarioNames">Which; null or empty for all. An unknown name is an <see cref="ArgumentException"/>.</param>
    /// <param name="time">Where the lab's now comes from; null for the system's clock.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<LabServer> StartAsync(IReadOnlyCollection<string>? scenarioNames = null, TimeProvider? time = null,
        CancellationToken cancellationToken = default)
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

    /// <summary>
    /// Writes a client certificate and its key into <see cref="Directory"/>, readable by its owner only: for clients that take files.
    /// </summary>
    /// <returns>The file's path.</returns>
    public string WriteClientIdentity()
    {
        LabCertificate client = Pki.Issuing.Issue(new CertificateSpec { Subject = "CN=client", ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] });
        string path = Path.Combine(Directory, "client.pem");
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using StreamWriter writer = new(path, options);
        writer.Write(client.Pem);
        writer.Write(client.KeyPem);
        return path;
    }

    /// <summary>Stops every server and removes the directory.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(_site.Http, _site, _site.Directory);

    private static async Task StopAsync(HttpResponder http, LabSite? site, string directory)
    {
        await Task.WhenAll((site?.Servers ?? []).Append(http).Select(server => server.DisposeAsync().AsTask()));
        foreach (var certificate in site?.ClientCertificates ?? [])
        {
            certificate.Dispose();
        }

        if (System.IO.Directory.Exists(directory))
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }
}

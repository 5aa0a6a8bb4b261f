using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TlsTrust.Lab;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;

namespace TlsTrust.Tests.Lab;

/// <summary>The same chains behind servers of others: what is diagnosed must not depend on who serves.</summary>
public sealed class OtherServersTests : IAsyncLifetime
{
    // Whatever strength: the weak scenarios are about weak certificates. The default level would not load them.
    private const string AnyStrength = """
        openssl_conf = all
        [all]
        ssl_conf = ssl
        [ssl]
        system_default = any
        [any]
        CipherString = DEFAULT@SECLEVEL=0
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlstrust-other-").FullName;
    private LabServer _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Scenarios whose chain another server can load: all that can be read as certificates.</summary>
    private IEnumerable<RunningScenario> Servable =>
        _lab.Scenarios.Where(running => running.Served is not null && running.Scenario.ExpectedCause != Cause.Malformed);

    public async ValueTask InitializeAsync()
    {
        _lab = await LabServer.StartAsync(cancellationToken: Cancel);
        await File.WriteAllTextAsync(Path.Combine(_directory, "openssl.cnf"), AnyStrength, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Openssl_s_server_gets_the_same_verdicts()
    {
        Assert.SkipUnless(Runs("openssl", "version"), "openssl is not installed");
        List<string> differences = [];
        await Parallel.ForEachAsync(Servable, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel },
            async (running, token) =>
        {
            (string leaf, string key, string chain) = WriteFiles(running);
            string others = running.Served!.Certificates.Count > 1 ? $"-cert_chain {chain}" : "";
            using Process server = Start("openssl", $"s_server -accept 127.0.0.1:0 -cert {leaf} -key {key} {others}");
            try
            {
                int port = await PortOf(server, token);
                await CompareAsync(running, port, differences, token);
            }
            finally
            {
                server.Kill();
                await server.WaitForExitAsync(CancellationToken.None);
            }
        });
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Fact]
    public async Task Nginx_gets_the_same_verdicts()
    {
        Assert.SkipUnless(Runs("nginx", "-v"), "nginx is not installed");
        RunningScenario[] scenarios = [.. Servable];
        int[] ports = FreePorts(scenarios.Length);
        string configuration = Path.Combine(_directory, "nginx.conf");
        await File.WriteAllTextAsync(configuration, NginxConfiguration(scenarios, ports), Cancel);
        using Process nginx = Start("nginx", $"-p {_directory} -e {_directory}/error.log -c {configuration}");
        try
        {
            await WaitForAsync(nginx, ports[^1]);
            List<string> differences = [];
            await Parallel.ForAsync(0, scenarios.Length, Cancel, async (i, token) =>
                await CompareAsync(scenarios[i], ports[i], differences, token));
            Assert.True(differences.Count == 0, string.Join("\n", differences));
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task CompareAsync(RunningScenario running, int port, List<string> differences, CancellationToken cancellationToken)
    {
        RunningScenario elsewhere = running with { Endpoint = running.Endpoint.Split(':')[0] + $":{port}" };
        ScenarioOutcome outcome = await LabDiagnosis.RunAsync(_lab, elsewhere, cancellationToken);
        if (!outcome.Ok)
        {
            lock (differences)
            {
                differences.Add($"{outcome}; {outcome.Report.Summary}");
            }
        }
    }

    private string NginxConfiguration(RunningScenario[] scenarios, int[] ports)
    {
        List<string> lines =
        [
            "daemon off; master_process off; worker_processes 1;",
            $"pid {_directory}/nginx.pid; error_log {_directory}/error.log;",
            "events { worker_connections 512; }",
            "http { access_log off; ssl_protocols TLSv1.2 TLSv1.3;",
            .. new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(body => $"{body}_temp_path {_directory}/{body};"),
        ];
        for (int i = 0; i < scenarios.Length; i++)
        {
            (string leaf, string key, string chain) = WriteFiles(scenarios[i]);
            string all = Path.Combine(_directory, $"{scenarios[i].Scenario.Name}.all.pem");
            File.WriteAllText(all, File.ReadAllText(leaf) + File.ReadAllText(chain));
            lines.Add($"server {{ listen 127.0.0.1:{ports[i]} ssl; ssl_certificate {all}; ssl_certificate_key {key}; }}");
        }

        return string.Join('\n', [.. lines, "}", ""]);
    }

    private (string Leaf, string Key, string Chain) WriteFiles(RunningScenario running)
    {
        ServedChain served = running.Served!;
        string stem = Path.Combine(_directory, running.Scenario.Name);
        File.WriteAllText(stem + ".pem", served.Leaf.Pem);
        File.WriteAllText(stem + ".key", served.Leaf.KeyPem); // in a directory that only its owner may enter
        File.WriteAllText(stem + ".chain.pem", string.Concat(served.Certificates.Skip(1).Select(certificate => certificate.Pem)));
        return (stem + ".pem", stem + ".key", stem + ".chain.pem");
    }

    private Process Start(string program, string arguments)
    {
        ProcessStartInfo start =
            new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string variable in start.Environment.Keys.Where(name => name.StartsWith("SSL_CERT_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        start.Environment["OPENSSL_CONF"] = Path.Combine(_directory, "openssl.cnf");
        return Process.Start(start)!;
    }

    private static bool Runs(string program, string argument)
    {
        try
        {
            using Process process =
                Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // s_server says "ACCEPT 127.0.0.1:41234".
    private static async Task<int> PortOf(Process server, CancellationToken cancellationToken)
    {
        while (await server.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("ACCEPT", StringComparison.Ordinal))
            {
                return int.Parse(line[(line.LastIndexOf(':') + 1)..], null);
            }
        }

        throw new InvalidOperationException("s_server did not start: " + await server.StandardError.ReadToEndAsync(cancellationToken));
    }

    // Below the range that systems choose from, or another test's server might be given the port before nginx has it.
    private static int[] FreePorts(int count)
    {
        int first = 12000 + (System.Environment.ProcessId % 100 * 150);
        return [.. Enumerable.Range(first, 4 * count).Where(IsFree).Take(count)];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task WaitForAsync(Process server, int port)
    {
        while (!server.HasExited)
        {
            try
            {
                using TcpClient probe = new();
                await probe.ConnectAsync(IPAddress.Loopback, port, Cancel);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, Cancel);
            }
        }

        throw new InvalidOperationException("nginx did not start: " + await server.StandardError.ReadToEndAsync(Cancel));
    }
}

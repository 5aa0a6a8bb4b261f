using System.Text.RegularExpressions;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis;
using TlsTrust.Stores;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>Nodes behind HAProxy, one of which was forgotten at the last renewal.</summary>
public sealed partial class BalancerTests
{
    private static TestPki Pki => TestPki.Shared;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_that_serve_different_chains_are_one_finding_with_the_shares()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess sound = await NodeAsync(directory, "sound", whole: true);
        await using ServerProcess forgotten = await NodeAsync(directory, "forgotten", whole: false);
        await using ServerProcess balancer = await BalanceAsync(directory, sound, forgotten);

        EndpointReport report = Assert.Single(await TestAsync(directory, balancer, repeat: 10, times: 1));

        Assert.Equal(Verdict.Untrusted, report.Verdict);
        Finding finding = Assert.Single(report.Findings, finding => finding.Id == FindingId.NodesDisagree);
        Assert.Equal(2, finding.Evidence.Count);
        Assert.Equal(10, finding.Evidence.Sum(line => int.Parse(Share().Match(line).Groups[1].Value, null)));
        Assert.Contains(finding.Evidence, line => line.Contains("2 certificates", StringComparison.Ordinal)
            && line.EndsWith("Trusted", StringComparison.Ordinal));
        Assert.Contains(finding.Evidence, line => line.Contains("1 certificate,", StringComparison.Ordinal)
            && line.Contains("Untrusted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_that_agree_are_no_finding()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess one = await NodeAsync(directory, "one", whole: true);
        await using ServerProcess balancer = await BalanceAsync(directory, one, one);

        EndpointReport report = Assert.Single(await TestAsync(directory, balancer, repeat: 6, times: 1));

        Assert.Equal(Verdict.Trusted, report.Verdict);
        Assert.DoesNotContain(report.Findings, finding => finding.Id == FindingId.NodesDisagree);
    }

    [Fact]
    public async Task Two_different_answers_in_one_run_are_remarked()
    {
        using TemporaryDirectory directory = new();
        await using ServerProcess first = await NodeAsync(directory, "first", whole: true);
        using TemporaryDirectory other = new();
        await using ServerProcess second = await ServerProcess.OpenSslAsync(other.Path, Pki.Issue("localhost"), [Pki.Intermediate]);
        await using ServerProcess balancer = await BalanceAsync(directory, first, second);

        IReadOnlyList<EndpointReport> reports = await TestAsync(directory, balancer, repeat: 1, times: 6);

        Assert.Equal(6, reports.Count);
        Assert.All(reports, report => Assert.Equal(Verdict.Trusted, report.Verdict));
        Assert.Contains(reports, report => report.Findings.Any(finding => finding.Id == FindingId.NodesDisagree));
        Assert.DoesNotContain(reports[0].Findings, finding => finding.Id == FindingId.NodesDisagree);
    }

    private static async Task<ServerProcess> NodeAsync(TemporaryDirectory directory, string name, bool whole)
    {
        string folder = Directory.CreateDirectory(Path.Combine(directory.Path, name)).FullName;
        return await ServerProcess.OpenSslAsync(folder, Pki.Leaf, whole ? [Pki.Intermediate] : []);
    }

    private static async Task<ServerProcess> BalanceAsync(TemporaryDirectory directory, ServerProcess one, ServerProcess two)
    {
        string? haproxy = ServerProcess.Find("haproxy");
        Assert.SkipWhen(haproxy is null, "haproxy is not installed.");
        int port = ServerProcess.FreePort();
        string configuration = Path.Combine(directory.Path, "haproxy.cfg");
        await File.WriteAllTextAsync(configuration, $"""
            defaults
              mode tcp
              timeout connect 5s
              timeout client 10s
              timeout server 10s
            listen balancer
              bind 127.0.0.1:{port}
              balance roundrobin
              server one 127.0.0.1:{one.Port}
              server two 127.0.0.1:{two.Port}

            """, Stop);
        return await ServerProcess.StartAsync(haproxy!, port, ["-db", "-f", configuration]);
    }

    private static async Task<IReadOnlyList<EndpointReport>> TestAsync(TemporaryDirectory directory, ServerProcess server, int repeat,
        int times)
    {
        string root = Path.Combine(directory.Path, "root.pem");
        await File.WriteAllTextAsync(root, Pki.Root.ExportCertificatePem(), Stop);
        EndpointTestOptions options = new()
        {
            Store = TrustStores.Open(root),
            NoDownload = true,
            Repeat = repeat,
            ThrottleLimit = 1,
            Connection = new ConnectionOptions { Address = System.Net.IPAddress.Loopback },
        };
        List<EndpointReport> reports = [];
        await foreach (EndpointReport report in
            EndpointTester.TestAsync(Enumerable.Repeat(Endpoint.Parse($"localhost:{server.Port}"), times), options, Stop))
        {
            reports.Add(report);
        }

        return reports;
    }

    [GeneratedRegex(@"^(\d+) of 10: ")]
    private static partial Regex Share();
}

using System.Net;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis;
using TlsTrust.Stores;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>A wrong virtual host, with a real nginx: what was sent as SNI, and what the server shows without.</summary>
public sealed class DefaultHostTests
{
    private static TestPki Pki => TestPki.Shared;
    private static readonly Lazy<X509Certificate2> LazyShop = new(() => Pki.Issue("shop.example"));
    private static readonly Lazy<X509Certificate2> LazyOther = new(() => Pki.Issue("other.example"));

    // Not as the class is loaded: without the platform's keys its tests are skipped one by one.
    private static X509Certificate2 Shop => LazyShop.Value;

    private static X509Certificate2 Other => LazyOther.Value;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_that_the_server_does_not_know_gets_its_default_certificate()
    {
        EndpointReport report = await AskAsync("server { listen 127.0.0.1:PORT ssl default_server; ssl_certificate shop.pem; " +
            "ssl_certificate_key shop.key; }");

        Finding mismatch = Assert.Single(report.Findings, finding => finding.Id == FindingId.NameMismatch);
        Assert.Contains("whoever names no host", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("sent as SNI: www.example", mismatch.Evidence);
        Assert.Contains(mismatch.Evidence, fact => fact.Contains("the same certificate", StringComparison.Ordinal));
        Assert.Contains("virtual host for www.example", mismatch.Remedy, StringComparison.Ordinal);
        Assert.Equal(report.Presented[0].Sha256, report.WithoutServerName?.Sha256);
        Assert.DoesNotContain(report.Findings, finding => finding.Id == FindingId.OtherWithoutServerName);
    }

    [Fact]
    public async Task A_host_with_the_wrong_certificate_is_told_from_the_default_one()
    {
        EndpointReport report = await AskAsync(
            """
            server { listen 127.0.0.1:PORT ssl default_server; ssl_certificate other.pem; ssl_certificate_key other.key; }
            server { listen 127.0.0.1:PORT ssl; server_name www.example; ssl_certificate shop.pem; ssl_certificate_key shop.key; }
            """);

        Finding mismatch = Assert.Single(report.Findings, finding => finding.Id == FindingId.NameMismatch);
        Assert.Contains(mismatch.Evidence, fact =>
            fact.Contains("another certificate", StringComparison.Ordinal)
                && fact.Contains("not for www.example either", StringComparison.Ordinal));
        Assert.Equal("CN=other.example", report.WithoutServerName?.Subject);
        Assert.Contains(report.Findings, finding => finding.Id == FindingId.OtherWithoutServerName);

        EndpointReport again = await EndpointTester.JudgeAgainAsync(report, Options(), Stop);
        Assert.Equal(mismatch.Evidence.Where(fact => fact.Contains("SNI", StringComparison.Ordinal)),
            again.Findings.Single(finding => finding.Id == FindingId.NameMismatch).Evidence
                .Where(fact => fact.Contains("SNI", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Names_that_would_work_are_looked_up_and_held_against_the_address_that_answered()
    {
        const string Servers = "server { listen 127.0.0.1:PORT ssl default_server; ssl_certificate shop.pem; " +
            "ssl_certificate_key shop.key; }";
        foreach ((IPAddress[] addresses, string said) in new (IPAddress[], string)[]
        {
            ([IPAddress.Loopback], "shop.example resolves to the address that answered, 127.0.0.1"),
            ([IPAddress.Parse("192.0.2.7")], "shop.example resolves to 192.0.2.7, not to the address that answered, 127.0.0.1"),
            ([], "shop.example does not resolve from here"),
        })
        {
            EndpointReport report = await AskAsync(Servers,
                resolver: addresses.Length == 0 ? new TableResolver() : new TableResolver { ["shop.example"] = addresses });

            Assert.Contains(said, report.Findings.Single(finding => finding.Id == FindingId.NameMismatch).Evidence);
        }
    }

    [Fact]
    public async Task A_server_that_refuses_clients_without_a_name_is_told()
    {
        EndpointReport report = await AskAsync(
            """
            server { listen 127.0.0.1:PORT ssl default_server; ssl_reject_handshake on; }
            server { listen 127.0.0.1:PORT ssl; server_name www.example; ssl_certificate shop.pem; ssl_certificate_key shop.key; }
            """);

        Assert.Contains(report.Findings.Single(finding => finding.Id == FindingId.NameMismatch).Evidence, fact =>
            fact.Contains("refuses the handshake with the alert unrecognized_name", StringComparison.Ordinal));
        Assert.Null(report.WithoutServerName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_for_the_name_is_enough_and_asks_no_further_unless_all_are_wanted(bool all)
    {
        EndpointReport report = await AskAsync(
            """
            server { listen 127.0.0.1:PORT ssl default_server; ssl_certificate other.pem; ssl_certificate_key other.key; }
            server { listen 127.0.0.1:PORT ssl; server_name shop.example; ssl_certificate shop.pem; ssl_certificate_key shop.key; }
            """, "shop.example", all);

        Assert.Equal(Verdict.Trusted, report.Verdict);
        Assert.Equal(all ? "CN=other.example" : null, report.WithoutServerName?.Subject);
        Assert.Equal(all, report.Findings.Any(finding => finding.Id == FindingId.OtherWithoutServerName));
        Assert.Equal(all, report.Timings.Any(timing => timing.Phase == "Reading"));
    }

    private static async Task<EndpointReport> AskAsync(string servers, string name = "www.example", bool all = false,
        INameResolver? resolver = null)
    {
        using TemporaryDirectory directory = new();
        TestPki.Write(directory.Path, "shop", Shop, Pki.Intermediate);
        TestPki.Write(directory.Path, "other", Other, Pki.Intermediate);
        await using ServerProcess server = await ServerProcess.NginxAsync(directory.Path, servers);
        EndpointTestOptions options = Options() with
        {
            Connection = new ConnectionOptions { HostName = name, AllChains = all, Resolver = resolver ?? new TableResolver() },
            NoDownload = resolver is null,
        };
        await foreach (EndpointReport report in EndpointTester.TestAsync([Endpoint.Parse($"127.0.0.1:{server.Port}")], options, Stop))
        {
            return report;
        }

        throw new InvalidOperationException("no report");
    }

    private static EndpointTestOptions Options() => new()
    {
        Store = new TrustStore("test", [new StoredCertificate(Certificate.From(Pki.Root), CertificateOrigin.File("root.pem"))]),
        NoDownload = true,
    };
}

using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Wire;
using TlsTrust.Diagnosis;
using TlsTrust.Stores;
using TlsTrust.Tests.Certificates;
using TlsTrust.Tests.Connections.Servers;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>
/// Servers beyond what this side's TLS takes: the report says whose limit it is, and what the chain that arrived is worth. Real openssl
/// s_server.
/// </summary>
public sealed class OwnLimitTests
{
    // Made with openssl dhparam. OpenSSL serves no smaller one, even at security level 0.
    private const string Group1024 = """
        -----BEGIN DH PARAMETERS-----
        MIGHAoGBAPm/jvAjXeJckfCDOl4WYgrzS8CjyCTDF37g/J46tSaUqWVqOtAKI0hA
        YXntRZwC0tnAbb59VEglPRSswUoK2k+5+M4CRoKBKH8DpRNoVsqHShWnpPnCLECw
        4jCOuSjFkSNTwZmUaDJ7r3jypHt8SRsgwUaYqQZBs5ClYPFWqCGPAgEC
        -----END DH PARAMETERS-----
        """;

    private static TestPki Pki => TestPki.Shared;

    private readonly CancellationToken _test = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_small_Diffie_Hellman_group_is_less_than_this_side_takes(bool isTrusted)
    {
        using TemporaryDirectory folder = new();
        string parameters = Path.Combine(folder.Path, "group.pem");
        await File.WriteAllTextAsync(parameters, Group1024, _test);
        await using ServerProcess server = await ServerProcess.OpenSslAsync(folder.Path, Pki.RsaLeaf, [Pki.Intermediate],
            "-dhparam", parameters, "-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0");

        EndpointReport report = await TestAsync(server.Port, isTrusted);

        // Where this platform's TLS offers such suites at all it is its own limit; else the server refuses.
        string detail = report.Findings.Single(finding => finding.Id == FindingId.HandshakeRefused).ToString() + report.Summary;
        Assert.True(detail.Contains("Diffie-Hellman group is too small for OpenSSL", StringComparison.Ordinal)
            || detail.Contains("handshake_failure", StringComparison.Ordinal), detail);
        AssertJudged(report, 2, isTrusted);
    }

    [Theory]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", true)]
    [InlineData("-tls1_3", false)]
    public async Task A_chain_of_more_bytes_than_this_side_takes_is_judged_all_the_same(string protocol, bool isTrusted)
    {
        using TemporaryDirectory folder = new();
        X509Certificate2[] many = [.. Enumerable.Repeat(Pki.Intermediate, 1 + (110_000 / Pki.Intermediate.RawData.Length))];
        await using ServerProcess server = await ServerProcess.OpenSslAsync(folder.Path, Pki.Leaf, many, protocol);

        EndpointReport report = await TestAsync(server.Port, isTrusted);

        Finding refused = report.Findings.Single(finding => finding.Id == FindingId.HandshakeRefused);
        Assert.Contains("102,400 bytes that OpenSSL takes", refused.Message + string.Join(' ', refused.Evidence), StringComparison.Ordinal);
        AssertJudged(report, CertificateMessage.MaxCertificates, isTrusted);
    }

    // What nobody can finish is Unreachable and accepted by no row; the fault of the chain, if it has one, stands beside it.
    private static void AssertJudged(EndpointReport report, int sent, bool isTrusted)
    {
        Assert.Equal(Verdict.Unreachable, report.Verdict);
        Assert.Equal(Cause.HandshakeRefused, report.Cause);
        Assert.Equal(sent, report.Presented.Count);
        Assert.DoesNotContain(report.Clients, row => row.Answer == ClientAnswer.Accepts);
        Assert.Equal(!isTrusted,
            report.Findings.Any(finding => finding.Severity == Severity.Error && finding.Id != FindingId.HandshakeRefused));
        Assert.Equal(isTrusted, report.BuiltPath[^1].Role == ChainRole.Root);
    }

    private async Task<EndpointReport> TestAsync(int port, bool isTrusted)
    {
        Certificate anchor = isTrusted ? Certificate.From(Pki.Root) : ForgedCertificates.Root("Another Root");
        EndpointTestOptions options = new()
        {
            Store = new TrustStore("test", [new StoredCertificate(anchor, CertificateOrigin.File("anchor.pem"))]),
            PublicRoots = new PublicRootSet("none", new DateOnly(2026, 1, 1), []),
            NoDownload = true,
            Connection = new ConnectionOptions { ConnectTimeout = TimeSpan.FromSeconds(20), HandshakeTimeout = TimeSpan.FromSeconds(20),
                TotalTimeout = TimeSpan.FromSeconds(60) },
        };
        Endpoint endpoint = Endpoint.Parse($"localhost:{port}") with { Address = "127.0.0.1" };
        await foreach (EndpointReport report in EndpointTester.TestAsync([endpoint], options, _test))
        {
            return report;
        }

        throw new InvalidOperationException("no report");
    }
}

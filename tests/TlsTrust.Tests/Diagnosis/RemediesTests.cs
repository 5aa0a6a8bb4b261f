using TlsTrust.Certificates;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Lab;
using TlsTrust.Lab.Pki;
using TlsTrust.Stores;
using TlsTrust.Tests.Diagnosis.Laws;
using TlsTrust.Tests.Lab;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>What a remedy says is done, as it says it, to the lab's own reports and to made stores: the next report is Trusted.</summary>
public sealed class RemediesTests(DiagnosedLab lab) : IClassFixture<DiagnosedLab>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("missing-intermediate")]
    [InlineData("missing-two-intermediates")]
    [InlineData("aia-pkcs7")]
    [InlineData("client-certificate-required-leaf-only")]
    public async Task What_the_server_is_told_to_send_makes_its_chain_trusted(string name)
    {
        EndpointReport report = lab.First[name].Report;
        Assert.Contains("piped into Repair-PemBundle", report.Findings[0].Remedy, StringComparison.Ordinal);

        // What Repair-PemBundle puts into the file: the server's own, and each issuer but the root.
        EndpointReport mended =
            report with { Presented = [.. report.BuiltPath.Where(certificate => certificate.Role != ChainRole.Root)],
                Verdict = Verdict.Trusted, Cause = Cause.None, Findings = [] };
        Assert.Equal(Verdict.Trusted, (await AgainAsync(name, mended)).Verdict);
    }

    [Theory]
    [InlineData("private-root-sent")]
    [InlineData("private-root-not-sent")]
    [InlineData("public-root-missing")]
    [InlineData("self-signed")]
    [InlineData("stale-root-new-one-sent")]
    public async Task What_the_client_is_told_to_trust_makes_the_chain_trusted(string name)
    {
        EndpointReport report = lab.First[name].Report;
        Certificate root = Read(report.BuiltPath[^1]);
        Assert.True(root.IsSelfSigned);

        Assert.Equal(Verdict.Trusted,
            (await AgainAsync(name, report, store =>
                store.With([new StoredCertificate(root, CertificateOrigin.File("added.pem"))]))).Verdict);
    }

    [Theory]
    [InlineData("two CAs of one name in the store, without identifiers")]
    [InlineData("an expired cross-sign beside the root")]
    public async Task What_is_told_to_be_removed_from_a_store_or_a_server_can_go(string kind)
    {
        GeneratedChain chain = ChainGenerator.Kinds.Single(each => each.Name == kind)
            .Make(new ChainGenerator.Bench(1)) with { Kind = kind };
        CertificateChain before = await ReportLawsTests.InspectAsync(chain);
        Finding finding = before.Findings.First(each => each.Id is FindingId.StaleIssuer or FindingId.ExpiredPathAvoided);
        string named = finding.Evidence.Append(finding.Message).First(text => text.Contains("SHA-256", StringComparison.Ordinal));

        byte[][] Without(byte[][] certificates) =>
            [.. certificates.Where(der => !named.Contains(Certificate.Parse(der).Sha256, StringComparison.Ordinal))];
        GeneratedChain after = chain with { Store = Without(chain.Store), Sent = Without(chain.Sent) };

        Assert.True(after.Store.Length + after.Sent.Length < chain.Store.Length + chain.Sent.Length, finding.ToString());
        CertificateChain mended = await ReportLawsTests.InspectAsync(after);
        Assert.Equal(Verdict.Trusted, mended.Verdict);
        Assert.DoesNotContain(mended.Findings, each => each.Id == finding.Id && each.Message == finding.Message);
    }

    [Fact]
    public async Task A_name_that_would_work_works()
    {
        EndpointReport report = lab.First["wrong-host"].Report;
        string name = report.Presented[0].Names[0];

        EndpointReport again = await AgainAsync("wrong-host", report, hostName: name);

        Assert.Equal(Verdict.Trusted, again.Verdict);
    }

    [Fact]
    public void A_certificate_for_another_name_that_signed_itself_is_not_to_be_trusted()
    {
        LabCertificate own =
            LabAuthority.CreateSelfSigned(new CertificateSpec { Subject = "CN=default", DnsNames = ["default.invalid"] }, Judged.Now);

        ChainJudgement judged =
            ChainJudge.Judge(Judged.Evidence([own], Judged.Store(LabAuthority.CreateRoot("CN=Root", Judged.Now).Certificate)));

        Assert.Equal(Cause.NameMismatch, judged.Cause);
        Assert.DoesNotContain(judged.Findings, finding => finding.Remedy.Contains("-Fingerprint", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_a_chain_the_wrong_way_round_nothing_is_to_be_removed()
    {
        Judged pki = new();

        ChainJudgement judged =
            ChainJudge.Judge(
                Judged.Evidence([pki.Root.Certificate, pki.Issuing.Certificate, pki.Leaf], Judged.Store(pki.Root.Certificate)));

        Assert.DoesNotContain(judged.Findings, finding => finding.Id == FindingId.UnrelatedSent);
        Assert.Contains(judged.Findings, finding => finding is { Id: FindingId.OutOfOrder, Depth: 2 });
    }

    private async Task<EndpointReport> AgainAsync(string name, EndpointReport report, Func<TrustStore, TrustStore>? change = null,
        string? hostName = null)
    {
        EndpointTestOptions options = LabDiagnosis.Options(lab.Lab, lab.Lab.Scenarios.Single(running => running.Scenario.Name == name));
        options = options with { Store = change?.Invoke(options.Store)
            ?? options.Store, Connection = options.Connection with { HostName = hostName ?? options.Connection.HostName } };
        return await EndpointTester.JudgeAgainAsync(report, options, Cancel);
    }

    private static Certificate Read(ChainCertificate certificate)
    {
        System.Security.Cryptography.PemFields fields = System.Security.Cryptography.PemEncoding.Find(certificate.Pem);
        return Certificate.Parse(Convert.FromBase64String(certificate.Pem[fields.Base64Data]));
    }
}

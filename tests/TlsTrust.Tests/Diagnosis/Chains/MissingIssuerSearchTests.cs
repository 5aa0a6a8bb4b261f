using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Issuers;
using TlsTrust.Lab;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Diagnosis.Chains;

/// <summary>
/// Each scenario of the lab in which an issuer is missing and can be had: found from each source alone, and the repaired chain is what
/// openssl takes.
/// </summary>
public sealed class MissingIssuerSearchTests : IAsyncLifetime
{
    private static readonly string[] Scenarios =
        ["missing-intermediate", "missing-two-intermediates", "aia-pkcs7", "private-root-not-sent", "private-root-leaf-only",
            "public-root-missing-leaf-only"];

    private readonly string _folder = Directory.CreateTempSubdirectory("tlstrust-missing-").FullName;
    private LabServer _lab = null!;

    public static TheoryData<string> Holes => [.. Scenarios];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _lab = await LabServer.StartAsync([.. Scenarios, "trusted", "issuer-unknown", "root-sent", "self-signed"],
            cancellationToken: Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task Missing_issuers_are_found_from_each_source_alone_and_complete_the_chain(string scenario)
    {
        (EndpointReport report, RunningScenario running) = await ReportAsync(scenario);
        PresentedCertificates presented = PresentedCertificates.From(report) with { FoundBefore = [], Reach = FetchReach.Loopback };
        IReadOnlyList<IssuerMatch> byAia = await FindAsync(presented, running, []);
        Assert.NotEmpty(byAia);
        Assert.All(byAia, match => Assert.Equal(IssuerStatus.Found, match.Status));
        Certificate[] missing =
            [.. byAia.Select(match =>
                CertificateFile.Read(System.Text.Encoding.ASCII.GetBytes(match.Certificate!.Pem)).Certificates[0].Certificate)];
        string[] expected = [.. byAia.Select(match => match.Certificate!.Sha256)];

        string file = Path.Combine(_folder, "given", "deep", "found.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "some words\n" + string.Concat(missing.Select(certificate => certificate.ToPem())),
            Cancellation);
        IssuerCache cache = new(Path.Combine(_folder, "cache"));
        cache.Import(missing);
        TrustStore other =
            new("another program's", missing.Select(certificate => new StoredCertificate(certificate, CertificateOrigin.File("cacerts"))));
        (IssuerSourceKind Kind, IssuerSource Source)[] sources =
        [
            (IssuerSourceKind.File, MachineSources.OfPath(Path.Combine(_folder, "given"))),
            (IssuerSourceKind.MachineStore, new IssuerSource(IssuerSourceKind.MachineStore, other.Name, () => other.Anchors)),
            (IssuerSourceKind.Cache, cache.Imported()),
        ];
        foreach ((IssuerSourceKind kind, IssuerSource source) in sources)
        {
            int before = _lab.RequestCounts.Values.Sum();
            IReadOnlyList<IssuerMatch> matches = await FindAsync(presented, running, [source], noDownload: true);
            Assert.Equal(expected, matches.Select(match => match.Certificate?.Sha256));
            Assert.All(matches.Where(match => match.Source != IssuerSourceKind.PublicRoots), match => Assert.Equal(kind, match.Source));
            Assert.Equal(before, _lab.RequestCounts.Values.Sum());
        }

        OpenSslTool.SkipWhereAbsent();
        string leaf = Path.Combine(_folder, "leaf.pem"), chain = Path.Combine(_folder, "chain.pem"),
            roots = Path.Combine(_folder, "roots.pem");
        await File.WriteAllTextAsync(leaf, report.Presented[0].Pem, Cancellation);
        await File.WriteAllTextAsync(chain, string.Concat(report.Presented.Skip(1).Select(certificate => certificate.Pem))
            + IssuerMatches.Pem(byAia), Cancellation);
        await File.WriteAllTextAsync(roots, await File.ReadAllTextAsync(running.TrustStorePath, Cancellation)
            + string.Concat(byAia.Where(match => match.Certificate!.IsSelfSigned).Select(match => match.Certificate!.Pem)), Cancellation);
        Assert.True(OpenSslTool.TryRun(out string said, "verify", "-CAfile", roots, "-untrusted", chain, leaf) == 0, said);
    }

    [Fact]
    public async Task Nothing_comes_out_where_nothing_is_missing()
    {
        foreach (string scenario in new[] { "trusted", "root-sent", "self-signed" })
        {
            (EndpointReport report, RunningScenario running) = await ReportAsync(scenario);
            Assert.Empty(await FindAsync(PresentedCertificates.From(report), running, []));
        }
    }

    [Fact]
    public async Task Hole_that_stays_open_says_whom_to_ask_for_what()
    {
        (EndpointReport report, RunningScenario running) = await ReportAsync("issuer-unknown");

        IssuerMatch match = Assert.Single(await FindAsync(PresentedCertificates.From(report), running, []));

        Assert.Equal(IssuerStatus.NotFound, match.Status);
        Assert.Null(match.Certificate);
        Assert.NotEmpty(match.IssuerName);
        Assert.NotEmpty(match.IssuerKeyIdentifier);
        Assert.NotEmpty(match.Attempts);
        Assert.Contains(match.IssuerName, match.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_root_asked_for_the_root_comes_last()
    {
        (EndpointReport report, RunningScenario running) = await ReportAsync("missing-intermediate");

        IReadOnlyList<IssuerMatch> matches = await FindAsync(PresentedCertificates.From(report), running, [], includeRoot: true);

        Assert.Equal(2, matches.Count);
        Assert.True(matches[1].Certificate!.IsSelfSigned);
        Assert.Equal(LeadsTo.StoreAnchor, matches[1].LeadsTo);
    }

    [Fact]
    public async Task What_a_report_has_found_is_not_fetched_again()
    {
        (EndpointReport report, RunningScenario running) = await ReportAsync("missing-two-intermediates");
        int before = _lab.RequestCounts.Values.Sum();

        IReadOnlyList<IssuerMatch> matches = await FindAsync(PresentedCertificates.From(report), running, []);

        Assert.Equal(2, matches.Count);
        Assert.Equal(before, _lab.RequestCounts.Values.Sum());
    }

    [Fact]
    public async Task Private_URL_of_a_file_is_left_alone_unless_allowed()
    {
        (EndpointReport report, RunningScenario running) = await ReportAsync("missing-intermediate");
        PresentedCertificates file = PresentedCertificates.From(report) with { FoundBefore = [], Reach = FetchReach.Public };
        int before = _lab.RequestCounts.Values.Sum();

        IssuerMatch refused = Assert.Single(await FindAsync(file, running, []));

        Assert.Equal(IssuerStatus.NotFound, refused.Status);
        Assert.Contains("-AllowPrivateAddress", refused.Summary, StringComparison.Ordinal);
        Assert.Equal(before, _lab.RequestCounts.Values.Sum());
        Assert.Equal(IssuerStatus.Found, Assert.Single(await FindAsync(file, running, [], allowPrivate: true)).Status);
    }

    private async Task<(EndpointReport Report, RunningScenario Running)> ReportAsync(string scenario)
    {
        RunningScenario running = _lab.Scenarios.Single(each => each.Scenario.Name == scenario);
        return ((await LabDiagnosis.RunAsync(_lab, running, Cancellation)).Report, running);
    }

    private async Task<IReadOnlyList<IssuerMatch>> FindAsync(
        PresentedCertificates presented, RunningScenario running, IReadOnlyList<IssuerSource> atHand, bool noDownload = false,
            bool includeRoot = false, bool allowPrivate = false)
    {
        EndpointTestOptions lab = LabDiagnosis.Options(_lab, running);
        using MissingIssuerSearch search = new(new()
        {
            Store = lab.Store,
            PublicRoots = lab.PublicRoots,
            AtHand = atHand,
            NoDownload = noDownload,
            IncludeRoot = includeRoot,
            Urls = lab.Urls with { AllowPrivateAddress = allowPrivate },
            At = running.At,
        });
        return await search.FindAsync(presented, Cancellation);
    }
}

using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Lab.Pki;
using TlsTrust.Revocation;
using TlsTrust.Stores;
using TlsTrust.Tests.Diagnosis;
using TlsTrust.Tests.Hostile.Readers;
using TlsTrust.Tests.Issuers;

namespace TlsTrust.Tests.Hostile;

/// <summary>
/// Nothing that a downloaded byte can do makes a verdict better: issuers, OCSP answers and CRLs of strangers, replayed, of another, and
/// broken in any way, served by a real server.
/// </summary>
public sealed class DownloadLawTests(ITestOutputHelper output)
{
    private static readonly int Rounds = System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") is null ? TestKeys.Usual(150) : 20_000;
    private static readonly LabAuthority Root = LabAuthority.CreateRoot("CN=Root", Judged.Now);
    private static readonly LabAuthority Issuing = Root.IssueAuthority("CN=Issuing");
    private static readonly LabAuthority StrangeRoot = LabAuthority.CreateRoot("CN=Root", Judged.Now);
    private static readonly LabAuthority StrangeIssuing = StrangeRoot.IssueAuthority("CN=Issuing");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_issuer_that_is_downloaded_makes_a_chain_trusted(bool storeHasRoot)
    {
        await using AiaServer server = new();
        byte[] answer = [];
        string url = server.Handle("/ca*", (stream, _, stop) => AnswerAsync(stream, answer, stop))[..^1];
        LabCertificate honest = Issuing.Issue(Spec("CN=www.shop.dev") with { CaIssuersUrls = [url] });
        LabCertificate strange = StrangeIssuing.Issue(Spec("CN=www.shop.dev") with { CaIssuersUrls = [url] });
        TrustStore store = Judged.Store(storeHasRoot ? Root.Certificate : LabAuthority.CreateRoot("CN=Elsewhere", Judged.Now).Certificate);
        byte[][] seeds = Issuers();
        Random random = new(20261201);

        // The honest answer is the most that a download can give: clients that fetch it accept, the reference client does not.
        answer = Issuing.Certificate.Der.ToArray();
        CertificateChain best = await InspectAsync(honest, store);
        string[] most = [.. Accepting(best)];
        Assert.Equal(storeHasRoot, most.Length > 0);
        for (int i = 0; i < Rounds; i++)
        {
            answer = i < seeds.Length ? seeds[i] : Mutation.Of(random, seeds);
            CertificateChain chain = await InspectAsync(honest, store);
            CertificateChain other = await InspectAsync(strange, store);

            Assert.True(chain.Verdict == Verdict.Untrusted, $"{chain.Cause} for {Convert.ToBase64String(answer)}");
            Assert.Subset(most.ToHashSet(), Accepting(chain).ToHashSet());
            Assert.True(other.Verdict == Verdict.Untrusted, $"{other.Cause} for {Convert.ToBase64String(answer)}");
            Assert.Empty(Accepting(other));
        }

        output.WriteLine($"{server.Requests.Count} downloads");
        Assert.InRange(server.Requests.Count, Rounds, int.MaxValue);
    }

    [Fact]
    public async Task No_answer_that_is_downloaded_clears_what_was_revoked()
    {
        await using AiaServer server = new();
        byte[] answer = [];
        string ocsp = server.Handle("/ocsp*", (stream, _, stop) => AnswerAsync(stream, answer, stop))[..^1];
        string crl = server.Handle("/crl*", (stream, _, stop) => AnswerAsync(stream, answer, stop))[..^1];
        LabCertificate leaf = Issuing.Issue(Spec("CN=revoked") with { OcspUrls = [ocsp], CrlUrls = [crl] });
        byte[][] seeds = Answers(leaf);
        Random random = new(20261201);
        Dictionary<RevocationStatus, int> seen = [];
        for (int i = 0; i < Rounds * 4; i++)
        {
            answer = i < seeds.Length ? seeds[i] : Mutation.Of(random, seeds);
            RevocationStatus status = await StatusAsync(leaf);

            seen[status] = seen.GetValueOrDefault(status) + 1;
            Assert.True(status is RevocationStatus.Revoked or RevocationStatus.Unknown, $"{status} for {Convert.ToBase64String(answer)}");
        }

        output.WriteLine(string.Join(", ", seen.Select(each => $"{each.Key}: {each.Value}")));
        Assert.InRange(seen[RevocationStatus.Revoked], 1, int.MaxValue); // an honest answer is heard

        // The test would see an answer that clears.
        answer = SignedAnswers.Ocsp(leaf, Issuing.Certificate, Judged.Now.UtcDateTime);
        Assert.Equal(RevocationStatus.Good, await StatusAsync(leaf));
    }

    private static CertificateSpec Spec(string subject) => new() { Subject = subject, DnsNames = ["www.shop.dev"] };

    private static byte[][] Issuers()
    {
        using X509Certificate2 issuing = Issuing.Certificate.ToX509Certificate2();
        using X509Certificate2 root = Root.Certificate.ToX509Certificate2();
        using X509Certificate2 strange = StrangeIssuing.Certificate.ToX509Certificate2();
        return
        [
            [], Issuing.Certificate.Der.ToArray(), System.Text.Encoding.ASCII.GetBytes(Issuing.Certificate.Pem),
                Root.Certificate.Der.ToArray(),
            StrangeIssuing.Certificate.Der.ToArray(), StrangeRoot.Certificate.Der.ToArray(),
            StrangeRoot.CrossSign(Issuing).Der.ToArray(), StrangeRoot.CrossSign(Root).Der.ToArray(),
            Collection(issuing, root).ToPkcs7(),
            Collection(strange, issuing, root).ToPkcs7(),
        ];
    }

    private static X509Certificate2Collection Collection(params X509Certificate2[] certificates) => [.. certificates];

    // Good, but for another; good, but of last year; good, but said by strangers; and that it is revoked.
    private static byte[][] Answers(LabCertificate leaf)
    {
        DateTime now = Judged.Now.UtcDateTime;
        LabCertificate other = Issuing.IssueServer("other.test");
        LabAuthority younger = LabAuthority.Of(Issuing.Certificate, Judged.Now.AddYears(-1));
        LabAuthority listing = LabAuthority.CreateRoot("CN=Issuing", Judged.Now);
        OcspResponder revoking = new(Issuing);
        revoking.Set(leaf, OcspStatus.Revoked);
        OcspResponder unknowing = new(Issuing, delegated: true);
        return
        [
            revoking.Staple(leaf), RevocationList.Create(Issuing, leaf), SignedAnswers.Ocsp(other, Issuing.Certificate, now),
            SignedAnswers.Ocsp(leaf, Issuing.Certificate, now.AddYears(-1)), SignedAnswers.Ocsp(leaf, Issuing.Certificate, now.AddYears(1)),
            SignedAnswers.Ocsp(leaf, listing.Certificate, now), SignedAnswers.Ocsp(leaf, StrangeIssuing.Certificate, now),
            SignedAnswers.Ocsp(leaf, Root.Certificate, now), unknowing.Staple(leaf), RevocationList.Create(younger),
                RevocationList.Create(listing),
            RevocationList.Create(StrangeIssuing), RevocationList.Create(Root), [0x30, 3, 0x0A, 1, 0], [],
        ];
    }

    private static async Task<CertificateChain> InspectAsync(LabCertificate leaf, TrustStore store)
    {
        using ChainInspector inspector = new(new ChainInspectionOptions
        {
            Store = store,
            PublicRoots = Judged.Public(),
            HostName = "www.shop.dev",
            At = Judged.Now.UtcDateTime,
        });
        return await inspector.InspectOneAsync(new()
        {
            Origin = "sent",
            Certificates = [new StoredCertificate(Certificate.Parse(leaf.Der), CertificateOrigin.Sent(0))],
            Reach = FetchReach.Loopback,
        }, Stop);
    }

    private static IEnumerable<string> Accepting(CertificateChain chain) =>
        chain.Clients.Where(row => row.Answer == ClientAnswer.Accepts).Select(row => row.Client);

    private static async Task<RevocationStatus> StatusAsync(LabCertificate leaf)
    {
        using RevocationChecker checker = new();
        return Assert.Single(await checker.CheckAsync(new()
        {
            Path = [Certificate.Parse(leaf.Der), Certificate.Parse(Issuing.Certificate.Der)],
            Mode = RevocationMode.Online,
            At = Judged.Now.UtcDateTime,
            Reach = FetchReach.Loopback,
        }, Stop)).Status;
    }

    private static async Task AnswerAsync(Stream stream, byte[] answer, CancellationToken stop)
    {
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n"), stop);
        await stream.WriteAsync(answer, stop);
    }
}

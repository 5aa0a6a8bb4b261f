using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Connections.Downloads;
using TlsTrust.Issuers;
using TlsTrust.Lab.Pki;
using TlsTrust.Paths;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Issuers;

public sealed class IssuerFinderTests
{
    private static readonly LabAuthority Root = LabAuthority.CreateRoot("CN=Finder Root", DateTimeOffset.UtcNow);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Certificate Of(LabAuthority authority) => Certificate.Parse(authority.Certificate.Der);

    private static Certificate Of(LabCertificate certificate) => Certificate.Parse(certificate.Der);

    private static TrustStore Store(params LabAuthority[] anchors) =>
        new("test", anchors.Select(anchor => new StoredCertificate(Of(anchor), CertificateOrigin.File("test"))));

    private static LabCertificate Leaf(LabAuthority issuer, params string[] urls) =>
        issuer.Issue(new CertificateSpec { Subject = "CN=leaf", DnsNames = ["leaf.test"], CaIssuersUrls = urls });

    private static Task<IssuerSearchResult> Find(LabCertificate leaf, IssuerSources sources, TrustStore store, bool all = false) =>
        new IssuerFinder(sources).FindAsync(
        new IssuerQuery { Child = Of(leaf), Presented = [Of(leaf)], Store = store, At = DateTime.UtcNow, Reach = FetchReach.Loopback,
            All = all }, Cancellation);

    [Fact]
    public async Task Issuer_is_found_in_a_given_file_and_leads_to_the_store()
    {
        LabAuthority intermediate = Root.IssueAuthority("CN=Finder Intermediate");
        IssuerSources sources = new() { Local = [IssuerSource.From(IssuerSourceKind.File, "given.pem", [Of(intermediate)])] };

        IssuerSearchResult result = await Find(Leaf(intermediate), sources, Store(Root));

        Assert.Equal(LeadsTo.StoreAnchor, result.Best!.End);
        Assert.Equal([Of(intermediate), Of(Root)], result.Best.Issuers.Select(issuer => issuer.Certificate));
        Assert.Equal([Of(intermediate)], result.Best.Missing.Select(issuer => issuer.Certificate));
    }

    [Fact]
    public async Task Certificate_of_the_right_name_and_key_identifier_with_another_key_is_no_issuer()
    {
        LabAuthority real = Root.IssueAuthority("CN=Finder Same Name");
        LabAuthority impostor = Root.IssueAuthority(new CertificateSpec
        {
            Subject = "CN=Finder Same Name",
            SubjectKeyIdentifier = false,
            Extensions = [new X509SubjectKeyIdentifierExtension(Of(real).SubjectKeyIdentifier!.Value.Value.ToArray(), false)],
        });
        IssuerSources sources = new() { Local = [IssuerSource.From(IssuerSourceKind.File, "given.pem", [Of(impostor)])] };

        IssuerSearchResult result = await Find(Leaf(real), sources, Store(Root));

        Assert.Empty(result.Leads);
        Assert.Contains("with another key", result.Attempts.Single(attempt => attempt.Location == "given.pem").Outcome,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_that_may_not_sign_is_no_issuer()
    {
        LabAuthority notCa = Root.IssueAuthority(new CertificateSpec { Subject = "CN=Finder No CA", IsCA = false });
        IssuerSources sources = new() { Local = [IssuerSource.From(IssuerSourceKind.File, "given.pem", [Of(notCa)])] };

        IssuerSearchResult result = await Find(Leaf(notCa), sources, Store(Root));

        Assert.Empty(result.Leads);
        Assert.Contains("may not sign", result.Attempts.Single(attempt => attempt.Location == "given.pem").Outcome,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Downloaded_self_signed_certificate_is_a_private_root_and_never_an_anchor()
    {
        await using AiaServer server = new();
        LabAuthority unknown = LabAuthority.CreateRoot("CN=Finder Unknown Root", DateTimeOffset.UtcNow);
        LabCertificate leaf = Leaf(unknown, server.Serve("/root.cer", unknown.Certificate.Der));
        using AiaClient aia = new();
        TrustStore store = Store(Root);

        IssuerSearchResult result = await Find(leaf, new() { Aia = aia }, store);

        Assert.Equal(LeadsTo.PrivateRoot, result.Best!.End);
        Assert.False(store.Index.Contains(Of(unknown)));
        Assert.Single(store.Anchors);
    }

    [Fact]
    public async Task All_URLs_are_tried_not_only_the_first()
    {
        await using AiaServer server = new();
        LabAuthority intermediate = Root.IssueAuthority("CN=Finder Second URL");
        LabCertificate leaf =
            Leaf(intermediate, "ldap://ca.test/cn=x", server.Url("/gone"), server.Serve("/here.p7c", Pkcs7(intermediate)));
        using AiaClient aia = new();

        IssuerSearchResult result = await Find(leaf, new() { Aia = aia }, Store(Root));

        Assert.Equal(LeadsTo.StoreAnchor, result.Best!.End);
        Assert.Equal(3, result.Attempts.Count(attempt => attempt.Source == IssuerSourceKind.Download));
        Assert.Equal(2, result.Requests);
    }

    [Fact]
    public async Task Every_certificate_of_a_PKCS7_answer_counts_not_only_the_first()
    {
        await using AiaServer server = new();
        LabAuthority upper = Root.IssueAuthority("CN=Finder Upper");
        LabAuthority lower = upper.IssueAuthority("CN=Finder Lower");
        LabAuthority stranger = Root.IssueAuthority("CN=Finder Stranger");
        LabCertificate leaf = Leaf(lower, server.Serve("/all.p7c", Pkcs7(stranger, upper, lower)));
        using AiaClient aia = new();

        IssuerSearchResult result = await Find(leaf, new() { Aia = aia }, Store(Root));

        Assert.Equal(LeadsTo.StoreAnchor, result.Best!.End);
        Assert.Equal(["CN=Finder Lower", "CN=Finder Upper"], result.Best.Missing.Select(issuer => issuer.Certificate.Subject.ToString()));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Loop_of_URLs_ends_and_asks_each_once()
    {
        await using AiaServer server = new();
        string one = server.Url("/one.cer"), two = server.Url("/two.cer");
        LabAuthority a = LabAuthority.CreateRoot("CN=Finder Loop A", DateTimeOffset.UtcNow);
        LabAuthority b = LabAuthority.CreateRoot("CN=Finder Loop B", DateTimeOffset.UtcNow);
        LabCertificate aByB =
            b.Issue(new CertificateSpec { Subject = "CN=Finder Loop A", Key = a.Certificate.Key, IsCA = true, CaIssuersUrls = [two] });
        LabCertificate bByA =
            a.Issue(new CertificateSpec { Subject = "CN=Finder Loop B", Key = b.Certificate.Key, IsCA = true, CaIssuersUrls = [one] });
        server.Serve("/one.cer", aByB.Der);
        server.Serve("/two.cer", bByA.Der);
        using AiaClient aia = new();

        IssuerSearchResult result = await Find(Leaf(a, one), new() { Aia = aia }, Store(Root));

        Assert.Equal(LeadsTo.Unknown, result.Best!.End);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_chain_without_end_stops_after_five_hops()
    {
        await using AiaServer server = new();
        LabAuthority top = Root;
        List<LabAuthority> ladder = [];
        for (int i = 0; i < 8; i++)
        {
            top = top.IssueAuthority(
                new CertificateSpec { Subject = $"CN=Finder Step {i}", CaIssuersUrls = i == 0 ? [] : [server.Url($"/step{i - 1}.cer")] });
            ladder.Add(top);
            server.Serve($"/step{i}.cer", top.Certificate.Der);
        }

        using AiaClient aia = new();
        IssuerSearchResult result = await Find(Leaf(top, server.Url("/step7.cer")), new() { Aia = aia }, Store(Root));

        Assert.Equal(IssuerFinder.MaxHops, server.Requests.Count);
        Assert.Equal(LeadsTo.Unknown, result.Best!.End);
    }

    [Fact]
    public async Task A_certificate_with_a_hundred_URLs_costs_sixteen_fetches_and_says_so()
    {
        await using AiaServer server = new();
        LabAuthority intermediate = Root.IssueAuthority("CN=Finder Many");
        LabCertificate leaf = Leaf(intermediate, [.. Enumerable.Range(0, 100).Select(number => server.Url($"/{number}"))]);
        using AiaClient aia = new();

        IssuerSearchResult result = await Find(leaf, new() { Aia = aia }, Store(Root));

        Assert.Equal(IssuerFinder.MaxFetches, server.Requests.Count);
        Assert.True(result.BudgetSpent);
    }

    [Fact]
    public async Task Without_downloads_nothing_is_requested()
    {
        await using AiaServer server = new();
        LabAuthority intermediate = Root.IssueAuthority("CN=Finder Offline");
        LabCertificate leaf = Leaf(intermediate, server.Serve("/ca.cer", intermediate.Certificate.Der));

        IssuerSearchResult result = await Find(leaf, new(), Store(Root));

        Assert.Empty(result.Leads);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task What_is_at_hand_and_leads_to_the_store_spares_the_download()
    {
        await using AiaServer server = new();
        LabAuthority intermediate = Root.IssueAuthority("CN=Finder At Hand");
        LabCertificate leaf = Leaf(intermediate, server.Serve("/ca.cer", intermediate.Certificate.Der));
        using AiaClient aia = new();
        IssuerSources sources = new() { Local = [IssuerSource.From(IssuerSourceKind.Cache, "cache", [Of(intermediate)])], Aia = aia };

        IssuerSearchResult result = await Find(leaf, sources, Store(Root));

        Assert.Equal(IssuerSourceKind.Cache, result.Best!.Issuers[0].Kind);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Of_several_candidates_the_one_that_leads_to_the_store_comes_first_and_all_are_listed()
    {
        LabAuthority other = LabAuthority.CreateRoot("CN=Finder Other Root", DateTimeOffset.UtcNow);
        LabAuthority intermediate = Root.IssueAuthority("CN=Finder Crossed");
        Certificate cross = Of(other.CrossSign(intermediate));
        IssuerSources sources =
            new() { Local = [IssuerSource.From(IssuerSourceKind.File, "given.pem", [Of(intermediate), cross, Of(other), Of(Root)])] };

        IssuerSearchResult toOther = await Find(Leaf(intermediate), sources, Store(other));
        IssuerSearchResult toRoot = await Find(Leaf(intermediate), sources, Store(Root));

        Assert.Equal(cross, toOther.Best!.Issuers[0].Certificate);
        Assert.Equal(Of(intermediate), toRoot.Best!.Issuers[0].Certificate);
        Assert.Equal(2, toRoot.Leads.Select(lead => lead.Issuers[0].Certificate).Distinct().Count());
    }

    [Fact]
    public async Task A_root_that_is_publicly_known_and_not_in_the_store_is_named_by_its_key()
    {
        LabAuthority known = LabAuthority.CreateRoot("CN=Finder Known Root", DateTimeOffset.UtcNow);
        PublicRootSet roots = new("test list", new DateOnly(2026, 1, 1), [Of(known)]);

        IssuerSearchResult result = await Find(Leaf(known), new() { PublicRoots = roots }, Store(Root));

        Assert.Equal(LeadsTo.PublicRoot, result.Best!.End);
        Assert.Equal(IssuerSourceKind.PublicRoots, result.Best.Top.Kind);
    }

    [Fact]
    public async Task A_thousand_namesakes_cost_no_more_than_the_budget_of_signature_checks()
    {
        LabAuthority real = Root.IssueAuthority("CN=Finder Crowd");
        LabKey key = LabKey.Create();
        Certificate[] crowd =
            [.. Enumerable.Range(0, 1000)
                .Select(number =>
                    Of(Root.Issue(
                        new CertificateSpec { Subject = "CN=Finder Crowd", Key = key, IsCA = true,
                            SerialNumber = new byte[] { 1, (byte)(number >> 8), (byte)number } })))];
        IssuerSources sources = new() { Local = [IssuerSource.From(IssuerSourceKind.File, "crowd.pem", crowd)] };
        Stopwatch watch = Stopwatch.StartNew();

        IssuerSearchResult result = await Find(Leaf(real), sources, Store(Root));

        Assert.True(result.BudgetSpent);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Slow_missing_endless_and_redirecting_URLs_each_end_as_they_should_and_the_good_one_is_still_found()
    {
        await using AiaServer server = new();
        LabAuthority intermediate = Root.IssueAuthority("CN=Finder Hostile");
        LabCertificate leaf = Leaf(
            intermediate,
            server.Silent("/silent"),
            server.Url("/404"),
            server.Endless("/endless"),
            server.Redirect("/file", "file:///etc/passwd"),
            server.Redirect("/loop", "/loop"),
            server.Serve("/html", "<html>moved</html>"u8.ToArray(), "application/pkix-cert"),
            server.Serve("/good", System.Text.Encoding.ASCII.GetBytes(intermediate.Certificate.Pem), "text/plain"));
        using AiaClient aia = new(new CertificateUrlOptions { FetchTimeout = TimeSpan.FromSeconds(3) });

        IssuerSearchResult result = await Find(leaf, new() { Aia = aia }, Store(Root));

        Assert.Equal(LeadsTo.StoreAnchor, result.Best!.End);
        Assert.Equal(server.Url("/good"), result.Best.Issuers[0].Location);
        string[] outcomes =
            [.. result.Attempts.Where(attempt => attempt.Source == IssuerSourceKind.Download).Select(attempt => attempt.Outcome)];
        Assert.Contains(outcomes, outcome => outcome.Contains("within 3 s", StringComparison.Ordinal));
        Assert.Contains(outcomes, outcome => outcome.Contains("404", StringComparison.Ordinal));
        Assert.Contains(outcomes, outcome => outcome.Contains("file:///etc/passwd", StringComparison.Ordinal));
        Assert.Contains(outcomes, outcome => outcome.Contains("redirects", StringComparison.Ordinal));
        Assert.Contains(outcomes, outcome => outcome.Contains("no certificate in the answer", StringComparison.Ordinal));
    }

    private static byte[] Pkcs7(params LabAuthority[] authorities) =>
        new X509Certificate2Collection(authorities.Select(authority => authority.Certificate.ToX509Certificate2())
            .ToArray()).ToPkcs7();
}

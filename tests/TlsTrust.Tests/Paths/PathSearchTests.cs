using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;
using TlsTrust.Tests.Certificates;
using static TlsTrust.Tests.Certificates.ForgedCertificates;

namespace TlsTrust.Tests.Paths;

public class PathSearchTests
{
    private static readonly Certificate R1 = Root("R1");
    private static readonly Certificate R2 = Root("R2");
    private static readonly Certificate I1 = Authority("I1", "R1");
    private static readonly Certificate Leaf = Server("www.example.com", "I1");

    // R1 -> I1 -> leaf
    [Fact]
    public void Finds_the_path_that_the_server_sent()
    {
        PathSearchResult result = Search(Leaf, [Leaf, I1], [R1]);

        Assert.Equal([Leaf, I1, R1], result.Path!.Certificates);
        Assert.Empty(result.Partial);
        Assert.False(result.BudgetSpent);
        Assert.Equal(new OpenSslResult(0, 0, "ok"), result.OpenSsl);
    }

    [Fact]
    public void Order_and_duplicates_and_strangers_do_not_matter() =>
        Assert.Equal([Leaf, I1, R1], Search(Leaf, [R2, I1, Leaf, I1, R1, R2], [R1]).Path!.Certificates);

    [Fact]
    public void Stored_intermediates_complete_a_path_and_end_none()
    {
        PathQuery query = Query(Leaf, [Leaf], [R1]) with { Intermediates = new CertificateIndex([I1, R2]) };

        Assert.Equal([Leaf, I1, R1], PathSearch.Search(query).Path!.Certificates);
        Assert.Null(
            PathSearch.Search(query with { Anchors = CertificateIndex.Empty, Intermediates = new CertificateIndex([I1, R1]) }).Path);
    }

    //            R2 (expired)
    //           /
    // leaf - I1
    //           \
    //            R1 (anchor)
    [Fact]
    public void Goes_back_from_a_branch_that_ends_badly()
    {
        Certificate crossSigned = Issue(new Forgery { Subject = "I1", Issuer = "R2", IsCA = true });
        Certificate expired = Issue(new Forgery { Subject = "R2", Issuer = "R2", IsCA = true, NotAfter = Forgery.Now.AddDays(-1) });

        PathSearchResult result = Search(Leaf, [Leaf, crossSigned, I1], [expired, R1]);

        Assert.Equal([Leaf, I1, R1], result.Path!.Certificates);
        Assert.Equal(2, Search(Leaf, [Leaf, crossSigned, I1], [R2, R1], all: true).Paths.Count);
    }

    [Fact]
    public void Does_not_go_in_circles()
    {
        // A and B sign each other, and nothing else signs them.
        Certificate a = Authority("Circle A", "Circle B");
        Certificate b = Authority("Circle B", "Circle A");
        Certificate leaf = Server("circle.example", "Circle A");

        PathSearchResult result = Search(leaf, [leaf, a, b], [R1]);

        Assert.Null(result.Path);
        Assert.Equal(PathEnd.IssuerNotFound, result.Partial[0].End);
        Assert.True(result.Work.Steps < 10);
    }

    // R1 -> I1 -> I1 (another key) -> I1b -> leaf
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_limit_on_intermediates_does_not_count_those_that_are_self_issued(int limit, bool found)
    {
        Certificate selfIssued = Issue(new Forgery { Subject = "I1", Issuer = "I1", Key = "I1 new", IsCA = true });
        Certificate below = Issue(new Forgery { Subject = "I1b", Issuer = "I1", SigningKey = "I1 new", IsCA = true });
        Certificate leaf = Server("www.example.com", "I1b");

        Assert.Equal(found,
            PathSearch.Search(Query(leaf, [leaf, below, selfIssued, I1], [R1]) with { MaximumIntermediates = limit }).Path is not null);
    }

    [Fact]
    public void The_strict_policy_demands_the_profile_of_what_is_to_answer_to_a_name()
    {
        Certificate leaf =
            Issue(new Forgery { Subject = "plain.example", Issuer = "R1", DnsNames = ["plain.example"], WithKeyIdentifiers = false });
        PathQuery strict = Query(leaf, [leaf], [R1]) with { Policy = PathPolicy.Strict };

        PathSearchResult named = PathSearch.Search(strict with { HostName = "plain.example" });
        CertificatePath unnamed = PathSearch.Search(strict with { HostName = null }).Path!;
        PathSearchResult demanded = PathSearch.Search(strict with { HostName = null, DemandProfile = true });

        Assert.Contains(named.Partial[0].Rejections, static r => r is { IsError: true, Clause: "RFC 5280 §4.2.1.1" });
        Assert.Contains(unnamed.Warnings, static r => r.Clause == "RFC 5280 §4.2.1.1");
        Assert.Null(demanded.Path);
    }

    [Theory]
    [InlineData(".strict.example", false)]
    [InlineData("strict.example", true)]
    public void The_strict_policy_takes_no_dns_constraint_with_a_leading_period(string subtree, bool accepted)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, subtree, new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        Certificate authority =
            Issue(new Forgery { Subject = "Constrained", Issuer = "R1", IsCA = true,
                Extensions = [new X509Extension(Oids.NameConstraints, writer.Encode(), critical: true)] });
        Certificate leaf = Server("www.strict.example", "Constrained");
        PathQuery query = Query(leaf, [leaf, authority], [R1]) with { HostName = "www.strict.example" };

        Assert.NotNull(PathSearch.Search(query).Path);
        Assert.Equal(accepted, PathSearch.Search(query with { Policy = PathPolicy.Strict }).Path is not null);
    }

    [Fact]
    public void Extended_key_usage_is_demanded_where_the_caller_asks_for_it()
    {
        Certificate leaf = Issue(new Forgery { Subject = "bare.example", Issuer = "R1", DnsNames = ["bare.example"] });

        Assert.NotNull(Search(leaf, [leaf], [R1], "bare.example").Path);
        Assert.Null(PathSearch.Search(Query(leaf, [leaf], [R1]) with { RequireExtendedKeyUsage = true }).Path);
    }

    [Fact]
    public void A_server_certificate_with_its_roots_name_and_key_leads_to_the_root()
    {
        Certificate leaf = Issue(new Forgery { Subject = "R1", Issuer = "R1", DnsNames = ["root.example"] });

        Assert.Equal([leaf, R1], Search(leaf, [leaf], [R1], "root.example").Path!.Certificates);
    }

    [Fact]
    public void A_wrong_key_identifier_is_a_hint_that_is_tried_last()
    {
        Certificate misleading =
            Issue(new Forgery { Subject = "hint.example", Issuer = "R1", DnsNames = ["hint.example"], AuthorityKey = "R2" });

        Assert.NotNull(Search(misleading, [misleading], [R1], "hint.example").Path);
    }

    [Fact]
    public void A_name_proves_nothing()
    {
        Certificate impostor = Issue(new Forgery { Subject = "R1", Issuer = "R1", Key = "impostor", SigningKey = "impostor", IsCA = true });

        PathSearchResult result = Search(I1, [I1], [impostor], null);

        Assert.Null(result.Path);
        PartialPath best = result.Partial[0];
        Assert.Equal(PathEnd.IssuerKeyMismatch, best.End);
        Assert.Equal(PathRule.BadSignature, best.Rejections[0].Rule);
        Assert.Same(I1, best.Rejections[0].Certificate);
    }

    [Fact]
    public void An_anchor_that_is_not_self_signed_ends_a_path_only_with_PartialChain()
    {
        PathQuery query = Query(Leaf, [Leaf, I1], [I1]);

        PathSearchResult closed = PathSearch.Search(query);
        Assert.Equal(PathEnd.AnchorNotSelfSigned, closed.Partial[0].End);
        Assert.Equal(2, closed.OpenSsl.Code);

        PathSearchResult open = PathSearch.Search(query with { PartialChain = true });
        Assert.Equal([Leaf, I1], open.Path!.Certificates);
        Assert.Equal(0, open.OpenSsl.Code);
    }

    [Fact]
    public void A_distrusted_anchor_is_no_anchor_and_a_distrusted_intermediate_in_no_path()
    {
        Assert.Null(PathSearch.Search(Query(Leaf, [Leaf, I1], [R1]) with { Distrusted = new CertificateIndex([R1]) }).Path);

        PathSearchResult result = PathSearch.Search(Query(Leaf, [Leaf, I1], [R1]) with { Distrusted = new CertificateIndex([I1]) });
        Assert.Contains(result.Partial[0].Rejections, static r => r is { Rule: PathRule.Distrusted, Depth: 1, IsError: true });
    }

    [Fact]
    public void A_self_signed_server_certificate_is_trusted_as_an_anchor_and_named_when_it_is_none()
    {
        Certificate own = Issue(new Forgery { Subject = "self.example", Issuer = "self.example", DnsNames = ["self.example"] });

        Assert.Equal([own], Search(own, [own], [own], "self.example").Path!.Certificates);
        PathSearchResult refused = Search(own, [own], [R1], "self.example");
        Assert.Equal(PathEnd.SelfSignedNotAnAnchor, refused.Partial[0].End);
        Assert.Equal("error 18 at 0 depth lookup: self-signed certificate", refused.OpenSsl.ToString());
    }

    [Theory]
    [InlineData(new[] { "leaf" }, 20, 0)]
    [InlineData(new[] { "leaf", "I1" }, 20, 1)]
    [InlineData(new[] { "leaf", "I1", "R1" }, 19, 2)]
    public void Without_an_anchor_says_what_openssl_says(string[] sent, int code, int depth)
    {
        Dictionary<string, Certificate> known = new() { ["leaf"] = Leaf, ["I1"] = I1, ["R1"] = R1 };

        PathSearchResult result = Search(Leaf, [.. sent.Select(s => known[s])], [R2]);

        Assert.Equal((code, depth), (result.OpenSsl.Code, result.OpenSsl.Depth));
    }

    [Fact]
    public void Keeps_every_rejection_of_the_nearest_miss()
    {
        Certificate expiredIssuer = Issue(new Forgery { Subject = "I9", Issuer = "R1", NotAfter = Forgery.Now.AddDays(-3) });
        Certificate leaf =
            Issue(new Forgery { Subject = "bad.example", Issuer = "I9", DnsNames = ["other.example"], KeyPurposes = [ClientAuthentication],
                NotBefore = Forgery.Now.AddDays(1) });

        PartialPath best = Search(leaf, [leaf, expiredIssuer], [R1], "bad.example").Partial[0];

        Assert.Equal(PathEnd.RuleFailed, best.End);
        Assert.Equal(
            [(PathRule.WrongUsage, 0), (PathRule.NotYetValid, 0), (PathRule.NameMismatch, 0), (PathRule.NotCa, 1), (PathRule.NotCa, 1),
                (PathRule.Expired, 1)],
            best.Rejections.Where(static r => r.IsError).Select(static r => (r.Rule, r.Depth)));
        Assert.Contains("2026-02-26", best.Rejections.Single(static r => r.Rule == PathRule.Expired).Message, StringComparison.Ordinal);
        Assert.Equal(FindingId.Expired, best.Rejections.Single(static r => r.Rule == PathRule.Expired).Finding);
    }

    [Fact]
    public void Certificate_policies_bind_where_they_are_required()
    {
        static X509Extension Policies(string hex) => new("2.5.29.32", Convert.FromHexString(hex), critical: false);
        X509Extension gold = Policies("30063004" + "06022A03");
        X509Extension silver = Policies("30063004" + "06022A04");
        X509Extension requireNow = new("2.5.29.36", Convert.FromHexString("3003800100"), critical: true);
        Certificate authority = Issue(new Forgery { Subject = "Policy CA", Issuer = "R1", IsCA = true, Extensions = [gold, requireNow] });
        Certificate good =
            Issue(new Forgery { Subject = "p.example", Issuer = "Policy CA", DnsNames = ["p.example"], Extensions = [gold] });
        Certificate bad =
            Issue(new Forgery { Subject = "p.example", Issuer = "Policy CA", DnsNames = ["p.example"], Extensions = [silver] });

        Assert.NotNull(Search(good, [good, authority], [R1], "p.example").Path);
        Assert.Null(PathSearch.Search(Query(good, [good, authority], [R1], "p.example") with { AcceptablePolicies = ["1.2.4"] }).Path);
        Assert.Contains(Search(bad, [bad, authority], [R1], "p.example").Partial[0].Rejections, static r =>
            r is { Rule: PathRule.Policy, IsError: true });
    }

    [Fact]
    public void A_query_has_the_same_answer_twice()
    {
        PathQuery query = Query(Leaf, [Leaf, I1], [R1, R2]);

        Assert.Equal(PathSearch.Search(query).Path!.Certificates, PathSearch.Search(query).Path!.Certificates);
    }

    private static PathQuery Query(Certificate leaf, IReadOnlyList<Certificate> presented, IEnumerable<Certificate> anchors,
        string? host = "www.example.com") => new()
    {
        Leaf = leaf,
        Presented = presented,
        Anchors = new CertificateIndex(anchors),
        HostName = host,
        At = Forgery.Now,
    };

    private static PathSearchResult Search(Certificate leaf, IReadOnlyList<Certificate> presented, IEnumerable<Certificate> anchors,
        string? host = "www.example.com", bool all = false) =>
        PathSearch.Search(Query(leaf, presented, anchors, host) with { AllPaths = all });
}

using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using TlsTrust.Tests.Certificates;
using static TlsTrust.Tests.Certificates.ForgedCertificates;

namespace TlsTrust.Tests.Paths;

public class PathLimitsTests
{
    private static readonly Certificate Anchor = Root("Limit Root");

    [Fact]
    public void Stops_at_the_limit_of_signature_checks_and_says_so()
    {
        // 150 CAs of one name and as many keys, none of which signed the leaf.
        Certificate[] namesakes =
            [.. Enumerable.Range(0, PathLimits.SignatureChecks + 50)
                .Select(static i =>
                    Issue(new Forgery { Subject = "Namesake", Issuer = "Limit Root", Key = $"namesake {i}", IsCA = true,
                        WithKeyIdentifiers = false }))];
        Certificate leaf =
            Issue(new Forgery { Subject = "many.example", Issuer = "Namesake", SigningKey = "somebody else", DnsNames = ["many.example"],
                WithKeyIdentifiers = false });

        PathSearchResult result = Search(leaf, namesakes);

        Assert.True(result.BudgetSpent);
        Assert.Contains("signatures", result.BudgetReason, StringComparison.Ordinal);
        Assert.Equal(PathLimits.SignatureChecks, result.Work.SignatureChecks);
        Assert.Equal(PathEnd.BudgetSpent, result.Partial[0].End);
    }

    [Theory]
    [InlineData(2100, "in.example", true)]
    [InlineData(2100, "out.example", false)]
    [InlineData(5000, "out.example", false)]
    [InlineData(5000, "in.example", false)]
    public void No_name_is_too_long_for_its_constraints(int many, string last, bool isAccepted)
    {
        // permitted: email in.example
        X509Extension constraints =
            new("2.5.29.30", Convert.FromHexString("3010" + "A00E" + "300C" + "810A" + "696E2E6578616D706C65"), critical: true);
        Certificate authority =
            Issue(new Forgery { Subject = "Mail CA", Issuer = "Limit Root", IsCA = true, Extensions = [constraints] });

        // The text of a name has its last attribute first.
        string addresses = $"E=a@{last}" + string.Concat(Enumerable.Repeat(",E=a@in.example", many));
        Certificate leaf = Issue(new Forgery { Subject = "many.example," + addresses, Key = "many", Issuer = "Mail CA" });

        Assert.Equal(isAccepted, Search(leaf, [authority]).Path is not null);
    }

    [Fact]
    public void Stops_at_the_limit_of_steps_in_linear_time()
    {
        // Nine CAs that all sign each other: a factorial number of ways, none of which ends in an anchor.
        string[] names = [.. Enumerable.Range(0, 9).Select(static i => $"Clique {i}")];
        Certificate[] clique =
            [.. names.SelectMany(subject => names.Where(n => n != subject).Select(issuer => Authority(subject, issuer)))];
        Certificate leaf = Server("clique.example", "Clique 0");
        Search(leaf, clique);
        long start = Stopwatch.GetTimestamp();

        PathSearchResult result = Search(leaf, clique);

        Assert.Null(result.Path);
        Assert.InRange(result.Work.Steps, 1, PathLimits.Steps + 1);
        Assert.InRange(result.Partial.Count, 1, PathLimits.PartialPaths);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_path_longer_than_the_limit_is_not_followed()
    {
        Certificate[] chain =
            [.. Enumerable.Range(0, PathLimits.Depth + 4)
                .Select(static i => Authority($"Deep {i}", i == PathLimits.Depth + 3 ? "Limit Root" : $"Deep {i + 1}"))];
        Certificate leaf = Server("deep.example", "Deep 0");

        PathSearchResult tooLong = Search(leaf, chain);
        Assert.True(tooLong.BudgetSpent);
        Assert.Equal(PathEnd.TooLong, tooLong.Partial[0].End);

        Certificate close = Server("deep.example", $"Deep {6}");
        Assert.NotNull(Search(close, chain).Path);
    }

    [Fact]
    public void No_more_than_the_limit_of_paths_is_listed()
    {
        Certificate[] versions = [.. Enumerable.Range(0, PathLimits.Paths + 6).Select(static _ => Authority("Reissued", "Limit Root"))];
        Certificate leaf = Server("reissued.example", "Reissued");

        PathSearchResult result = PathSearch.Search(Query(leaf, versions) with { AllPaths = true });

        Assert.Equal(PathLimits.Paths, result.Paths.Count);
        Assert.True(result.BudgetSpent);
    }

    private static PathQuery Query(Certificate leaf, IReadOnlyList<Certificate> presented) => new()
    {
        Leaf = leaf,
        Presented = presented,
        Anchors = new CertificateIndex([Anchor]),
        At = Forgery.Now,
    };

    private static PathSearchResult Search(Certificate leaf, IReadOnlyList<Certificate> presented) =>
        PathSearch.Search(Query(leaf, presented));
}

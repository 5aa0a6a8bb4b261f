using System.Xml.Linq;
using TlsTrust.Certificates;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Lab.Pki;
using TlsTrust.Rendering;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Diagnosis.Chains;

public sealed class ChainInspectorTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LabAuthority Root = LabAuthority.CreateRoot("CN=Chain Root", Now);
    private static readonly LabAuthority Upper = Root.IssueAuthority("CN=Chain Upper CA");
    private static readonly LabAuthority Lower = Upper.IssueAuthority("CN=Chain Lower CA");
    private static readonly LabCertificate Leaf = Lower.IssueServer("www.chain.test");
    private static readonly LabAuthority Stranger = LabAuthority.CreateRoot("CN=Chain Stranger", Now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static StoredCertificate Stored(ReadOnlyMemory<byte> der, int position) =>
        new(Certificate.Parse(der), CertificateOrigin.File("file.pem", position + 1));

    private static PresentedCertificates File(params LabCertificate[] certificates) =>
        new() { Origin = "file.pem",
            Certificates = [.. certificates.Select((certificate, position) => Stored(certificate.Der, position))] };

    private static async Task<CertificateChain[]> Inspect(PresentedCertificates presented, string? hostName = null, bool all = false,
        params LabAuthority[] anchors)
    {
        LabAuthority[] trusted = anchors.Length > 0 ? anchors : [Root];
        using ChainInspector inspector = new(new()
        {
            Store = new TrustStore("test store", trusted.Select(anchor => Stored(anchor.Certificate.Der, 0))),
            PublicRoots = new PublicRootSet("none", default, []),
            HostName = hostName,
            At = Now.UtcDateTime,
            NoDownload = true,
            All = all,
        });
        List<CertificateChain> chains = [];
        await foreach (CertificateChain chain in inspector.InspectAsync(presented, Cancellation))
        {
            chains.Add(chain);
        }

        return [.. chains];
    }

    [Fact]
    public async Task A_file_as_it_should_be_is_trusted_and_differs_in_nothing()
    {
        CertificateChain chain = Assert.Single(await Inspect(File(Leaf, Lower.Certificate, Upper.Certificate), "www.chain.test"));

        Assert.Equal(Verdict.Trusted, chain.Verdict);
        Assert.True(chain.Difference.IsExact, chain.Difference.ToString());
        Assert.Equal([ChainRole.Leaf, ChainRole.Intermediate, ChainRole.Intermediate, ChainRole.Root],
            chain.BuiltPath.Select(certificate => certificate.Role));
        Assert.Equal("file.pem, line 2", chain.BuiltPath[1].Origin);
        Assert.Equal(0, chain.OpenSslCode);
    }

    [Fact]
    public async Task A_file_is_checked_for_a_name_only_when_one_is_given()
    {
        Assert.Equal(Cause.NameMismatch,
            Assert.Single(await Inspect(File(Leaf, Lower.Certificate, Upper.Certificate), "other.test")).Cause);
        Assert.Equal(Cause.None, Assert.Single(await Inspect(File(Leaf, Lower.Certificate, Upper.Certificate))).Cause);
    }

    [Fact]
    public async Task Order_duplicates_strangers_and_the_root_are_data()
    {
        CertificateChain chain =
            Assert.Single(
                await Inspect(File(Leaf, Upper.Certificate, Lower.Certificate, Upper.Certificate, Root.Certificate, Stranger.Certificate)));

        Assert.True(chain.Difference.IsOutOfOrder);
        Assert.Equal([0, 2, 1], chain.Difference.ExpectedOrder);
        Assert.Equal([3], chain.Difference.Duplicates);
        Assert.True(chain.Difference.RootSent);
        Assert.Contains("Chain Stranger", Assert.Single(chain.Difference.Unused).Subject, StringComparison.Ordinal);
        Assert.Empty(chain.Difference.Missing);
    }

    [Fact]
    public async Task A_leaf_that_stands_last_is_found_and_its_place_reported()
    {
        CertificateChain chain = Assert.Single(await Inspect(File(Upper.Certificate, Lower.Certificate, Leaf)));

        Assert.Equal(Verdict.Trusted, chain.Verdict);
        Assert.Equal([2, 1, 0], chain.Difference.ExpectedOrder);
        Assert.True(chain.Difference.IsOutOfOrder);
        Assert.Equal(["Chain Upper CA", "Chain Lower CA", "www.chain.test"],
            chain.Presented.Select(certificate => ChainNode.Short(certificate.Subject)));
        Assert.Contains(chain.Findings, finding => finding.Id == FindingId.OutOfOrder);
    }

    [Fact]
    public async Task A_hole_is_an_end_and_not_a_chain_as_it_should_be()
    {
        CertificateChain chain = Assert.Single(await Inspect(File(Leaf)));

        Assert.Equal(Cause.IssuerUnknown, chain.Cause);
        Assert.True(chain.Difference.EndsEarly);
        Assert.False(chain.Difference.IsExact);
        Assert.StartsWith("? Chain Lower CA\n   MISSING, not found\n", ChainTree.Draw(chain), StringComparison.Ordinal);
        Assert.Equal(20, chain.OpenSslCode);
    }

    [Fact]
    public async Task Several_servers_in_a_file_are_several_chains_and_a_CA_alone_is_judged_as_one()
    {
        LabCertificate other = Lower.IssueServer("api.chain.test");

        CertificateChain[] chains = await Inspect(File(Leaf, other, Lower.Certificate, Upper.Certificate));
        CertificateChain authority = Assert.Single(await Inspect(File(Lower.Certificate, Upper.Certificate)));

        Assert.Equal(2, chains.Length);
        Assert.All(chains, chain => Assert.Equal(Verdict.Trusted, chain.Verdict));
        Assert.Equal(Verdict.Trusted, authority.Verdict);
        Assert.Empty(authority.Findings);
    }

    [Fact]
    public async Task All_paths_are_listed_each_with_its_end()
    {
        LabAuthority second = LabAuthority.CreateRoot("CN=Chain Second Root", Now);
        LabCertificate cross = second.CrossSign(Upper);
        LabCertificate dead = Stranger.CrossSign(Upper);
        PresentedCertificates file = File(Leaf, Lower.Certificate, Upper.Certificate, cross, dead);

        CertificateChain chain = Assert.Single(await Inspect(file, null, true, Root, second));

        Assert.Equal(2, chain.Paths.Count(path => path.IsValid));
        Assert.Contains(chain.Paths, path => !path.IsValid && path.End.Contains("Chain Stranger", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pictures_hold_hostile_names_as_text_only()
    {
        const string Hostile = "<script>alert(1)</script>\"'&\u202E%%";
        CertificateChain real = Assert.Single(await Inspect(File(Leaf, Lower.Certificate)));
        CertificateChain chain = real with
        {
            Origin = Hostile,
            Summary = Hostile,
            BuiltPath = [
                .. real.BuiltPath.Select(certificate =>
                    certificate with { Subject = $"CN={Hostile}", Origin = Hostile, Names = [Hostile],
                        Problems = [$"{Hostile}: {Hostile}"] })],
        };

        string html = ChainPicture.Draw(chain, ChainPictureFormat.Html), svg = ChainPicture.Draw(chain, ChainPictureFormat.Svg),
            mermaid = ChainPicture.Draw(chain, ChainPictureFormat.Mermaid);

        Assert.All([html, svg, mermaid], picture => Assert.DoesNotContain("\u202E", picture, StringComparison.Ordinal));
        Assert.All([html, svg], picture => Assert.DoesNotContain("<script", picture, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        XDocument drawing = XDocument.Parse(svg);
        Assert.Equal("svg", drawing.Root!.Name.LocalName);
        foreach (string line in mermaid.Split('\n')
            .Where(line => line.StartsWith("  c", StringComparison.Ordinal) && line.Contains("[\"", StringComparison.Ordinal)))
        {
            string label = line[(line.IndexOf("[\"", StringComparison.Ordinal) + 2)..line.LastIndexOf("\"]", StringComparison.Ordinal)]
                .Replace("<br/>", "", StringComparison.Ordinal);
            Assert.Equal(-1, label.IndexOfAny(['<', '>', '"', '%', '&', '`']));
        }
    }

    [Fact]
    public async Task The_PEM_picture_is_the_file_a_server_should_have()
    {
        CertificateChain chain = Assert.Single(await Inspect(File(Leaf, Upper.Certificate, Lower.Certificate, Root.Certificate)));

        Assert.Equal(Leaf.Pem + Lower.Certificate.Pem + Upper.Certificate.Pem, ChainPicture.Draw(chain, ChainPictureFormat.Pem));
        Assert.EndsWith(Root.Certificate.Pem, ChainPicture.Draw(chain, ChainPictureFormat.Pem, includeRoot: true),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CN=a", "a")]
    [InlineData("CN=a\\, b, O=c", "a, b")]
    [InlineData("O=c, CN=a", "a")]
    [InlineData("O=only", "O=only")]
    [InlineData("", "")]
    public void Short_names_are_common_names(string name, string shortName) => Assert.Equal(shortName, ChainNode.Short(name));

    [Fact]
    public async Task A_tree_reads_from_either_end()
    {
        CertificateChain chain = Assert.Single(await Inspect(File(Leaf, Lower.Certificate, Upper.Certificate)));

        string[] rootFirst = [.. ChainTree.Draw(chain).Split('\n').Where((_, line) => line % 2 == 0)];
        string[] leafFirst = [.. ChainTree.Draw(chain, leafFirst: true).Split('\n').Where((_, line) => line % 2 == 0)];

        Assert.Equal(["Chain Root", "└─ Chain Upper CA", "   └─ Chain Lower CA", "      └─ www.chain.test"], rootFirst);
        Assert.Equal(["www.chain.test", "└─ Chain Lower CA", "   └─ Chain Upper CA", "      └─ Chain Root"], leafFirst);
    }

    [Fact]
    public async Task A_root_of_the_store_is_trusted_whatever_hash_it_signed_itself_with()
    {
        LabAuthority old =
            LabAuthority.CreateRoot(
                new CertificateSpec { Subject = "CN=Chain Old Root", Digest = System.Security.Cryptography.HashAlgorithmName.SHA1,
                    NotBefore = Now.AddYears(-9), NotAfter = Now.AddYears(9) }, Now);

        CertificateChain chain = Assert.Single(await Inspect(File(old.Certificate), null, false, old));

        Assert.Equal(Verdict.Trusted, chain.Verdict);
    }
}

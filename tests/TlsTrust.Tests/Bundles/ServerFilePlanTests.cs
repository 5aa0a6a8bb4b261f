using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Issuers;
using TlsTrust.Paths;
using TlsTrust.Stores;
using TlsTrust.Tests.CertificateFiles;
using static TlsTrust.Tests.Bundles.Plans;
using static TlsTrust.Tests.Bundles.PlanCertificates;

namespace TlsTrust.Tests.Bundles;

/// <summary>Plans for a server's file: its order, what belongs into it, what was found for it.</summary>
public class ServerFilePlanTests
{
    private static readonly MadeCertificates Made = MadeCertificates.Instance;
    private static readonly DateTime Now = DateTime.UtcNow;

    [Fact]
    public void A_server_file_gets_its_order_and_loses_root_duplicates_and_strangers()
    {
        string file = Pem(Made.Roots[0]) + Pem(Made.Intermediate) + Pem(Made.Roots[2]) + Pem(Made.Leaf) + Pem(Made.Intermediate);
        BundlePlan plan = Plan(file, o => o with { Kind = PemBundleKind.Server });
        Assert.Equal([Sha(Made.Leaf), Sha(Made.Intermediate)], plan.Report.After.Select(c => c.Sha256));
        Assert.Equal(["Duplicate", "OutOfOrder", "RootSent", "RootSent"], plan.Report.Changes.Select(c => c.What).Order());
        BundlePlan withRoot = Plan(file, o => o with { Kind = PemBundleKind.Server, IncludeRoot = true });
        Assert.Equal([Sha(Made.Leaf), Sha(Made.Intermediate), Sha(Made.Roots[0])], withRoot.Report.After.Select(c => c.Sha256));
    }

    [Fact]
    public void A_renewal_beside_the_old_certificate_is_one_server_and_stays_one()
    {
        using RSA key = TestKeys.Rsa(2048);
        using X509Certificate2 old = Server(key, Now.AddYears(-2), Now.AddDays(-9));
        using X509Certificate2 renewed = Server(key, Now.AddDays(-10), Now.AddDays(80));
        using X509Certificate2 early = Server(key, Now.AddDays(7), Now.AddDays(97));
        string file = Pem(old) + Pem(renewed) + Pem(early) + Pem(Made.Intermediate) + Pem(Made.Roots[0]);
        BundlePlan plan = Plan(file, o => o);
        Assert.Equal(PemBundleKind.Server, plan.Report.Kind);
        // Without a key nothing tells that nobody reads the file for its root.
        Assert.Equal([Sha(renewed), Sha(Made.Intermediate), Sha(Made.Roots[0])], plan.Report.After.Select(c => c.Sha256));
        Assert.Equal([Sha(renewed), Sha(Made.Intermediate)],
            Plan(file, o => o with { Kind = PemBundleKind.Server }).Report.After.Select(c => c.Sha256));
        Assert.False(Plan(plan.Content.ToArray(), o => o).Report.Changed);
        BundlePlan withKey = Plan(file, o => o with { Key = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()) });
        Assert.Equal(Sha(renewed), withKey.Report.After[0].Sha256);
    }

    [Fact]
    public void Two_possible_servers_and_no_key_are_not_guessed_between()
    {
        string file = Pem(Made.Leaf) + "\uFEFF" + Pem(Made.RsaLeaf);
        BundlePlan plan = Plan(Encoding.UTF8.GetBytes(file), o => o with { Kind = PemBundleKind.Server });
        Assert.NotNull(plan.Report.Refusal);
        Assert.False(plan.Report.IsSound);
        Assert.Equal(2, plan.Certificates.Count);
    }

    [Fact]
    public void A_certificate_that_was_given_and_does_not_belong_into_a_server_file_is_named()
    {
        AdditionalCertificate Given(X509Certificate2 c) =>
            new(MadeCertificates.Read(c),
                new CertificateOrigin { Kind = CertificateOriginKind.Pipeline, Location = "the pipeline" }) { IsExplicit = true };
        BundleRepairOptions options =
            new() { At = Now, Additional = [Given(Made.Intermediate), Given(Made.Roots[0]), Given(Made.Roots[1])] };
        PemRepairReport report =
            BundlePlanner.Plan("/x/server.pem", Encoding.ASCII.GetBytes(MadeCertificates.Pem(Made.Leaf)), options).Report;
        Assert.Equal(2, report.After.Count);
        string[] notes = [.. report.Notes.Where(n => n.What == "NotAdded").Select(n => n.Why)];
        Assert.Equal(2, notes.Length);
        Assert.Contains("-IncludeRoot", notes[0], StringComparison.Ordinal);
        Assert.Contains("not on the path", notes[1], StringComparison.Ordinal);
        Assert.DoesNotContain(
            BundlePlanner.Plan("/x/server.pem", Encoding.ASCII.GetBytes(MadeCertificates.Pem(Made.Leaf)),
                options with { IncludeRoot = true, Additional = [Given(Made.Intermediate), Given(Made.Roots[0])] }).Report.Notes, n =>
                    n.What == "NotAdded");
    }

    [Fact]
    public void The_shortest_path_to_a_known_root_is_taken_and_named()
    {
        using RSA key = TestKeys.Rsa(2048);
        X509Certificate2 root = MadeCertificates.Root("Known Root");
        X509Certificate2 newRoot = SelfSigned(key, Now.AddDays(-60), Now.AddYears(5), "New Root");
        X509Certificate2 cross = MadeCertificates.Issue("New Root", key, root, isAuthority: true);
        X509Certificate2 leaf =
            MadeCertificates.Issue("leaf.example", TestKeys.Rsa(2048), newRoot.HasPrivateKey ? newRoot
                : newRoot.WithKey(key), isAuthority: false);
        string file = Pem(leaf) + Pem(newRoot) + Pem(cross);
        BundlePlan plan =
            Plan(file, o => o with { Kind = PemBundleKind.Server, Anchors = new CertificateIndex([MadeCertificates.Read(root)]) });
        Assert.Equal([Sha(leaf), Sha(cross)], plan.Report.After.Select(c => c.Sha256));
        Assert.Contains(plan.Report.Notes, n => n.What == "PathChosen");
    }

    [Fact]
    public void A_missing_intermediate_that_was_found_is_put_in_its_place()
    {
        BundlePlan bare = Plan(Pem(Made.Leaf), o => o);
        Assert.Equal(MadeCertificates.Read(Made.Leaf), bare.OpenEnd);
        Assert.Contains(bare.Report.Notes, n => n.What == "MissingIssuer");
        BundlePlan plan =
            Plan(Pem(Made.Leaf), o =>
                o with { Additional =
                    [new AdditionalCertificate(MadeCertificates.Read(Made.Intermediate),
                        CertificateOrigin.Download("http://example/ca.cer"))] });
        Assert.Equal([Sha(Made.Leaf), Sha(Made.Intermediate)], plan.Report.After.Select(c => c.Sha256));
        PemChange change = Assert.Single(plan.Report.Changes);
        Assert.Equal("MissingIntermediate", change.What);
        Assert.Contains("http://example/ca.cer", change.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site.pem")]
    [InlineData("site.cer")]
    [InlineData("site.p7b")]
    public void A_file_without_its_intermediate_is_judged_alike_in_every_form(string name)
    {
        byte[] file = Path.GetExtension(name) switch
        {
            ".cer" => Made.Leaf.RawData,
            ".p7b" => new X509Certificate2Collection(Made.Leaf).ToPkcs7(),
            _ => Encoding.ASCII.GetBytes(Pem(Made.Leaf)),
        };
        BundleRepairOptions options = new() { At = Now };
        PemRepairReport bare = BundlePlanner.Plan(name, file, options).Report;
        Assert.True(bare.IsSound);
        Assert.Single(bare.Notes, note => note.What == "MissingIssuer");

        AdditionalCertificate found = new(MadeCertificates.Read(Made.Intermediate), CertificateOrigin.Download("http://example/ca.cer"));
        PemRepairReport lacking = BundlePlanner.Plan(name, file, options with { Additional = [found] }).Report;
        Assert.False(lacking.IsSound);
        PemChange said = Assert.Single(lacking.Changes.Concat(lacking.Notes), change => change.What == "MissingIntermediate");
        Assert.Contains("http://example/ca.cer", said.Why, StringComparison.Ordinal);
        Assert.Equal(lacking.Changed ? 2 : 1, lacking.After.Count); // what is not written is not there
    }

    [Fact]
    public async Task An_issuer_that_was_looked_for_in_vain_is_not_answered_with_looking_for_it()
    {
        IssuerFinder finder = new(new IssuerSources());
        BundlePlan plan =
            await BundleRepair.PlanAsync("/x/server.pem", Encoding.ASCII.GetBytes(Pem(Made.Leaf)), new BundleRepairOptions { At = Now },
                finder, new TrustStore("nothing", []), TestContext.Current.CancellationToken);
        PemChange note = Assert.Single(plan.Report.Notes, n => n.What == "MissingIssuer");
        Assert.DoesNotContain("-AddMissing", note.Why, StringComparison.Ordinal);
        Assert.Contains("not found", note.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_intermediate_that_this_machine_trusts_stays_in_a_server_file()
    {
        // The customary way around a server that does not send it; others do not have it.
        string file = Pem(Made.Leaf) + Pem(Made.Intermediate);
        BundlePlan plan =
            Plan(file, o =>
                o with { Anchors =
                    new CertificateIndex([MadeCertificates.Read(Made.Intermediate), MadeCertificates.Read(Made.Roots[0])]) });
        Assert.True(plan.Report.IsSound, string.Join("; ", plan.Report.Changes));
        Assert.Equal([Sha(Made.Leaf), Sha(Made.Intermediate)], plan.Report.After.Select(c => c.Sha256));
    }

    [Fact]
    public void More_signatures_than_can_be_checked_are_a_reason_to_refuse_not_to_leave_out()
    {
        // Chains that all have the names of one another: whose issuer is whose only signatures tell.
        using ECDsa key = TestKeys.Ecdsa();
        CertificateRequest request = new("CN=Same", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        string same =
            string.Concat(Enumerable.Range(1, 300)
                .Select(i =>
                    Pem(request.Create(request.SubjectName,
                        X509SignatureGenerator.CreateForECDsa(TestKeys.Ecdsa()), Now.AddDays(-1), Now.AddDays(i),
                            [1, 2, (byte)(i >> 8), (byte)i]))));
        BundlePlan plan = Plan(same + Pem(Made.Leaf), o => o with { Kind = PemBundleKind.Server });
        Assert.Null(plan.Report.Refusal); // the leaf names none of them
        CertificateRequest child = new("CN=child", Made.LeafKey, HashAlgorithmName.SHA256);
        child.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        X509Certificate2 leaf =
            child.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Now.AddDays(-1), Now.AddDays(9), [7]);
        plan = Plan(same + Pem(leaf), o => o with { Kind = PemBundleKind.Server });
        Assert.Contains("signatures", plan.Report.Refusal, StringComparison.Ordinal);
        Assert.False(plan.Report.Changed);
    }

    [Fact]
    public void A_leaf_among_hundreds_of_intermediates_keeps_its_own()
    {
        string others = string.Concat(Enumerable.Range(0, 210).Select(i =>
        {
            X509Certificate2 authority = EcAuthority($"CA {i}", null);
            return Pem(EcAuthority($"Sub {i} A", authority)) + Pem(EcAuthority($"Sub {i} B", authority)) + Pem(authority);
        }));
        BundlePlan plan = Plan(others + Pem(Made.Leaf) + Pem(Made.Intermediate), o => o with { Kind = PemBundleKind.Server });
        Assert.Equal([Sha(Made.Leaf), Sha(Made.Intermediate)], plan.Report.After.Select(c => c.Sha256));
    }
}

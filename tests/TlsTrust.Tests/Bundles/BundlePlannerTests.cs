using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;
using TlsTrust.Issuers;
using TlsTrust.Paths;
using TlsTrust.Stores;
using TlsTrust.Tests.CertificateFiles;
using static TlsTrust.Tests.Bundles.Plans;

namespace TlsTrust.Tests.Bundles;

public class BundlePlannerTests
{
    private static readonly MadeCertificates Made = MadeCertificates.Instance;
    private static readonly DateTime Now = DateTime.UtcNow;

    public static TheoryData<string> Damages => [.. PemDamage.All.Select(d => d.ToString())];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_bundle_is_repaired_once_and_then_left_alone(string name)
    {
        PemDamage damage = PemDamage.All.Single(d => d.ToString() == name);
        BundlePlan plan = Plan(damage.Make(), o => o with { Kind = PemBundleKind.Trust });
        PemDocument repaired = PemDocument.Read(plan.Content.Span);

        Assert.Equal(3 - damage.Lost, repaired.Certificates.Count);
        Assert.Equal(damage.Lost, plan.Report.Unrecovered.Count > 0 ? 1 : 0);
        Assert.DoesNotContain(repaired.Defects, d => d.IsRepairable && d.Severity != Severity.Information);
        BundlePlan again = Plan(plan.Content.ToArray(), o => o with { Kind = PemBundleKind.Trust });
        Assert.False(again.Report.Changed, string.Join("; ", again.Report.Changes));
        Assert.True(again.Content.Span.SequenceEqual(plan.Content.Span));
    }

    [Fact]
    public void Text_behind_a_binary_certificate_is_not_lost()
    {
        byte[] file = [.. Made.Roots[0].RawData, .. Encoding.ASCII.GetBytes(Made.RootPems[1])];
        BundlePlan plan = Plan(file, o => o with { Kind = PemBundleKind.Trust });
        Assert.Equal(2, plan.Certificates.Count);
    }

    [Theory]
    [InlineData("?{0}?{1}?-----END CERTIFICATE-----\n")] // what it was is past reading, and its BEGIN with it
    [InlineData("-----BEGI CERTIFICATE-----?{0}?{1}-----END CERTIFICATE-----\n")]
    [InlineData("{0}\n{1}\n")] // base64 without markers, and something else than a certificate
    public void What_looks_like_a_block_and_can_not_be_read_stays(string form)
    {
        string key = Convert.ToBase64String(Made.RsaLeafKey.ExportPkcs8PrivateKey());
        string text = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, key[..600], key[600..]);
        BundlePlan plan =
            Plan(Encoding.ASCII.GetBytes(Made.RootPems[0] + text + " " + Made.RootPems[1]), o => o with { Kind = PemBundleKind.Trust });
        Assert.False(plan.Report.IsSound);
        Assert.NotEmpty(plan.Report.Unrecovered);
        Assert.Contains(key[^100..], Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.Equal(2, plan.Certificates.Count);
        Assert.False(Plan(plan.Content.ToArray(), o => o with { Kind = PemBundleKind.Trust }).Report.Changed);
    }

    [Fact]
    public void A_block_that_stands_before_another_on_one_line_is_not_lost()
    {
        string line =
            (Made.RootPems[0].Replace("BEGIN CERTIFICATE", "BEGIN \"CERTIFICATE\"", StringComparison.Ordinal)
                + Made.RootPems[1]).Replace("\n", "", StringComparison.Ordinal);
        BundlePlan plan = Plan(Encoding.ASCII.GetBytes(line), o => o with { Kind = PemBundleKind.Trust });
        Assert.Equal(2, plan.Certificates.Count);
    }

    [Fact]
    public void Text_that_is_kept_is_no_longer_taken_for_a_marker()
    {
        byte[] file = Encoding.ASCII.GetBytes("-----\n" + Made.RootPems[0] + "-------- two\n" + Made.RootPems[1] + "----- end of file\n");
        BundlePlan plan = Plan(file, o => o with { Kind = PemBundleKind.Trust, KeepText = true });
        string text = Encoding.ASCII.GetString(plan.Content.Span);
        Assert.Contains("\n# -------- two\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n# ----- end of file\n", text, StringComparison.Ordinal);
        Assert.False(Plan(plan.Content.ToArray(), o => o with { Kind = PemBundleKind.Trust, KeepText = true }).Report.Changed);
    }

    [Fact]
    public void A_whole_block_with_a_certificate_that_is_none_inside_is_not_sound()
    {
        byte[] der = [.. Made.Roots[0].RawData];
        der[der.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x17, 0x0D]) + 2] = (byte)'x'; // a UTCTime
        BundlePlan plan =
            Plan(Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der) + "\n" + Made.RootPems[1]), o =>
                o with { Kind = PemBundleKind.Trust });
        Assert.False(plan.Report.IsSound);
        Assert.Contains(plan.Report.Notes, n => n.What == nameof(PemDefectKind.MalformedCertificate) && n.Severity == Severity.Error);
    }

    [Theory]
    [InlineData("{0}-----BEGIN CERTIFICATE-----\nMIIDIzCCAgugAwIBAgIJAKJyl7347pgW\n{1}")] // no END
    [InlineData("{0}MIIDIzCCAgugAwIBAgIJAKJyl7347pgWMA0GCSqGSIb3DQEBCwUAMC8xFzAVBgNV\n-----END CERTIFICATE-----\n{1}")]
    [InlineData(
        "\uFEFF-----BEGIN CERTIFICA\nMIIDIzCCAgugAwIBAgIJAKJyl7347pgWMA0GCSqGSIb3DQEBCwUAMC8xFzAVBgNV\n-----END CERTIFICATE-----\n{0}{1}")]
    public void What_stays_unread_does_not_grow_with_each_run(string form)
    {
        string text = "\uFEFF" + string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Made.RootPems[0], Made.RootPems[1]);
        BundlePlan first = Plan(Encoding.UTF8.GetBytes(text), o => o with { Kind = PemBundleKind.Trust });
        Assert.True(first.Report.Changed);
        Assert.NotEmpty(first.Report.Unrecovered);
        Assert.False(Plan(first.Content.ToArray(), o => o with { Kind = PemBundleKind.Trust }).Report.Changed,
            Encoding.UTF8.GetString(first.Content.Span));
    }

    [Fact]
    public void A_root_with_a_changed_letter_that_no_form_betrays_is_noticed()
    {
        byte[] der = [.. Made.Roots[0].RawData];
        der[^9] ^= 4; // within the signature
        BundlePlan plan =
            Plan(Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der) + "\n" + Made.RootPems[1]), o =>
                o with { Kind = PemBundleKind.Trust });
        PemChange note = Assert.Single(plan.Report.Notes);
        Assert.Equal(("SignatureInvalid", 1), (note.What, note.Line));
        Assert.False(plan.Report.Changed);
    }

    [Fact]
    public void A_CA_that_signed_its_new_key_with_the_old_one_is_not_taken_for_changed()
    {
        using RSA oldKey = TestKeys.Rsa(2048);
        using RSA newKey = TestKeys.Rsa(2048);
        using X509Certificate2 root = SelfSigned(oldKey, Now.AddDays(-10), Now.AddDays(10));
        CertificateRequest request = new(root.SubjectName, newKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 link =
            request.Create(root.SubjectName, X509SignatureGenerator.CreateForRSA(oldKey, RSASignaturePadding.Pkcs1), Now.AddDays(-1),
                Now.AddDays(9), RandomNumberGenerator.GetBytes(8));
        Assert.DoesNotContain(Plan(Pem(root) + Pem(link), o => o with { Kind = PemBundleKind.Trust }).Report.Notes, n =>
            n.What == "SignatureInvalid");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_store_with_one_server_certificate_in_it_stays_a_store(bool ownIssuer)
    {
        // Administrators put an appliance's certificate among the roots; to call that a server file is to throw the roots away.
        using RSA key = TestKeys.Rsa(2048);
        CertificateRequest request = new("CN=appliance", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using X509Certificate2 appliance = request.SelfSigned(key, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        string store = ownIssuer ? Pem(Made.Roots[0]) + Pem(appliance) : Made.Bundle + Pem(Made.Leaf);
        BundlePlan plan = Plan(Encoding.UTF8.GetBytes("\uFEFF" + store), o => o);
        Assert.Equal(PemBundleKind.Trust, plan.Report.Kind);
        Assert.Equal(plan.Report.Before.Count, plan.Report.After.Count);
    }

    [Fact]
    public void A_sound_file_is_not_rewritten()
    {
        string server = Pem(Made.Leaf) + Pem(Made.Intermediate);
        BundlePlan plan = Plan(server, o => o);
        Assert.True(plan.Report.IsSound, plan.Report.ToString());
        Assert.False(plan.Report.Changed);
        Assert.Empty(plan.Report.Changes);
        Assert.Equal(PemBundleKind.Server, plan.Report.Kind);
        Assert.Equal(server, Encoding.ASCII.GetString(plan.Content.Span));
        BundlePlan windows = Plan(server.Replace("\n", "\r\n", StringComparison.Ordinal), o => o);
        Assert.False(windows.Report.Changed);
    }

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
    public void A_store_without_its_expired_roots_does_not_become_a_servers_file()
    {
        string store = Pem(Made.Roots[1]) + Pem(Made.Expired) + Pem(Made.RsaLeaf);
        BundlePlan plan = Plan("\uFEFF" + store, o => o with { RemoveExpired = true });
        Assert.Equal(3, plan.Report.After.Count);
        Assert.Contains(plan.Report.Notes, n => n.What == "ExpiredKept");
        Assert.False(Plan(plan.Content.ToArray(), o => o with { RemoveExpired = true }).Report.Changed);
        Assert.Equal(2, Plan(store, o => o with { RemoveExpired = true, Kind = PemBundleKind.Trust }).Report.After.Count);
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
    public void A_trust_bundle_loses_duplicates_and_older_renewals_and_reports_poor_anchors()
    {
        using RSA key = TestKeys.Rsa(2048);
        X509Certificate2 older = SelfSigned(key, Now.AddYears(-2), Now.AddYears(1));
        X509Certificate2 newer = SelfSigned(key, Now.AddYears(-1), Now.AddYears(5));
        string file = Pem(older) + Pem(Made.Roots[0]) + Pem(newer) + Pem(Made.Roots[0]) + Pem(Made.Expired) + Pem(Made.Intermediate);
        BundlePlan plan = Plan(file, o => o);
        Assert.Equal(PemBundleKind.Trust, plan.Report.Kind);
        Assert.Equal([Sha(Made.Roots[0]), Sha(newer), Sha(Made.Expired), Sha(Made.Intermediate)], plan.Report.After.Select(c => c.Sha256));
        Assert.Equal(["Duplicate", "Duplicate"], plan.Report.Changes.Select(c => c.What));
        Assert.Equal(["Expired", "IntermediateAsAnchor"], plan.Report.Notes.Select(c => c.What).Order());
        BundlePlan pruned = Plan(file, o => o with { RemoveExpired = true });
        Assert.DoesNotContain(pruned.Report.After, c => c.Sha256 == Sha(Made.Expired));
        BundlePlan empty = Plan("\uFEFF" + Pem(Made.Expired), o => o with { RemoveExpired = true });
        Assert.Equal([Sha(Made.Expired)], empty.Report.After.Select(c => c.Sha256));
        Assert.Contains(empty.Report.Notes, n => n.What == "AllExpired");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_renewal_that_is_not_valid_yet_takes_nothing_away(bool renewalFirst)
    {
        using ECDsa key = TestKeys.Ecdsa();
        CertificateRequest request = new("CN=Renewed Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 today = request.SelfSigned(key, DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(1));
        using X509Certificate2 tomorrow = request.SelfSigned(key, DateTimeOffset.UtcNow.AddDays(30), DateTimeOffset.UtcNow.AddYears(9));
        BundlePlan plan = Plan("\uFEFF" + (renewalFirst ? Pem(tomorrow) + Pem(today) : Pem(today) + Pem(tomorrow)), o => o);
        Assert.Equal(2, plan.Report.After.Count);
        BundlePlan later = Plan("\uFEFF" + Pem(tomorrow) + Pem(today), o => o with { At = Now.AddDays(40) });
        Assert.Equal([Sha(tomorrow)], later.Report.After.Select(c => c.Sha256));
    }

    [Fact]
    public void A_message_without_certificates_is_not_unpacked_into_nothing()
    {
        // ContentInfo with the content type "data" (RFC 5652 §4): PKCS#7, and no certificate in it.
        string message = PemEncoding.WriteString("CMS", Convert.FromHexString("300f06092a864886f70d010701a0020400")) + "\n";
        BundlePlan plan = Plan("\uFEFF" + message + Pem(Made.Roots[0]), o => o);
        Assert.Contains(message, Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.DoesNotContain(plan.Report.Changes, c => c.What == "Pkcs7");
        Assert.Contains(Plan([0x30, 0x0f, .. Convert.FromHexString("06092a864886f70d010701a0020400")], o => o).Report.Notes, n =>
            n.What == "NoCertificate");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/x/empty.pem")]
    public void A_file_that_is_made_is_not_blamed_for_being_empty(string path)
    {
        BundleRepairOptions options =
            new() { At = Now,
                Additional =
                    [.. new[] { Made.Leaf, Made.Intermediate }.Select(c =>
                        new AdditionalCertificate(MadeCertificates.Read(c),
                            new CertificateOrigin { Kind = CertificateOriginKind.Pipeline, Location = "the pipeline" }) { IsExplicit =
                                true })] };
        PemRepairReport report = BundlePlanner.Plan(path, ReadOnlyMemory<byte>.Empty, options).Report;
        Assert.Equal(2, report.After.Count);
        Assert.DoesNotContain(report.Notes, n => n.Severity == Severity.Error);
        Assert.All(report.Changes, c => Assert.Equal("Added", c.What));
        Assert.False(report.Summary.StartsWith(':'), report.Summary);
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
    public void Binary_forms_become_PEM_but_not_under_a_binary_name()
    {
        byte[] der = Made.Roots[0].RawData;
        BundlePlan pem = BundlePlanner.Plan("/x/ca.pem", der, new BundleRepairOptions { At = Now });
        Assert.True(pem.Report.Changed);
        Assert.Null(BundleRepair.RefusalReason(pem, null));
        BundlePlan named = BundlePlanner.Plan("/x/ca.cer", der, new BundleRepairOptions { At = Now });
        Assert.True(named.Report.IsSound && !named.Report.Changed, named.Report.ToString()); // what its name says it is
        Assert.Null(BundleRepair.RefusalReason(named, "/x/ca.pem"));
        Assert.Equal(Pem(Made.Roots[0]), Encoding.ASCII.GetString(named.Copy.Span)[named.Copy.Span.IndexOf("-----"u8)..]);
        string armoured = new(PemEncoding.Write("PKCS7", new X509Certificate2Collection { Made.Roots[0] }.ToPkcs7()));
        Assert.NotNull(
            BundleRepair.RefusalReason(
                BundlePlanner.Plan("/x/ca.p7b", Encoding.ASCII.GetBytes(armoured), new BundleRepairOptions { At = Now }), null));
        Assert.Null(
            BundleRepair.RefusalReason(
                BundlePlanner.Plan("/x/ca.pem", Encoding.ASCII.GetBytes(armoured), new BundleRepairOptions { At = Now }), null));
        byte[] bag = new X509Certificate2Collection { Made.Roots[0], Made.Roots[1] }.ToPkcs7();
        Assert.Equal(2, BundlePlanner.Plan("/x/ca.pem", bag, new BundleRepairOptions { At = Now }).Certificates.Count);
    }

    [Fact]
    public void A_block_of_CMS_that_holds_no_certificate_is_not_lost()
    {
        // enveloped data
        string sealed7 = new string(PemEncoding.Write("CMS", Convert.FromHexString("301306092A864886F70D010703A006040400000000"))) + "\n";
        BundlePlan plan = Plan("\uFEFF" + Made.Bundle + sealed7, o => o);
        Assert.True(plan.Report.Changed);
        Assert.EndsWith(sealed7, Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.False(Plan(plan.Content.ToArray(), o => o).Report.Changed);
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
    public void A_request_is_taken_out_of_a_trust_bundle_and_never_is_all_that_is_there()
    {
        string request = new CertificateRequest("CN=request", Made.LeafKey, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n";
        BundlePlan plan = Plan(Made.Bundle + request, o => o);
        PemChange change = Assert.Single(plan.Report.Changes);
        Assert.Equal("CertificateRequest", change.What);
        Assert.Contains(change.Clients, c => c.Contains("GnuTLS", StringComparison.Ordinal));
        Assert.DoesNotContain("REQUEST", Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.False(Plan(request, o => o).Report.Changed);
        Assert.False(Plan(Made.LeafKey.ExportPkcs8PrivateKeyPem() + "\n" + request, o => o).Report.Changed);
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

    [Theory]
    [InlineData("apiVersion: v1\ndata:\n  ca.crt: |", "    ")]
    [InlineData("roots:\n  - >-", "    ")]
    [InlineData("certificate = <<EOF", "")]
    [InlineData("ca = \"\"\"", "")]
    [InlineData("const ca = `", "")]
    public void A_document_whose_value_is_PEM_is_not_replaced_by_it(string before, string indent)
    {
        string file = before + "\n" + string.Concat((Made.Bundle + Made.Bundle).TrimEnd('\n').Split('\n').Select(l => indent + l + "\n"));
        BundlePlan plan = Plan(file, o => o);
        Assert.True(plan.Report.Changed);
        Assert.Contains("another kind", BundleRepair.RefusalReason(plan, null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# Roots of 2026 - 3")]
    [InlineData("On Monday, somebody wrote:")]
    [InlineData("| Name: Test Root |")]
    [InlineData("=== \"Test Root\"")]
    [InlineData("== << roots >> ==")]
    public void Words_before_a_block_do_not_make_it_a_document_of_another_kind(string before)
    {
        BundlePlan plan = Plan(before + "\n" + Made.Bundle + Made.Bundle, o => o);
        Assert.True(plan.Report.Changed);
        Assert.Null(BundleRepair.RefusalReason(plan, null));
    }

    [Fact]
    public void A_document_that_only_quotes_PEM_is_not_replaced_by_it()
    {
        string json = "{ \"ca\": \"" + Made.Bundle.Replace("\n", "\\n", StringComparison.Ordinal) + "\" }\n";
        BundlePlan plan = Plan(json, o => o);
        Assert.NotNull(BundleRepair.RefusalReason(plan, null));
        Assert.Null(BundleRepair.RefusalReason(plan, "/x/ca.pem"));
    }

    [Fact]
    public void What_can_not_be_read_stays_as_it_is_and_the_rest_is_mended()
    {
        string cut = string.Join('\n', Pem(Made.Roots[1]).Split('\n')[..8]) + "\n-----END CERTIFICATE-----\n";
        BundlePlan plan = Plan(Encoding.UTF8.GetBytes("\uFEFF" + Pem(Made.Roots[0]) + cut), o => o);
        Assert.True(plan.Report.Changed);
        Assert.Contains(cut, Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        PemChange unread = Assert.Single(plan.Report.Unrecovered);
        Assert.Equal("TruncatedDer", unread.What);
        Assert.False(plan.Report.IsSound);
    }

    [Fact]
    public void What_a_signature_denies_stays_as_it_was_and_is_no_certificate_the_next_time_either()
    {
        // A star, and another character changed within the signature: whole DER, and not what the issuer signed.
        string block = Pem(Made.Intermediate);
        int end = block.IndexOf("\n-----END", StringComparison.Ordinal);
        char changed = block[end - 8] == 'A' ? 'B' : 'A';
        string damaged = (block[..(end - 8)] + changed + block[(end - 7)..]).Insert(end - 100, "*");
        BundlePlan plan = Plan("\uFEFF" + damaged + Made.Bundle, o => o);
        Assert.True(plan.Report.Changed);
        Assert.Equal(3, plan.Certificates.Count);
        Assert.Contains(damaged, Encoding.ASCII.GetString(plan.Content.Span), StringComparison.Ordinal);
        Assert.Equal("Ambiguous", Assert.Single(plan.Report.Unrecovered).What);
        Assert.False(Plan(plan.Content.ToArray(), o => o).Report.Changed);
    }

    [Fact]
    public void Of_a_block_with_two_certificates_of_which_one_is_denied_nothing_is_written_twice()
    {
        // More base64 behind each: only the issuer's signature tells where they end, and the issuer of the second is not there.
        string both = "-----BEGIN CERTIFICATE-----\n*" + Body(Made.Intermediate).TrimEnd('=') + "AAAA\n" + Body(Made.Leaf).TrimEnd('=')
            + "AAAA\n-----END CERTIFICATE-----\n";
        string file = "\uFEFF" + both + Made.Bundle + "-----BEGIN CERTIFICATE-----\n*" + Body(Made.RsaLeaf).TrimEnd('=') + "AAAA\n"
            + Body(EcAuthority("Nobody's", EcAuthority("Gone", null))).TrimEnd('=') + "AAAA\n-----END CERTIFICATE-----\n";
        BundlePlan plan = Plan(file, o => o with { Kind = PemBundleKind.Trust });
        Assert.True(plan.Report.Changed);
        Assert.Single(plan.Report.Unrecovered);
        Assert.False(Plan(plan.Content.ToArray(), o => o with { Kind = PemBundleKind.Trust }).Report.Changed);
    }

    [Fact]
    public void A_root_that_was_changed_into_a_newer_one_does_not_replace_the_sound_one()
    {
        X509Certificate2 sound = Made.Roots[0];
        byte[] altered = sound.RawData;
        int year = altered.AsSpan()
            .LastIndexOf(
                Encoding.ASCII.GetBytes(sound.NotAfter.ToUniversalTime()
                    .ToString("yyMMdd", System.Globalization.CultureInfo.InvariantCulture)));
        altered[year]++;
        BundlePlan plan =
            Plan(Pem(sound) + PemEncoding.WriteString("CERTIFICATE", altered) + "\n" + Pem(Made.Roots[1]), o =>
                o with { Kind = PemBundleKind.Trust });
        Assert.Equal([Sha(sound), Sha(Made.Roots[1])], plan.Certificates.Select(c => c.Sha256));
    }

    private static string Body(X509Certificate2 certificate) => Convert.ToBase64String(certificate.RawData);

    private static string Pem(X509Certificate2 certificate) => MadeCertificates.Pem(certificate);

    private static X509Certificate2 EcAuthority(string name, X509Certificate2? issuer)
    {
        ECDsa key = TestKeys.Ecdsa();
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return issuer is null ? request.SelfSigned(key, Now.AddDays(-1), Now.AddDays(90))
            : request.IssuedBy(issuer, Now.AddDays(-1), Now.AddDays(80), RandomNumberGenerator.GetBytes(8)).WithKey(key);
    }

    private static X509Certificate2 Server(RSA key, DateTime from, DateTime to)
    {
        CertificateRequest request = new("CN=renewed.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        return request.Create(Made.Intermediate.SubjectName,
            X509SignatureGenerator.CreateForRSA(Made.IntermediateKey, RSASignaturePadding.Pkcs1), from, to,
                RandomNumberGenerator.GetBytes(8));
    }

    private static X509Certificate2 SelfSigned(RSA key, DateTime from, DateTime to, string name = "Renewed Root")
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.SelfSigned(key, from, to);
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Tests.CertificateFiles;
using static TlsTrust.Tests.Bundles.Plans;
using static TlsTrust.Tests.Bundles.PlanCertificates;

namespace TlsTrust.Tests.Bundles;

/// <summary>What a plan does with any file: what can not be read stays, what is sound is left alone, no form is lost.</summary>
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
        der[der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x30, 0x1E, 0x17, 0x0D]) + 4] = (byte)'x'; // the first of two UTCTimes
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
}

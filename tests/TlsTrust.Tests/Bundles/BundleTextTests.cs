using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Tests.CertificateFiles;
using static TlsTrust.Tests.Bundles.Plans;

namespace TlsTrust.Tests.Bundles;

/// <summary>What is written, character by character: form, comments, and text that is kept.</summary>
public class BundleTextTests
{
    private static readonly MadeCertificates Made = MadeCertificates.Instance;

    [Fact]
    public void What_is_written_is_ASCII_in_64_columns_with_LF_and_one_newline_at_the_end()
    {
        BundlePlan plan = Plan(PemDamage.All[0].Make(), o => o);
        string text = Encoding.ASCII.GetString(plan.Content.Span);
        Assert.DoesNotContain('\r', text);
        Assert.EndsWith("-----END CERTIFICATE-----\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n').Where(l => !l.StartsWith('#')), l => Assert.InRange(l.Length, 0, 64));
        Assert.True(plan.Content.Span.IndexOfAnyExceptInRange((byte)9, (byte)126) < 0);
    }

    [Theory]
    [InlineData("x -----BEGIN CERTIFICATE----- MIID ő")]
    [InlineData("&mdash;&mdash;END CERTIFICATE&mdash;&mdash;")]
    public void A_comment_line_names_each_anchor_and_can_never_be_a_marker(string name)
    {
        X509Certificate2 hostile = MadeCertificates.Root(name);
        BundlePlan plan = Plan(Pem(hostile) + Pem(Made.Roots[0]) + Pem(hostile), o => o);
        string text = Encoding.ASCII.GetString(plan.Content.Span);
        Assert.Equal(2, text.Split('\n').Count(l => l.StartsWith("# ", StringComparison.Ordinal)));
        Assert.Equal(2, PemDocument.Read(plan.Content.Span).Certificates.Count);
        Assert.All(PemDocument.Read(plan.Content.Span).Defects, d => Assert.Equal(PemDefectKind.Comment, d.Kind));
        Assert.False(Plan(plan.Content.ToArray(), o => o).Report.Changed);
    }

    [Fact]
    public void Text_is_kept_on_request()
    {
        string file = "# first\n" + Pem(Made.Roots[0]) + "Subject: two\n" + Pem(Made.Roots[1]) + Pem(Made.Roots[0]) + "the end\n";
        string kept = Encoding.UTF8.GetString(Plan(file, o => o with { KeepText = true }).Content.Span);
        Assert.Equal("# first\n" + Pem(Made.Roots[0]) + "Subject: two\n" + Pem(Made.Roots[1]) + "the end\n", kept);
        Assert.DoesNotContain("Subject: two", Encoding.UTF8.GetString(Plan(file, o => o).Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_a_UTF16_file_are_counted_as_characters()
    {
        byte[] file =
            [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Made.Bundle.Replace("\n", "\r\n", StringComparison.Ordinal))];
        string text = Encoding.ASCII.GetString(Plan(file, o => o with { LineEnding = LineEnding.AsIs }).Content.Span);
        Assert.Equal(text.Split('\n').Length, text.Split("\r\n").Length);
    }

    [Fact]
    public void A_rewrite_that_would_read_otherwise_is_refused()
    {
        // The cut certificate has no END line: whatever is written behind it is taken for its end, and "= x" makes it whole.
        string whole = Pem(Made.Leaf).Replace("\n-----END CERTIFICATE-----\n", "", StringComparison.Ordinal).TrimEnd('=');
        string key = Made.RsaLeafKey.ExportPkcs8PrivateKeyPem() + "\n";
        string file = Pem(Made.RsaLeaf) + whole[..^1] + "\n" + key + whole[^1] + "\n";
        BundlePlan plan = Plan(file, o => o with { KeepText = true });
        Assert.Contains("read as something else", plan.Report.Refusal, StringComparison.Ordinal);
        Assert.Equal(file, Encoding.ASCII.GetString(plan.Content.Span));
        Assert.False(plan.Report.IsSound);
    }

    [Fact]
    public void Kept_text_is_the_same_bytes_in_any_encoding()
    {
        // "Å" is C3 85 in UTF-8, and 85 is a line end to .NET; E9 is "é" in Latin-1 and nothing in UTF-8. Two byte order marks are none.
        byte[] words = [(byte)'#', 0xC3, 0x85, (byte)' ', 0xE9, (byte)'\n'];
        byte[] bom = [0xEF, 0xBB, 0xBF];
        byte[] certificate = Encoding.ASCII.GetBytes(Pem(Made.Roots[0]));
        BundlePlan plan = Plan([.. bom, .. bom, .. words, .. certificate], o => o with { KeepText = true });
        Assert.Equal([.. words, .. certificate], plan.Content.ToArray());
        Assert.False(Plan(plan.Content.ToArray(), o => o with { KeepText = true }).Report.Changed);
    }

    private static string Pem(X509Certificate2 certificate) => MadeCertificates.Pem(certificate);
}

using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Bundles;
using static TlsTrust.Tests.Bundles.Plans;

namespace TlsTrust.Tests.Bundles.Laws;

/// <summary>What somebody switched off stays off, and what is only quoted is none of that.</summary>
public class SwitchedOffTests
{
    private static readonly MadeGraph Graph = MadeGraph.Instance;

    [Theory]
    [InlineData("#")]
    [InlineData("  # ")]
    [InlineData(";")]
    [InlineData("// ")]
    [InlineData("REM ")]
    [InlineData("rem\t")]
    [InlineData("!")]
    [InlineData("-- ")]
    [InlineData("--")]
    [InlineData("-")]
    [InlineData("12: # ")]
    [InlineData("ca.pem:12:#")]
    [InlineData("> # ")]
    [InlineData("+# ")]
    public void What_was_switched_off_stays_off(string mark)
    {
        string off = string.Concat(Pem(Graph.Roots[3]).TrimEnd('\n').Split('\n').Select(l => mark + l + "\n"));
        BundlePlan plan = Plan("\uFEFF" + Pem(Graph.Roots[0]) + off + Pem(Graph.Roots[1]), o => o);
        Assert.Equal([Sha(Graph.Roots[0]), Sha(Graph.Roots[1])], plan.Report.After.Select(c => c.Sha256));
        Assert.Equal("CommentedOut", Assert.Single(plan.Report.LeftOut).What);
        Assert.Equal(
            2, Plan(Encoding.UTF8.GetBytes("\uFEFF" + Pem(Graph.Roots[0]) + off + Pem(Graph.Roots[1])), o => o with { KeepText = true })
                .Report.After.Count);
    }

    [Theory]
    [InlineData("> ")]
    [InlineData("12: ")]
    [InlineData("ca.pem:12:")]
    [InlineData("+")]
    [InlineData("* ")]
    public void Quoting_switches_nothing_off(string mark)
    {
        string quoted = string.Concat(Pem(Graph.Roots[3]).TrimEnd('\n').Split('\n').Select(l => mark + l + "\n"));
        Assert.Equal(3, Plan(Pem(Graph.Roots[0]) + quoted + Pem(Graph.Roots[1]), o => o).Report.After.Count);
    }

    [Fact]
    public void Base64_without_markers_behind_a_comment_mark_stays_off()
    {
        BundlePlan plan =
            Plan("\uFEFF" + Pem(Graph.Roots[0]) + "# " + Convert.ToBase64String(Graph.Roots[3].RawData) + "\n# x: "
                + Convert.ToBase64String(Encoding.ASCII.GetBytes(Pem(Graph.Roots[2]))) + "\n", o => o);
        Assert.Single(plan.Report.After);
    }

    [Theory]
    [InlineData("! ", "! ")]
    [InlineData("- ", "+ ")]
    public void What_a_diff_of_the_context_form_took_out_stays_out(string took, string put)
    {
        string kept = Marked(Graph.Roots[0], "  ");
        string diff = $"*** old/ca.pem\n--- new/ca.pem\n***************\n*** 1,24 ****\n{kept}{Marked(Graph.Roots[3], took)}" +
            $"--- 1,24 ----\n{kept}{Marked(Graph.Roots[1], put)}";
        BundlePlan plan = Plan(diff, o => o with { Kind = PemBundleKind.Trust });
        Assert.Equal([Sha(Graph.Roots[0]), Sha(Graph.Roots[1])], plan.Report.After.Select(c => c.Sha256));
        Assert.True(plan.NeedsDestination);
    }

    private static string Marked(X509Certificate2 certificate, string mark) =>
        string.Concat(Pem(certificate).TrimEnd('\n').Split('\n').Select(line => mark + line + "\n"));

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";
}

using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Markers;

namespace TlsTrust.Tests.CertificateFiles;

/// <summary>One row a kind of defect, and each row whole; one table of comment marks, in the help too.</summary>
public class PemDefectTests
{
    [Fact]
    public void Every_kind_has_one_row_and_every_row_is_whole()
    {
        Assert.Equal(Enum.GetValues<PemDefectKind>().Order(), PemDefects.All.Select(row => row.Kind).Order());
        Assert.All(PemDefects.All, row =>
        {
            Assert.NotEmpty(row.Words);
            Assert.NotEqual(row.Kind.ToString(), row.Words);
            Assert.Equal(Enum.GetValues<PemClient>().Length, row.Measured.Length);
            Assert.DoesNotContain(row.Measured, letter => !"Fc.".Contains(letter, StringComparison.Ordinal));
            Assert.True(Enum.IsDefined(row.Severity) && Enum.IsDefined(row.Repair));

            // What is no loss to any client is no error, and what is one is lawful or an error.
            Assert.True(row.Severity == Severity.Information
                || (row.Severity == Severity.Error) == (row.Effects.Count > 0), row.Kind.ToString());
        });
        Assert.Equal(PemDefects.All.Count, PemDefects.All.Select(row => row.Words).Distinct().Count());
    }

    [Fact]
    public void The_help_shows_every_comment_mark()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "en-US", "Repair-PemBundle.md"));
        Assert.All(CommentMarks.All, mark => Assert.Contains($"| `{mark.Mark}` | {mark.Where} |", page, StringComparison.Ordinal));
    }
}

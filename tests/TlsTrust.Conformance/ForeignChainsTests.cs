using TlsTrust.Paths;
using TlsTrust.Paths.Search;

namespace TlsTrust.Conformance;

/// <summary>Any other suite, by hand: <c>TLSTRUST_CHAINS</c> names a file of cases in x509-limbo's schema.</summary>
public class ForeignChainsTests(ITestOutputHelper output)
{
    [Fact]
    public void Prints_what_a_given_file_says_under_both_policies()
    {
        string? path = System.Environment.GetEnvironmentVariable("TLSTRUST_CHAINS");
        Assert.SkipUnless(File.Exists(path), "TLSTRUST_CHAINS names no file of cases");
        ChainCase[] cases = Corpora.ReadFile<ChainCases>(path).Testcases;

        foreach (IGrouping<string, ChainCase> suite in cases.GroupBy(static c => c.Suite))
        {
            foreach (PathPolicy policy in Enum.GetValues<PathPolicy>())
            {
                Tally tally = new($"{suite.Key}, {policy}");
                foreach (ChainCase chainCase in suite)
                {
                    (bool accepted, PathSearchResult? result) = ChainSuites.Run(chainCase, policy);
                    PartialPath? nearest = result?.Partial is { Count: > 0 } partial ? partial[0] : null;
                    IEnumerable<Rejection> broken = nearest?.Rejections.Where(static r => r.IsError) ?? [];
                    tally.Add($"{chainCase.Id} [{chainCase.Description.ReplaceLineEndings(" ").Trim()}] {nearest?.End} "
                        + string.Join("; ", broken), chainCase.IsExpectedToSucceed, accepted);
                }

                output.WriteLine(tally.ToString());
            }
        }

        Assert.NotEmpty(cases);
    }
}

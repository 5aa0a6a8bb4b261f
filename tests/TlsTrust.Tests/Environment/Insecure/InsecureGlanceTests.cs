using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Insecure;

namespace TlsTrust.Tests.Environment.Insecure;

public sealed class InsecureGlanceTests
{
    [Fact]
    public void A_glance_sees_what_the_whole_scan_sees()
    {
        InsecureFacts[] facts = [.. ProgramCatalogue.Programs.SelectMany(program => program.Insecure).Where(fact => fact.IsVariable)];
        Assert.NotEmpty(facts);
        foreach (string name in facts.Where(fact => fact.Match != "gitPairs").Select(fact => fact.Name).Distinct())
        {
            IEnumerable<string> values = facts.Where(fact => fact.Name == name).SelectMany(fact => fact.Values)
                .Concat(["", " ", "0", "1", "false", "true", "/ca.pem"]);
            foreach (string value in values)
            {
                bool found = facts.Any(fact => fact.Name == name && InsecureMatch.Matches(fact, value));
                Assert.Equal(found, InsecureGlance.IsNeeded(new Dictionary<string, string> { [name] = value }));
            }
        }

        Assert.True(InsecureGlance.IsNeeded(new Dictionary<string, string> { ["GIT_CONFIG_COUNT"] = "1" }));
        Assert.False(InsecureGlance.IsNeeded(new Dictionary<string, string>()));
    }
}

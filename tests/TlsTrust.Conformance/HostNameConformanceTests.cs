using System.Net;
using TlsTrust.Paths;

namespace TlsTrust.Conformance;

/// <summary>Other people's host name cases. Those of sources that fall back to the common name are not run: TlsTrust never does.</summary>
public class HostNameConformanceTests(ITestOutputHelper output)
{
    [Fact]
    public void Agrees_in_every_case_that_is_not_contested_but_for_the_known_ones()
    {
        HostNameCase[] cases = Corpora.Read<HostNameCases>("hostnames.json").Cases;
        Tally uncontested = new("host names, uncontested");
        Tally contested = new("host names, contested by another source");
        foreach (HostNameCase nameCase in cases)
        {
            Tally tally = nameCase.Contested ? contested : uncontested;
            if (nameCase.UsesCn)
            {
                tally.Skip("the source falls back to the common name");
                continue;
            }

            List<IPAddress> addresses = [];
            foreach (string text in nameCase.IpSans)
            {
                if (IPAddress.TryParse(text, out IPAddress? address))
                {
                    addresses.Add(address);
                }
            }

            tally.Add(nameCase.Id, nameCase.Expected, HostNameMatcher.Match(nameCase.Host, nameCase.DnsSans, addresses));
        }

        output.WriteLine(uncontested.ToString());
        output.WriteLine(contested.ToString());
        Assert.Equal(Divergences.HostNames.Keys.Order(StringComparer.Ordinal),
            uncontested.FalseAccepts.Concat(uncontested.FalseRejects).Order(StringComparer.Ordinal));
        Assert.Empty(uncontested.FalseAccepts);
    }
}

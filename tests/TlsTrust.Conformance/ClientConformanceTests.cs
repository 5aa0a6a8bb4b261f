using TlsTrust.Clients;
using TlsTrust.Paths;

namespace TlsTrust.Conformance;

/// <summary>What client profiles say of the corpora's chains, beside what the clients themselves were measured to do.</summary>
public class ClientConformanceTests(ITestOutputHelper output)
{
    /// <summary>
    /// The shares are a little below what is measured (98.1, 97.4, 96.8 and 95 of 100). What is missing is the security level that
    /// OpenSSL was run with, and names: Go compares directory names as bytes, GnuTLS reads a wildcard as a name.
    /// </summary>
    [Theory]
    [InlineData("curl", "openssl-3.0.19-cli", 0.98)]
    [InlineData(".NET on Linux", "dotnet-10.0.12", 0.97)]
    [InlineData("GnuTLS", "gnutls-3.8.13", 0.96)]
    [InlineData("Go", "go-1.27.3", 0.94)]
    public void A_profile_decides_as_its_client_did(string client, string peer, double share)
    {
        Tally tally = new($"{client} as {peer}");
        foreach (ChainCase chainCase in ChainSuites.All.SelectMany(ChainSuites.Of))
        {
            if (chainCase.Crls.Length > 0 || chainCase.MaxChainDepth is not null || ChainSuites.AnswerOf(chainCase, peer) is not { } real
                || chainCase.ToQuery(PathPolicy.Default, ChainSuites.Now, out _) is not { } query)
            {
                continue;
            }

            ClientVerdict verdict =
                ClientProfiles.Decide(new ClientEvidence { Query = query, AnchorsOf = AnchorScope.EveryClient, Downloaded = [] }, client);
            if (verdict.Answer == ClientAnswer.Unknown)
            {
                tally.Skip($"unknown: {verdict.Reason}");
            }
            else
            {
                tally.Add(chainCase.Id, real, verdict.Answer == ClientAnswer.Accepts);
            }
        }

        output.WriteLine(tally.ToString());
        Assert.True(tally.Share >= share, tally.ToString());
    }
}

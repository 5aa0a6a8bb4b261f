using TlsTrust.Paths;
using TlsTrust.Paths.Search;

namespace TlsTrust.Conformance;

/// <summary>The suites, and the running of their cases.</summary>
internal static class ChainSuites
{
    internal static readonly string[] All = ["limbo", "bettertls-now", "bettertls-nameconstraints", "pkits", "go", "openssl"];

    private static readonly Lazy<ChainCase[]> Cases = new(static () => Corpora.Read<ChainCases>("chains.json").Testcases);
    private static readonly Lazy<Dictionary<string, Dictionary<string, string>>> PeerResults =
        new(static () => Corpora.Read<Dictionary<string, Dictionary<string, string>>>("chains-peers.json"));

    /// <summary>
    /// Cases whose validation time is "now" are judged at this one, so that the answer does not change by itself: within the validity of
    /// all of them.
    /// </summary>
    internal static readonly DateTime Now = new(2026, 7, 1, 0, 0, 0, DateTimeKind.Utc);

    internal static ChainCase[] Of(string suite)
    {
        Corpora.Require("chains.json");
        return [.. Cases.Value.Where(c => c.Suite == suite)];
    }

    internal static ChainCase Find(string id)
    {
        Corpora.Require("chains.json");
        return Cases.Value.First(c => c.Id == id);
    }

    internal static (bool Accepted, PathSearchResult? Result) Run(ChainCase chainCase, PathPolicy policy)
    {
        PathSearchResult? result = chainCase.ToQuery(policy, Now, out _) is { } query ? PathSearch.Search(query) : null;
        return (result?.Path is not null, result);
    }

    internal static Tally Run(string suite, PathPolicy policy, Func<ChainCase, bool>? filter = null)
    {
        Tally tally = new($"{suite}, {policy}");
        foreach (ChainCase chainCase in Of(suite).Where(c => filter is null || filter(c)))
        {
            tally.Add(chainCase.Id, chainCase.IsExpectedToSucceed, Run(chainCase, policy).Accepted);
        }

        return tally;
    }

    /// <summary>What another implementation answered; null where it did not run the case.</summary>
    internal static bool? AnswerOf(ChainCase chainCase, string peer) =>
        PeerResults.Value.TryGetValue(chainCase.Id, out Dictionary<string, string>? results)
            && results.TryGetValue(peer, out string? answer) && answer != "SKIPPED" ? answer == "SUCCESS" : null;

    /// <summary>Answers of other implementations, those that did not run it left out.</summary>
    internal static IReadOnlyList<bool> PeersOf(ChainCase chainCase) =>
        PeerResults.Value.TryGetValue(chainCase.Id, out Dictionary<string, string>? results)
            ? [.. results.Values.Where(static r => r != "SKIPPED").Select(static r => r == "SUCCESS")]
            : [];
}

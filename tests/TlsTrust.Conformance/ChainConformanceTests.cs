using TlsTrust.Paths;
using TlsTrust.Tests;

namespace TlsTrust.Conformance;

/// <summary>
/// Other people's path cases, through the public API. What is printed is the result; what is asserted is what we promise.
/// </summary>
public class ChainConformanceTests(ITestOutputHelper output)
{
    /// <summary>Processor time a hostile case may take. What we measure is some 2 ms; the rest is room for a slow machine.</summary>
    private static readonly TimeSpan HostileCaseLimit = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string, PathPolicy> Suites =>
        [.. ChainSuites.All.SelectMany(static s => new[] { (s, PathPolicy.Default), (s, PathPolicy.Strict) })];

    [Theory]
    [MemberData(nameof(Suites))]
    public void Prints_what_a_suite_says_under_a_policy(string suite, PathPolicy policy)
    {
        Tally tally = ChainSuites.Run(suite, policy);

        output.WriteLine(tally.ToString());
        Assert.Equal(ChainSuites.Of(suite).Length, tally.Run);
    }

    [Fact]
    public void Every_divergence_is_known_and_every_known_divergence_is_still_there()
    {
        List<string> divergences = [];
        foreach (string suite in ChainSuites.All)
        {
            Tally tally = ChainSuites.Run(suite, PathPolicy.Strict);
            divergences.AddRange([.. tally.FalseAccepts, .. tally.FalseRejects]);
        }

        Assert.Equal(Divergences.Chains.Keys.Order(StringComparer.Ordinal), divergences.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Limbo_agrees_in_95_of_100_cases_without_features_and_accepts_nothing_that_a_peer_refuses()
    {
        Tally core = ChainSuites.Run("limbo", PathPolicy.Strict, static c => c.Features.Length == 0);
        output.WriteLine(core.ToString());

        Assert.True(core.Share >= 0.95, core.ToString());
        Assert.Empty(core.FalseAccepts);
        Assert.All(ChainSuites.Run("limbo", PathPolicy.Strict).FalseAccepts, static id =>
            Assert.All(ChainSuites.PeersOf(ChainSuites.Find(id)), Assert.True));
    }

    [Theory]
    [InlineData("limbo")]
    [InlineData("bettertls-now")]
    [InlineData("bettertls-nameconstraints")]
    [InlineData("pkits")]
    [InlineData("go")]
    [InlineData("openssl")]
    public void Agrees_wherever_all_peers_agree_with_the_expectation(string suite)
    {
        Tally tally =
            ChainSuites.Run(suite, PathPolicy.Strict, static c =>
                ChainSuites.PeersOf(c) is { Count: > 0 } peers && peers.All(p => p == c.IsExpectedToSucceed));
        output.WriteLine(tally.ToString());

        Assert.Equal(tally.Run, tally.Agree);
    }

    [Theory]
    [InlineData("bettertls-now", PathPolicy.Strict, 1.0)]
    [InlineData("bettertls-now", PathPolicy.Default, 1.0)]
    [InlineData("bettertls-nameconstraints", PathPolicy.Strict, 1.0)]
    [InlineData("bettertls-nameconstraints", PathPolicy.Default, 1.0)]
    [InlineData("go", PathPolicy.Strict, 0.95)]
    [InlineData("go", PathPolicy.Default, 0.95)]
    [InlineData("openssl", PathPolicy.Strict, 0.95)]
    [InlineData("openssl", PathPolicy.Default, 0.95)]
    public void Agrees_as_often_as_promised(string suite, PathPolicy policy, double share)
    {
        Tally tally = ChainSuites.Run(suite, policy);

        Assert.True(tally.Share >= share, tally.ToString());
    }

    [Fact]
    public void Pkits_differs_only_where_a_crl_is_needed_and_missing()
    {
        Tally tally =
            ChainSuites.Run("pkits", PathPolicy.Strict, static c =>
                !Divergences.Chains.TryGetValue(c.Id, out string? reason) || !reason.Contains("CRL", StringComparison.Ordinal));
        output.WriteLine(tally.ToString());

        Assert.Equal(tally.Run, tally.Agree);
    }

    [Fact]
    public void Hostile_cases_are_answered_in_time()
    {
        List<string> slow = [];
        foreach (ChainCase chainCase in ChainSuites.Of("limbo").Concat(ChainSuites.Of("openssl"))
            .Where(static c =>
                c.Id.StartsWith("cve::", StringComparison.Ordinal) || c.Id.StartsWith("pathological::", StringComparison.Ordinal)
                    || c.Features.Contains("denial-of-service") || c.Description.Contains("oo many", StringComparison.Ordinal)))
        {
            // The best of three: the first run compiles.
            TimeSpan best = TimeSpan.MaxValue;
            for (int i = 0; i < 3; i++)
            {
                TimeSpan start = ThreadClock.Now;
                (bool accepted, _) = ChainSuites.Run(chainCase, PathPolicy.Strict);
                TimeSpan taken = ThreadClock.Now - start;
                best = taken < best ? taken : best;
                Assert.True(accepted == chainCase.IsExpectedToSucceed || chainCase.Suite == "openssl", chainCase.Id);
            }

            output.WriteLine($"{best.TotalMilliseconds:F1} ms {chainCase.Id}");
            if (best > HostileCaseLimit)
            {
                slow.Add(chainCase.Id);
            }
        }

        Assert.Empty(slow);
    }
}

using TlsTrust.RealClients.Clients;

namespace TlsTrust.RealClients;

/// <summary>The rows of a report are what the real programs do.</summary>
public sealed class RealClientTests(MeasuredServers servers, ITestOutputHelper output) : IClassFixture<MeasuredServers>
{
    /// <summary>Of all pairs of server and client, Unknown counted as wrong.</summary>
    private const double WantedAgreement = 0.99;

    private static readonly bool IsLong = System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1";

    /// <summary>Clients whose answers are written down, by name; "all" for all that are here.</summary>
    private static readonly string[] Recorded = System.Environment.GetEnvironmentVariable("TLSTRUST_RECORD")?.Split(',') ?? [];

    /// <summary>Part of the names of the servers that are asked.</summary>
    private static readonly string? Only = System.Environment.GetEnvironmentVariable("TLSTRUST_ONLY");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_say_what_the_clients_were_seen_to_do()
    {
        Measurements measured = Measurements.Read();
        List<Pair> pairs = [];
        foreach ((MeasuredServer server, EndpointReport report) in await JudgeAsync(servers.All))
        {
            pairs.AddRange(
                PairsOf(server, report,
                    measured.Answers.GetValueOrDefault(server.Name)?.ToDictionary(answer => answer.Key, answer =>
                        new RealAnswer(answer.Value.Length == 0, answer.Value)) ?? []));
        }

        Assert.NotEmpty(pairs);
        output.WriteLine(AgreementTable.Of(pairs));
        SortedDictionary<string, string> known = Measurements.KnownDisagreements();
        List<Pair> wrong = [.. pairs.Where(pair => !pair.Agrees)];
        foreach (Pair pair in wrong.Concat(pairs.Where(pair => pair.Agrees && !pair.AgreesInWords)))
        {
            output.WriteLine(pair.ToString());
        }

        string[] names = [.. wrong.Select(pair => $"{pair.Client} at {pair.Server}").Order(StringComparer.Ordinal)];
        HashSet<string> asked = [.. pairs.Select(pair => $"{pair.Client} at {pair.Server}")];
        Assert.Equal(known.Keys.Where(asked.Contains).Order(StringComparer.Ordinal), names);
        Assert.All(known.Values, reason => Assert.True(reason.Length > 20, "a disagreement stays only with its reason"));
        Assert.True(wrong.Count <= pairs.Count * (1 - WantedAgreement), $"{wrong.Count} of {pairs.Count} disagree");
    }

    [Fact]
    public async Task Nothing_is_trusted_that_OpenSSL_or_curl_was_seen_to_refuse()
    {
        Measurements measured = Measurements.Read();
        List<string> contradictions = [];
        foreach ((MeasuredServer server, EndpointReport report) in await JudgeAsync(servers.All))
        {
            if (report.Verdict == Verdict.Trusted
                && measured.Answers.TryGetValue(server.Name, out SortedDictionary<string, string>? answers))
            {
                contradictions.AddRange(answers.Where(answer => answer.Key is "curl" or "openssl" && answer.Value.Length > 0)
                    .Select(answer => $"{server.Name}: {answer.Key} {answer.Value}"));
            }
        }

        Assert.True(contradictions.Count == 0, string.Join("\n", contradictions));
    }

    [Fact]
    public async Task A_chain_of_keys_of_any_kind_arrives_and_is_checked()
    {
        Assert.SkipWhen(servers.Kinds.Count == 0, "neither openssl nor a Node.js with ML-DSA is here");
        foreach ((MeasuredServer server, EndpointReport report) in await JudgeAsync(servers.Kinds))
        {
            output.WriteLine($"{server.Name}: {report.Verdict} {report.Cause}, {report.Summary}");
            Assert.Equal(2, report.Presented.Count);
            // OpenSSL takes neither: masks of no hash, and a leaf that looks self-signed by its name.
            if (server.Name.Contains("of no hash", StringComparison.Ordinal) || server.Name == "leaf with the name of its CA")
            {
                Assert.NotEqual(Verdict.Trusted, report.Verdict);
                continue;
            }

            Assert.DoesNotContain(report.Findings, finding =>
                finding.Message.Contains("can't be checked", StringComparison.Ordinal) || finding.Id == FindingId.BadSignature);

            // ML-DSA is not trusted as long as OpenSSL 3.0 and curl with it refuse.
            if (!server.Name.Contains("ML-DSA", StringComparison.Ordinal))
            {
                Assert.Equal(Verdict.Trusted, report.Verdict);
            }
        }

        foreach (string absent in KeyKindServers.Kinds.Select(kind => kind.Name).Except(servers.Kinds.Select(server => server.Name)))
        {
            output.WriteLine($"skipped: no program here serves a {absent}");
        }
    }

    [Fact]
    public async Task Each_client_still_does_what_it_was_seen_to_do()
    {
        IReadOnlyDictionary<string, (IRealClient Client, string Version)> clients = await RealClientTable.FindAsync(withBrowsers: IsLong);
        foreach (string absent in RealClientTable.Names.Except(clients.Keys))
        {
            output.WriteLine($"skipped: {absent} is not " +
                $"here{(absent is "chromium" or "firefox" && !IsLong ? ", or not asked for (TLSTRUST_LONG=1)" : "")}");
        }

        Assert.SkipWhen(clients.Count < 2, "no client but .NET is installed");
        IReadOnlyList<MeasuredServer> asked = Only is not null
            ? [.. servers.All.Where(server => server.Name.Contains(Only, StringComparison.Ordinal))]
            : IsLong || Recorded.Length > 0 ? servers.All
            : servers.Cases;
        Measurements measured = Measurements.Read(), seen = new() { Versions = [], Answers = [] };
        List<string> changed = [];
        foreach ((string name, (IRealClient client, string version)) in clients.Where(client =>
            Recorded is [] or ["all"] || Recorded.Contains(client.Key)))
        {
            IReadOnlyDictionary<string, RealAnswer> answers = await client.AskAsync(asked, Cancel);
            bool sameVersion = measured.Versions.GetValueOrDefault(name) == version;
            seen.Versions[name] = version;
            output.WriteLine($"{name}: {version}, {answers.Count} " +
                $"answers{(sameVersion ? "" : $"; measured was {measured.Versions.GetValueOrDefault(name, "none")}")}");
            foreach ((string server, RealAnswer answer) in answers)
            {
                string words = answer.Accepts ? "" : answer.Words;
                (seen.Answers.TryGetValue(server, out SortedDictionary<string, string>? row) ? row : seen.Answers[server] = [])[name] =
                    words;
                if (sameVersion && measured.Answers.GetValueOrDefault(server)?.GetValueOrDefault(name) is { } before
                    && before.Length == 0 != answer.Accepts)
                {
                    changed.Add($"{name} at {server}: {answer}, and was seen to say '{before}'");
                }
            }
        }

        if (Recorded.Length > 0)
        {
            Keep(measured, seen);
        }
        else
        {
            Assert.Empty(changed);
        }
    }

    // What was not asked now keeps what was seen before; servers that are no more go.
    private void Keep(Measurements measured, Measurements seen)
    {
        foreach ((string name, string version) in seen.Versions)
        {
            measured.Versions[name] = version;
        }

        foreach ((string server, SortedDictionary<string, string> answers) in seen.Answers)
        {
            foreach ((string client, string words) in answers)
            {
                (measured.Answers.TryGetValue(server, out SortedDictionary<string, string>? row) ? row
                    : measured.Answers[server] = [])[client] = words;
            }
        }

        foreach (string gone in measured.Answers.Keys.Except(servers.All.Select(server => server.Name)).ToList())
        {
            measured.Answers.Remove(gone);
        }

        measured.Write();
    }

    private static IEnumerable<Pair> PairsOf(MeasuredServer server, EndpointReport report,
        IReadOnlyDictionary<string, RealAnswer> answers) =>
        answers.Select(answer =>
            new Pair(answer.Key, server.Name, report.Clients.FirstOrDefault(row => row.Client == RowOf(answer.Key)), answer.Value));

    private static string RowOf(string client) => client switch
    {
        "curl" => "curl",
        "openssl" => "OpenSSL",
        "python3" => "Python before 3.13",
        "python3.13" => "Python 3.13",
        "java" => "Java",
        "go" => "Go",
        "dotnet" => ".NET on Linux",
        "wget" => "GnuTLS",
        "chromium" => "Chrome",
        "firefox" => "Firefox",
        "node-24" => "Node.js",
        _ => "Node.js before 24",
    };

    private static async Task<IReadOnlyList<(MeasuredServer Server, EndpointReport Report)>> JudgeAsync(
        IReadOnlyList<MeasuredServer> servers)
    {
        (MeasuredServer, EndpointReport)[] judged = new (MeasuredServer, EndpointReport)[servers.Count];
        await Parallel.ForAsync(0, servers.Count, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel },
            async (i, token) => judged[i] = (servers[i], await servers[i].Judge(token)));
        return judged;
    }
}

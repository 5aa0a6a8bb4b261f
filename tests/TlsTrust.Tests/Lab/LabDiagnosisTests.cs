using System.Diagnostics;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis;
using TlsTrust.Lab;
using TlsTrust.Tests.Diagnosis.Laws;

namespace TlsTrust.Tests.Lab;

/// <summary>The whole lab, diagnosed twice in a row by the real engine.</summary>
public sealed class DiagnosedLab : IAsyncLifetime
{
    public LabServer Lab { get => Made(field); private set; } = null!;

    public IReadOnlyDictionary<string, ScenarioOutcome> First { get => Made(field); private set; } = null!;

    public IReadOnlyDictionary<string, ScenarioOutcome> Second { get => Made(field); private set; } = null!;

    /// <summary>Requests to the lab's HTTP responder after the first round.</summary>
    public IReadOnlyDictionary<string, int> RequestsOfFirst { get => Made(field); private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!TestKeys.ArePlatforms)
        {
            return; // a fixture can't skip its tests; each does as it asks for what is not there
        }

        Lab = await LabServer.StartAsync();
        First = ByName(await LabDiagnosis.RunAsync(Lab));
        RequestsOfFirst = Lab.RequestCounts;
        Second = ByName(await LabDiagnosis.RunAsync(Lab));
    }

    public ValueTask DisposeAsync() => TestKeys.ArePlatforms ? Lab.DisposeAsync() : ValueTask.CompletedTask;

    private static T Made<T>(T made)
    {
        TestKeys.SkipWithoutPlatforms();
        return made;
    }

    private static Dictionary<string, ScenarioOutcome> ByName(IEnumerable<ScenarioOutcome> outcomes) =>
        outcomes.ToDictionary(outcome => outcome.Scenario.Name);
}

public sealed class LabDiagnosisTests(DiagnosedLab lab) : IClassFixture<DiagnosedLab>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => new(LabServer.Catalog.Select(scenario => scenario.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_is_diagnosed_as_expected_twice_in_a_row(string name)
    {
        foreach (ScenarioOutcome outcome in new[] { lab.First[name], lab.Second[name] })
        {
            Assert.Equal((outcome.Scenario.ExpectedVerdict, outcome.Scenario.ExpectedCause),
                (outcome.Report.Verdict, outcome.Report.Cause));
            Assert.Empty(outcome.MissingFindings);
            Assert.True(outcome.Ok);
        }

        Assert.Equal(lab.First[name].Findings, lab.Second[name].Findings);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_report_of_a_scenario_keeps_the_laws_by_every_door(string name)
    {
        ScenarioOutcome outcome = lab.First[name];
        EndpointReport report = outcome.Report;
        Assert.Empty(ReportLaws.Broken(LawView.Of(report)));
        Assert.Empty(ReportLaws.BrokenFifth(LawView.Of(report), LawView.Of(lab.Second[name].Report)));

        RunningScenario running = lab.Lab.Scenarios.Single(each => each.Scenario.Name == name);
        EndpointReport again = await EndpointTester.JudgeAgainAsync(report, LabDiagnosis.Options(lab.Lab, running), Cancel);
        Assert.Empty(ReportLaws.Broken(LawView.Of(again)));
        if (report.OpenSslCode is not null && outcome.Scenario.ExpectedCause is not (Cause.Revoked or Cause.ClockSkew))
        {
            Assert.Empty(ReportLaws.BrokenFifth(LawView.Of(report), LawView.Of(again)));
        }
    }

    [Fact]
    public void Every_scenario_that_was_asked_for_is_there()
    {
        string[] wanted =
        [
            "trusted", "trusted-cross-signed", "trusted-wildcard", "trusted-ip-san", "missing-intermediate", "missing-two-intermediates",
            "missing-intermediate-no-aia", "issuer-unknown", "aia-loop", "aia-wrong-certificate", "aia-pkcs7", "aia-unreachable",
            "private-root-sent", "private-root-not-sent", "public-root-missing", "self-signed", "self-signed-ca-as-leaf", "expired-leaf",
            "expired-intermediate", "expired-root", "expired-cross-sign-avoidable", "not-yet-valid", "wrong-host", "wildcard-too-deep",
            "cn-only", "ip-not-in-san", "wrong-order", "duplicate-sent", "unrelated-sent", "root-sent", "weak-signature-sha1",
            "weak-key-rsa1024", "wrong-usage", "intermediate-not-a-ca", "path-length", "name-constraint", "bad-signature", "revoked-crl",
            "revoked-ocsp", "interception-proxy", "plain-http", "refused", "silent", "reset-after-client-hello", "alert-handshake-failure",
            "alert-unrecognized-name", "tls10-only", "client-certificate-required", "garbage", "endless-handshake", "starttls-refused",
            "addresses-disagree",
        ];
        Assert.Empty(wanted.Except(LabServer.Catalog.Select(scenario => scenario.Name)));
    }

    [Fact]
    public void Every_cause_has_a_scenario()
    {
        Assert.Empty(Enum.GetValues<Cause>().Except(LabServer.Catalog.Select(scenario => scenario.ExpectedCause)));
    }

    [Fact]
    public void Every_finding_has_a_scenario()
    {
        // Settings that switch verification off are found on machines, not at endpoints; what else is served is a matter of what the user
        // expects; and a certificate of a key that all have can't be made here, since its digest is what it is known by.
        FindingId[] notOfServers = [FindingId.InsecureSetting, FindingId.OtherCertificateServed, FindingId.CompromisedKey];
        IEnumerable<FindingId> expected = LabServer.Catalog.SelectMany(scenario => scenario.ExpectedFindings);
        FindingId[] beside = [.. Enum.GetValues<FindingId>().Where(id => !Enum.IsDefined((Cause)(int)id))];
        Assert.Empty(beside.Except(expected).Except(notOfServers));
    }

    [Fact]
    public void Where_nothing_is_wrong_nothing_is_warned_about()
    {
        ScenarioOutcome[] sound =
            [.. lab.First.Values.Where(outcome =>
                outcome.Scenario is { ExpectedVerdict: Verdict.Trusted, ExpectedCause: Cause.None, ExpectedFindings.Count: 0 })];
        Assert.True(sound.Length >= 10);
        Assert.All(sound, outcome => Assert.DoesNotContain(outcome.Report.Findings, finding => finding.Severity != Severity.Information));
    }

    [Fact]
    public void The_evidence_does_not_say_that_a_root_is_in_the_store_when_it_is_not()
    {
        foreach (string name in new[] { "private-root-leaf-only", "public-root-missing-leaf-only" })
        {
            Finding missing = Assert.Single(lab.First[name].Report.Findings, finding => finding.Id == FindingId.MissingIntermediate);
            Assert.DoesNotContain(missing.Evidence, fact => fact.Contains("in the store (", StringComparison.Ordinal));
        }

        Finding completed = lab.First["missing-intermediate"].Report.Findings[0];
        Assert.Contains(completed.Evidence, fact =>
            fact.Contains($"which is in the store ({lab.Lab.TrustStorePath}, line ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_root_is_never_called_an_intermediate_that_the_server_should_send()
    {
        Assert.DoesNotContain(lab.First["store-not-hashed"].Findings, id => id == FindingId.MissingIntermediate);
    }

    [Fact]
    public void A_circle_of_issuers_is_told_as_one()
    {
        Assert.Contains(
            "in a circle (CN=Lab Loop CA A, O=TlsTrust Lab <- CN=Lab Loop CA B, O=TlsTrust Lab <- CN=Lab Loop CA A, O=TlsTrust Lab)",
                lab.First["aia-loop"].Report.Summary, StringComparison.Ordinal);
        Assert.StartsWith("None of these ends the chain", lab.First["aia-loop"].Report.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_client_gives_up_over_a_certificate_nobody_claims_a_code_or_that_clients_accept()
    {
        EndpointReport report = lab.First["malformed-beside-chain"].Report;
        Assert.Null(report.OpenSslCode);
        Assert.All(["curl", "OpenSSL", "Python 3.13", "Node.js", "Go", "Java", ".NET on Linux", "GnuTLS"], client =>
            Assert.Equal(ClientAnswer.Refuses, report.Clients.Single(row => row.Client == client).Answer));
    }

    [Fact]
    public void Every_summary_is_a_sentence_about_the_endpoint()
    {
        Assert.All(lab.First.Values, outcome =>
        {
            Assert.StartsWith(outcome.Report.Endpoint, outcome.Report.Summary);
            Assert.Matches(@"[.…]$", outcome.Report.Summary);
        });
    }

    [Fact]
    public void Nothing_beyond_loopback_was_asked_for()
    {
        Assert.Empty(lab.Lab.Network.Refused);
    }

    [Fact]
    public void A_wrong_expectation_is_noticed()
    {
        ScenarioOutcome right = lab.First["missing-intermediate"];
        Assert.False((right with { Scenario = right.Scenario with { ExpectedVerdict = Verdict.Trusted } }).Ok);
        Assert.False((right with { Scenario = right.Scenario with { ExpectedCause = Cause.PrivateRoot } }).Ok);
        Assert.False((right with { Scenario = right.Scenario with { ExpectedFindings = [FindingId.RootSent] } }).Ok);
    }

    [Fact]
    public void Downloads_stay_few_and_are_left_alone_where_they_are_off()
    {
        Assert.InRange(Requests("loop-a.cer"), 1, 2);
        Assert.InRange(Requests("loop-b.cer"), 1, 2);
        Assert.Equal(1, Requests("two-step-upper.cer"));
        Assert.Equal(1, Requests("two-step-lower.cer"));
        Assert.Equal(0, Requests("not-asked.cer"));
        Assert.Equal(0, Requests("private-address.cer"));
        Assert.InRange(Requests("round.cer"), 1, 4);
    }

    [Fact]
    public async Task With_200_hostile_servers_at_once_the_others_still_get_through()
    {
        string[] hostile = ["silent", "garbage", "endless-handshake", "reset-after-client-hello"];
        RunningScenario sound = lab.Lab.Scenarios.Single(running => running.Scenario.Name == "trusted");
        RunningScenario[] bad = [.. lab.Lab.Scenarios.Where(running => hostile.Contains(running.Scenario.Name))];
        Endpoint[] endpoints =
            [.. Enumerable.Range(0, 200).Select(i => Endpoint.Parse(bad[i % bad.Length].Endpoint)),
                .. Enumerable.Repeat(Endpoint.Parse(sound.Endpoint), 20)];

        // One limit for all, as in a scan; generous, since handshakes compete with everything else that runs here.
        EndpointTestOptions options = LabDiagnosis.Options(lab.Lab, sound) with { ThrottleLimit = endpoints.Length };
        options = options with { Connection = options.Connection with { HandshakeTimeout = TimeSpan.FromSeconds(3) } };
        long started = Stopwatch.GetTimestamp();
        List<EndpointReport> reports = [];
        await foreach (EndpointReport report in EndpointTester.TestAsync(endpoints, options, Cancel))
        {
            reports.Add(report);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal(endpoints.Length, reports.Count);
        Assert.Equal(20, reports.Count(report => report.Verdict == Verdict.Trusted));
        foreach (RunningScenario each in bad)
        {
            string endpoint = Endpoint.Parse(each.Endpoint).ToString();
            Assert.All(reports.Where(report => report.Endpoint == endpoint), report =>
                Assert.Equal(each.Scenario.ExpectedCause, report.Cause));
        }
    }

    private int Requests(string path) =>
        lab.RequestsOfFirst.Where(pair => pair.Key.EndsWith("/" + path, StringComparison.Ordinal)).Sum(pair => pair.Value);
}

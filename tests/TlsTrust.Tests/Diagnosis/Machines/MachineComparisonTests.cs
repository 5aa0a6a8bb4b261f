using TlsTrust.Diagnosis.Machines;

namespace TlsTrust.Tests.Diagnosis.Machines;

/// <summary>"Works here, not there": generated fleets, in which each machine has one fault that is known.</summary>
public sealed class MachineComparisonTests
{
    private const string Store = "/usr/lib/ssl/cert.pem + /usr/lib/ssl/certs";
    private const string Proxy = "http://proxy.example.org:8080";

    private static readonly DateTime Now = new(2026, 12, 1, 0, 0, 0, DateTimeKind.Utc);

    // What is done to a machine's report, and what then decides.
    private static readonly Dictionary<DecidingDifference, Func<EndpointReport, EndpointReport>> Faults = new()
    {
        [DecidingDifference.None] = report => report,
        [DecidingDifference.MissingRoot] = report => Bad(report, Cause.PrivateRoot),
        [DecidingDifference.Variable] = report =>
            Bad(report, Cause.PrivateRoot) with { AnchorStore = "SSL_CERT_FILE /old.pem + /usr/lib/ssl/certs" },
        [DecidingDifference.Store] = report => Bad(report, Cause.IssuerUnknown) with { AnchorStore = "/opt/conda/ssl/cert.pem" },
        [DecidingDifference.Clock] = report => report with
        {
            Verdict = Verdict.Untrusted, Cause = Cause.Expired, CheckedAt = Now.AddDays(400), ClockOffset = TimeSpan.FromDays(400),
        },
        [DecidingDifference.InterceptingProxy] = report =>
            Served(Bad(report, Cause.IssuerUnknown), "CN=Proxy CA") with { ViaProxy = Proxy, RemoteAddress = null },
        [DecidingDifference.Server] = report =>
            Served(Bad(report, Cause.IssuerUnknown), "CN=Staging CA") with { RemoteAddress = "192.0.2.77" },
        [DecidingDifference.Network] = report => report with
        {
            Verdict = Verdict.Unreachable, Cause = Cause.ConnectionTimedOut, Presented = [], BuiltPath = [], NotAfter = null,
        },
        [DecidingDifference.ProgramVersion] = report => report with
        {
            Verdict = Verdict.Unreachable, Cause = Cause.ProtocolVersion, Presented = [], BuiltPath = [], TlsLibrary = "OpenSSL 1.0.2",
        },
    };

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Each_machine_of_a_generated_fleet_is_in_one_row_with_the_fault_it_was_given(int seed)
    {
        Random random = new(seed);
        MachineComparison comparison = new();
        Dictionary<string, DecidingDifference> given = new() { ["web0"] = DecidingDifference.None };
        Assert.True(comparison.TryAdd(Good("web0")));
        DecidingDifference[] kinds = [.. Faults.Keys];
        foreach (int i in Enumerable.Range(1, random.Next(1, 40)))
        {
            given[$"web{i}"] = kinds[random.Next(kinds.Length)];
            Assert.True(comparison.TryAdd(Faults[given[$"web{i}"]](Good($"web{i}"))));
        }

        MachineDifference[] rows = [.. comparison.Differences()];
        foreach ((string machine, DecidingDifference fault) in given)
        {
            MachineDifference[] of = [.. rows.Where(row => row.Fails.Contains(machine))];
            if (fault == DecidingDifference.None)
            {
                Assert.Empty(of);
                Assert.All(rows, row => Assert.Contains(machine, row.Works));
                continue;
            }

            MachineDifference row = Assert.Single(of);
            Assert.Equal(fault, row.Decides);
            Assert.DoesNotContain(machine, row.Works);
            Assert.NotEmpty(row.Summary);
        }

        // Machines with one fault are one row.
        Assert.Equal(rows.Length, rows.Select(row => row.Decides).Distinct().Count());
    }

    [Fact]
    public void A_chain_that_has_ended_is_no_matter_of_the_clock_where_the_clocks_agree()
    {
        // The other machine has a newer root of the same name; this one's path has ended for everybody.
        EndpointReport bad = Good("old") with
        {
            Verdict = Verdict.Untrusted, Cause = Cause.Expired,
            BuiltPath = [Leaf("CN=Root"), Certificate(1, "CN=Root", "old root", Now.AddDays(-1))],
        };
        Assert.Equal(DecidingDifference.MissingRoot, Only(Good("new"), bad).Decides);
    }

    [Fact]
    public void The_machine_that_is_most_like_the_failing_one_shows_what_decides()
    {
        EndpointReport behindProxy = Good("behind") with { ViaProxy = Proxy };
        EndpointReport bad = Bad(Good("bad"), Cause.PrivateRoot) with { ViaProxy = Proxy };
        MachineDifference row = Only(Served(Good("direct"), "CN=Other CA"), behindProxy, bad);
        Assert.Equal(DecidingDifference.MissingRoot, row.Decides);
    }

    [Fact]
    public void What_works_nowhere_has_no_decider_and_what_works_everywhere_one_row()
    {
        MachineDifference nowhere = Only(Bad(Good("a"), Cause.PrivateRoot), Bad(Good("b"), Cause.PrivateRoot));
        Assert.Equal(DecidingDifference.Unknown, nowhere.Decides);
        Assert.Equal(["a", "b"], nowhere.Fails);
        Assert.Contains("no machine", nowhere.Summary, StringComparison.Ordinal);
        MachineDifference everywhere = Only(Good("a"), Good("b"));
        Assert.Equal(DecidingDifference.None, everywhere.Decides);
        Assert.Empty(everywhere.Fails);
    }

    [Fact]
    public void A_machine_without_an_answer_is_a_row_and_other_results_have_no_part()
    {
        MachineComparison comparison = new();
        Assert.True(comparison.TryAdd(new MachineFailure
        {
            Machine = "gone", Command = "Test-TlsEndpoint", Fault = MachineFault.NotConnected, Summary = "closed", Remedy = "open it",
        }));
        MachineDifference row = Assert.Single(comparison.Differences());
        Assert.Equal(DecidingDifference.NoAnswer, row.Decides);
        Assert.Equal(["gone"], row.Fails);
        Assert.False(comparison.TryAdd(row));
    }

    [Fact]
    public void Programs_are_told_apart_by_setting_store_root_version_and_switch()
    {
        ProgramTrust good = Program("web1");
        InsecureSetting off = new()
        {
            Program = "curl", ProgramName = "curl", Setting = "insecure", Value = "true", Scope = TrustScope.User,
            File = "/home/x/.curlrc", Line = 3,
            TurnsOff = "verification", Evidence = Evidence.Run, Source = "measured", Undo = "Repair-TrustBundleEnvironment curl",
        };
        ProgramTrust bad = Program("b") with { Accepts = false, AcceptsDetail = "issuer not found" };
        ProgramTrust set = bad with { Reason = "CURL_CA_BUNDLE (process)", Store = "/old.pem", Effect = StoreEffect.Replaces };
        Assert.Equal(DecidingDifference.Variable, Only(good, set).Decides);
        Assert.Equal(DecidingDifference.Store, Only(good, bad with { Store = "/opt/conda/ssl/cert.pem" }).Decides);
        Assert.Equal(DecidingDifference.MissingRoot, Only(good, bad).Decides);
        MachineDifference version =
            Only(good with { Version = "curl 7.88.1", Rules = "curl" }, bad with { Version = "curl 8.5", Rules = "strict" });
        Assert.Equal(DecidingDifference.ProgramVersion, version.Decides);
        Assert.Contains("curl 8.5", version.Summary, StringComparison.Ordinal);
        Assert.Contains("curl 7.88.1", version.Summary, StringComparison.Ordinal);
        Assert.Equal(DecidingDifference.MissingRoot,
            Only(good with { Version = "curl 7.88.1" }, bad with { Version = "curl 8.5" }).Decides);
        Assert.Equal(DecidingDifference.VerificationOff, Only(good with { Insecure = [off] }, bad).Decides);
        Assert.Equal(DecidingDifference.VerificationOff, Only(Without(good), Without(Program("b")) with { Insecure = [off] }).Decides);
    }

    private static ProgramTrust Without(ProgramTrust program) => program with { Endpoint = null, Accepts = null };

    private static MachineDifference Only(params IResult[] results)
    {
        MachineComparison comparison = new();
        Assert.All(results, result => Assert.True(comparison.TryAdd(result)));
        return Assert.Single(comparison.Differences());
    }

    private static EndpointReport Good(string machine) => new()
    {
        Machine = machine,
        Endpoint = "shop.example.org:443",
        HostName = "shop.example.org",
        Port = 443,
        RemoteAddress = "192.0.2.1",
        Verdict = Verdict.Trusted,
        Cause = Cause.None,
        Summary = "trusted",
        Presented = [Leaf("CN=Root")],
        BuiltPath = [Leaf("CN=Root"), Certificate(1, "CN=Root", "the root", Now.AddDays(3000))],
        NotAfter = Now.AddDays(300),
        AnchorStore = Store,
        TlsLibrary = "OpenSSL 3.0.17",
        CheckedAt = Now,
    };

    private static EndpointReport Bad(EndpointReport report, Cause cause) =>
        report with { Verdict = Verdict.Untrusted, Cause = cause, BuiltPath = [report.Presented[0]] };

    private static EndpointReport Served(EndpointReport report, string issuer) => report with { Presented = [Leaf(issuer)] };

    private static ChainCertificate Leaf(string issuer) =>
        Certificate(0, "CN=shop.example.org", $"leaf of {issuer}", Now.AddDays(300)) with { Issuer = issuer };

    private static ChainCertificate Certificate(int depth, string subject, string digest, DateTime end) => new()
    {
        Depth = depth,
        Role = depth == 0 ? ChainRole.Leaf : ChainRole.Root,
        Subject = subject,
        Issuer = subject,
        SerialNumber = "01",
        NotBefore = end.AddDays(-4000),
        NotAfter = end,
        PublicKey = "EC P-256",
        SignatureAlgorithm = "ecdsa-with-SHA256",
        Sha256 = digest,
        Thumbprint = digest,
        IsCA = depth > 0,
        Origin = "made",
        Pem = "",
    };

    private static ProgramTrust Program(string machine) => new()
    {
        Machine = machine,
        Program = "curl",
        ProgramName = "curl",
        Scope = TrustScope.Process,
        Store = "/etc/ssl/certs/ca-certificates.crt",
        Reason = "default",
        Effect = StoreEffect.Default,
        AnchorCount = 140,
        Status = TrustStatus.Ok,
        Detail = "",
        Evidence = Evidence.Run,
        Endpoint = "shop.example.org:443",
        Accepts = true,
    };
}

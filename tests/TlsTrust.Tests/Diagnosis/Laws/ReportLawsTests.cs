using System.Globalization;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Issuers;
using TlsTrust.Paths.Search;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Diagnosis.Laws;

/// <summary>The laws over generated chains: 1,000 in the usual run, as many as TLSTRUST_LONG asks for in the long one.</summary>
public sealed class ReportLawsTests(ITestOutputHelper output)
{
    private const int Seed = 20261130;
    private const int Usual = 1000;
    private const int Long = 6000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Count =>
        System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") is { Length: > 0 } ? Long : TestKeys.Usual(Usual);

    [Fact]
    public async Task Hold_for_generated_chains_through_both_doors()
    {
        List<string> broken = [];
        int number = 0;
        Dictionary<(Verdict, Cause), int> seen = [];
        foreach (GeneratedChain chain in ChainGenerator.Make(Seed, Count))
        {
            LawView? inspected = chain.IsReportOnly ? null : LawView.Of(await InspectAsync(chain));

            // An endpoint always has a name.
            LawView? tested = chain.HostName is null && inspected is not null ? null
                : LawView.Of(await TestAsync(chain)) with { HandshakeEnded = chain.Ended != Cause.None };
            IEnumerable<string> faults =
            [
                .. inspected is null ? [] : ReportLaws.Broken(inspected), .. tested is null ? [] : ReportLaws.Broken(tested),
                .. inspected is null || tested is null ? [] : ReportLaws.BrokenFifth(inspected, tested),
            ];
            broken.AddRange(faults.Distinct().Select(what => $"{number}, {chain.Kind}: {what}"));
            LawView report = inspected ?? tested!;
            (Verdict, Cause) outcome = (report.Verdict, report.Cause);
            seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
            number++;
        }

        output.WriteLine($"{number} chains of {ChainGenerator.Kinds.Count} " +
            $"kinds\n{string.Join('\n',
                seen.OrderByDescending(pair => pair.Value)
                    .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value,6} {pair.Key}")))}");
        Assert.True(broken.Count == 0, $"{broken.Count} broken\n{string.Join('\n', broken.Take(60))}");
        // each kind 1 % or more
        Assert.All(ChainGenerator.Kinds, kind => Assert.True(number / ChainGenerator.Kinds.Count * 100 >= number, kind.Name));
    }

    [Fact]
    public async Task Hold_whatever_was_judged_before_or_beside()
    {
        GeneratedChain[] chains = [.. ChainGenerator.Make(Seed + 1, ChainGenerator.Kinds.Count)];
        EndpointReport[] alone = new EndpointReport[chains.Length];
        for (int i = 0; i < chains.Length; i++)
        {
            alone[i] = await TestAsync(chains[i]);
        }

        EndpointReport[] beside = new EndpointReport[chains.Length];
        await Parallel.ForAsync(0, chains.Length, Cancel, async (i, _) =>
            beside[chains.Length - 1 - i] = await TestAsync(chains[chains.Length - 1 - i]));
        Assert.Empty(chains.Select((_, i) => ReportLaws.BrokenFifth(LawView.Of(alone[i]), LawView.Of(beside[i]))).SelectMany(each => each));
    }

    [Fact]
    public void A_contradiction_is_noticed_whichever_law_it_breaks()
    {
        ClientVerdict accepts = new() { Client = "OpenSSL", Answer = ClientAnswer.Accepts };
        ClientVerdict refuses = new() { Client = "Go", Answer = ClientAnswer.Refuses, Message = "x509: no", Reason = "a rule" };
        Finding expired = new() { Id = FindingId.Expired, Severity = Severity.Error, Message = "expired", Remedy = "renew" };
        Finding warning =
            new() { Id = FindingId.ClientsDisagree, Severity = Severity.Warning, Message = "Go refuses", Remedy = "issue again" };
        LawView sound = new(Verdict.Trusted, Cause.None, [warning], 0, [accepts, refuses]);
        LawView untrusted = new(Verdict.Untrusted, Cause.Expired, [expired], 10, [accepts, refuses]);
        Assert.Empty(ReportLaws.Broken(sound));
        Assert.Empty(ReportLaws.Broken(untrusted));

        Assert.NotEmpty(ReportLaws.BrokenFirst(sound with { OpenSslCode = 7 }));
        Assert.NotEmpty(ReportLaws.BrokenFirst(sound with { OpenSslCode = null }));
        Assert.NotEmpty(ReportLaws.BrokenFirst(sound with { Clients = [] }));
        Assert.NotEmpty(ReportLaws.BrokenFirst(sound with { Clients = [accepts with { Answer = ClientAnswer.Refuses }] }));
        Assert.NotEmpty(ReportLaws.BrokenSecond(untrusted with { Clients = [accepts] }));
        Assert.NotEmpty(ReportLaws.BrokenSecond(untrusted with { Clients = [refuses with { Message = "" }] }));
        Assert.NotEmpty(ReportLaws.BrokenSecond(untrusted with { Findings = [] }));
        Assert.NotEmpty(ReportLaws.BrokenSecond(untrusted with { OpenSslCode = 7 }));
        Assert.NotEmpty(ReportLaws.BrokenThird(sound with { Findings = [] }));
        Assert.NotEmpty(ReportLaws.BrokenThird(sound with { Findings = [warning with { Remedy = "" }] }));
        Assert.NotEmpty(ReportLaws.BrokenThird(sound with { Findings = [warning with { Message = "somebody refuses" }] }));
        Assert.NotEmpty(ReportLaws.SaidToRefuse(sound with
        {
            Findings = [warning with { Id = FindingId.StrictX509, Message = "Strict clients (Python 3.13 and later) refuse CN=Root: no." }],
            Clients = [accepts with { Client = "Python 3.13" }],
        }));
        Assert.NotEmpty(ReportLaws.BrokenFourth(sound with { Verdict = Verdict.Unreachable }));
        Assert.NotEmpty(ReportLaws.BrokenFourth(untrusted with { HandshakeEnded = true }));
        Assert.NotEmpty(ReportLaws.BrokenFourth(sound with { HandshakeEnded = true, Clients = [] }));
        Assert.NotEmpty(ReportLaws.BrokenFifth(sound, untrusted));
        Assert.NotEmpty(ReportLaws.BrokenFifth(untrusted, untrusted with { Cause = Cause.NameMismatch }));
        Assert.NotEmpty(ReportLaws.CauseAndFindings(sound with { Findings = [expired] }));
        Assert.NotEmpty(ReportLaws.CauseAndFindings(untrusted with { Findings = [expired with { Remedy = "" }] }));
    }

    [Fact]
    public async Task OpenSsl_itself_says_what_the_reports_say_of_it()
    {
        OpenSslTool.SkipWhereAbsent();
        using TestFolder folder = new();
        List<string> different = [];
        foreach (GeneratedChain chain in ChainGenerator.Make(Seed + 2, Count > Usual ? 20 * ChainGenerator.Kinds.Count
            : ChainGenerator.Kinds.Count))
        {
            if (chain.IsReportOnly)
            {
                continue; // openssl sees certificates only
            }

            CertificateChain ours = await InspectAsync(chain);
            int? theirs = folder.Verify(chain);
            if (ours.OpenSslCode != theirs)
            {
                different.Add($"{chain.Kind}: openssl says {theirs}, the report {ours.OpenSslCode} ({ours.Verdict}, {ours.Cause})");
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
    }

    internal static async Task<CertificateChain> InspectAsync(GeneratedChain chain)
    {
        using ChainInspector inspector = new(new ChainInspectionOptions
        {
            Store = chain.TrustStore,
            PublicRoots = chain.PublicRoots,
            AtHand = AtHand(chain),
            HostName = chain.HostName,
            At = chain.At,
            NoDownload = true,
        });
        PresentedCertificates presented = new() { Origin = "sent", Certificates = [.. chain.Stored(chain.Sent, "sent")] };
        return await inspector.InspectOneAsync(presented, Cancel);
    }

    internal static async Task<EndpointReport> TestAsync(GeneratedChain chain)
    {
        EndpointTestOptions options = new()
        {
            Store = chain.TrustStore,
            PublicRoots = chain.PublicRoots,
            AtHand = AtHand(chain),
            At = chain.At,
        };
        return await EndpointTester.JudgeAgainAsync(Saved(chain), options, Cancel);
    }

    private static IReadOnlyList<IssuerSource> AtHand(GeneratedChain chain) =>
        [new IssuerSource(IssuerSourceKind.File, "at hand", () => chain.Stored(chain.AtHand, "at-hand.pem"))];

    private static EndpointReport Saved(GeneratedChain chain) => new()
    {
        Endpoint = string.Create(CultureInfo.InvariantCulture, $"{chain.HostName ?? "www.shop.dev"}:{chain.Port}"),
        HostName = chain.HostName ?? "",
        Port = chain.Port,
        Verdict = chain.Ended == Cause.None ? Verdict.Trusted : Verdict.Unreachable,
        Cause = chain.Ended,
        Summary = chain.Ended == Cause.None ? "" : "the handshake ended",
        Findings = [.. chain.Kept],
        AnchorStore = "",
        CheckedAt = chain.At,
        Presented = [.. GeneratedChain.Read(chain.Sent)
            .Select((certificate, i) =>
                ChainCertificates.Describe(certificate, i, ChainRole.Intermediate, CertificateOrigin.Sent(i), chain.At))],
    };
}

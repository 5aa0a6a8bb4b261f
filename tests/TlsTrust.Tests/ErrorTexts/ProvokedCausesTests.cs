using TlsTrust.ErrorTexts;
using TlsTrust.Lab;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>One server for each of the main causes.</summary>
public sealed class ProvokedCausesFixture : IAsyncLifetime
{
    internal static readonly (string Scenario, Cause Cause)[] Causes =
    [
        ("missing-intermediate-no-aia", Cause.MissingIntermediate), ("private-root-sent", Cause.PrivateRoot),
            ("self-signed", Cause.SelfSigned),
        ("expired-leaf", Cause.Expired), ("not-yet-valid", Cause.NotYetValid), ("wrong-host", Cause.NameMismatch),
            ("wrong-usage", Cause.WrongUsage),
        ("bad-signature", Cause.BadSignature), ("plain-http", Cause.NotTls), ("alert-handshake-failure", Cause.HandshakeRefused),
        ("client-certificate-required", Cause.ClientCertificateRequired), ("refused", Cause.ConnectionRefused),
    ];

    internal LabServer Lab { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Lab = await LabServer.StartAsync([.. Causes.Select(cause => cause.Scenario)]);

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}

/// <summary>
/// Real programs meet the main causes, and their own words are understood. Three of them in every run; all that are installed with
/// TLSTRUST_LONG=1.
/// What a program does not refuse it can't be asked about: that is printed.
/// </summary>
public sealed class ProvokedCausesTests(ProvokedCausesFixture fixture, ITestOutputHelper output) : IClassFixture<ProvokedCausesFixture>
{
    // Cells in which the program took the certificate, and failed by what came behind: it does not look at purposes (git by GnuTLS) or
    // names
    // (redis-cli checks none), and a client certificate is asked for after the handshake of TLS 1.3, where it saw the end of the
    // connection.
    private static readonly HashSet<(string Program, string Scenario)> NotRefused =
    [
        ("php", "client-certificate-required"), ("redis-cli", "wrong-host"), ("redis-cli", "client-certificate-required"),
            ("git", "wrong-usage"),
    ];

    // Subversion calls it "issuer is not trusted", whatever its library refused. libldap compares with the machine's own name where
    // localhost is asked, and minds that before purposes.
    private static readonly HashSet<(string Program, string Scenario)> SaysAnother =
    [
        ("svn", "wrong-usage"), ("svn", "bad-signature"), ("svn", "client-certificate-required"), ("ldapsearch", "wrong-usage"),
        ("ldapsearch", "client-certificate-required"),
    ];

    private static readonly HashSet<string> Vague =
        [.. TlsTrust.ErrorTexts.Catalogue.TlsErrorCatalogue.BuiltIn.Messages.Where(message => message.Generic)
            .Select(message => message.Id)];

    private static bool IsLong => System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1";

    public static TheoryData<string> Programs =>
        [.. ProvokedPrograms.All.Where(row => row.Always || IsLong).Select(row => row.Program)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Real_words_of_each_main_cause_are_understood(string program)
    {
        ProvokedProgram row = ProvokedPrograms.All.Single(each => each.Program == program);
        List<string> wrong = [];
        foreach ((string scenario, Cause cause) in ProvokedCausesFixture.Causes)
        {
            (string text, bool failed) =
                await ClientRun.OfAsync(row, fixture.Lab.Scenarios.First(running => running.Scenario.Name == scenario));
            ResultList<TlsErrorExplanation> found = TlsErrorResolver.Resolve(text);
            if (!failed || (found.Count == 0 && NotRefused.Contains((program, scenario))))
            {
                output.WriteLine($"{program} does not refuse {scenario}");
            }
            else if (found.Any(one => one.Causes.Contains(cause) && (one.Side == TlsErrorSide.Network || row.Clients.Contains(one.Client))))
            {
                continue;
            }
            else if (found.Any(one => Vague.Contains(one.MessageId) && row.Clients.Contains(one.Client)))
            {
                output.WriteLine($"{program} does not say why it refuses {scenario}");
            }
            else if (SaysAnother.Contains((program, scenario)))
            {
                output.WriteLine($"{program} gives another reason for {scenario}");
            }
            else
            {
                wrong.Add($"{program}, {scenario}");
                output.WriteLine($"{program}, {scenario}: {string.Join(" | ", found)} in\n{text}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void What_is_not_asked_has_its_reason()
    {
        Assert.Empty(ProvokedPrograms.Unasked.Keys.Intersect(ProvokedPrograms.All.Select(row => row.Program)));
        foreach ((string program, string why) in ProvokedPrograms.Unasked)
        {
            output.WriteLine($"{program} is not asked: {why}");
        }
    }
}

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
    // {url}, {host}, {port} and {store} stand for the server and the bundle that holds its root.
    private static readonly (string Program, string[] Arguments, string[] Clients, bool Always)[] TriedPrograms =
    [
        ("curl", ["-sSv", "--max-time", "10", "--capath", "/nonexistent", "--cacert", "{store}", "{url}"], ["curl"], true),
        ("openssl", ["s_client", "-connect", "{host}:{port}", "-CAfile", "{store}", "-no-CApath", "-verify_return_error",
            "-verify_hostname", "{host}", "-purpose", "sslserver"], ["s_client", "OpenSSL"], true),
        ("python3", ["-c", "import ssl,urllib.request as u; u.urlopen('{url}', context=ssl.create_default_context(cafile='{store}'))"],
            ["Python"], true),
        ("wget", ["-O", "/dev/null", "--tries=1", "--ca-directory=/nonexistent", "--ca-certificate={store}", "{url}"], ["wget"], false),
        ("git", ["-c", "http.sslCAInfo={store}", "ls-remote", "{url}"], ["git"], false),
        ("node", ["-e", "require('https').get({host:'{host}',port:{port},path:'/',ca:require('fs').readFileSync('{store}')},r=>0)" +
            ".on('error',e=>{throw e})"], ["Node.js"], false),
        ("ruby", ["-ropen-uri", "-e", "URI.open('{url}', ssl_ca_cert: '{store}')"], ["Ruby"], false),
        ("php", ["-d", "openssl.cafile={store}", "-d", "openssl.capath=/nonexistent", "-r",
            "exit(file_get_contents('{url}') === false ? 1 : 0);"], ["PHP"], false),
        ("perl", ["-MIO::Socket::SSL", "-e", "IO::Socket::SSL->new(PeerAddr=>'{host}:{port}', SSL_ca_file=>'{store}') or die \"Can't " +
            "connect to {host}:{port} IO::Socket::SSL $SSL_ERROR $!\""], ["Perl"], false),
        ("gnutls-cli", ["--x509cafile", "{store}", "-p", "{port}", "{host}"], ["gnutls-cli"], false),
        ("hg", ["--config", "web.cacerts={store}", "identify", "{url}"], ["Mercurial"], false),
        ("ldapsearch", ["-x", "-H", "ldaps://{host}:{port}", "-o", "tls_cacert={store}", "-d", "1"], ["OpenLDAP"], false),
        ("mosquitto_sub", ["-h", "{host}", "-p", "{port}", "--cafile", "{store}", "-t", "x", "-d", "-W", "5"], ["Mosquitto"], false),
        ("redis-cli", ["-h", "{host}", "-p", "{port}", "--tls", "--cacert", "{store}", "ping"], ["Redis"], false),
    ];

    // Cells in which the program fails for another reason: it took the certificate, and what came behind was none of its protocol.
    private static readonly HashSet<(string Program, string Scenario)> NotRefused =
    [
        ("php", "client-certificate-required"), ("redis-cli", "wrong-host"), ("redis-cli", "client-certificate-required"),
            ("git", "wrong-usage"),
    ];

    private static readonly HashSet<string> Vague =
        [.. TlsTrust.ErrorTexts.Catalogue.TlsErrorCatalogue.BuiltIn.Messages.Where(message => message.Generic)
            .Select(message => message.Id)];

    private static bool IsLong => System.Environment.GetEnvironmentVariable("TLSTRUST_LONG") == "1";

    public static TheoryData<string> Programs => [.. TriedPrograms.Where(row => row.Always || IsLong).Select(row => row.Program)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Real_words_of_each_main_cause_are_understood(string program)
    {
        (string _, string[] arguments, string[] clients, bool _) = TriedPrograms.Single(row => row.Program == program);
        List<string> wrong = [];
        foreach ((string scenario, Cause cause) in ProvokedCausesFixture.Causes)
        {
            (string text, bool failed) =
                await ClientRun.OfAsync(program, arguments, fixture.Lab.Scenarios.First(running => running.Scenario.Name == scenario));
            ResultList<TlsErrorExplanation> found = TlsErrorResolver.Resolve(text);
            if (!failed || (found.Count == 0 && NotRefused.Contains((program, scenario))))
            {
                output.WriteLine($"{program} does not refuse {scenario}");
            }
            else if (found.Any(one => one.Causes.Contains(cause) && (one.Side == TlsErrorSide.Network || clients.Contains(one.Client))))
            {
                continue;
            }
            else if (found.Any(one => Vague.Contains(one.MessageId) && clients.Contains(one.Client)))
            {
                output.WriteLine($"{program} does not say why it refuses {scenario}");
            }
            else
            {
                wrong.Add($"{program}, {scenario}");
                output.WriteLine($"{program}, {scenario}: {string.Join(" | ", found)} in\n{text}");
            }
        }

        Assert.Empty(wrong);
    }
}

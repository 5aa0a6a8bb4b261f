using TlsTrust.ErrorTexts;
using TlsTrust.Lab;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>
/// One lab server that forgets its intermediate; every client that is installed is sent there and its own words are read.
/// </summary>
public sealed class ProvokedMessagesFixture : IAsyncLifetime
{
    internal LabServer Lab { get; private set; } = null!;

    internal RunningScenario Forgetful => Lab.Scenarios.First(running => running.Scenario.Name == "missing-intermediate-no-aia");

    internal RunningScenario Expired => Lab.Scenarios.First(running => running.Scenario.Name == "expired-leaf");

    public async ValueTask InitializeAsync() => Lab = await LabServer.StartAsync(["missing-intermediate-no-aia", "expired-leaf"]);

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}

public sealed class ProvokedMessagesTests(ProvokedMessagesFixture fixture) : IClassFixture<ProvokedMessagesFixture>
{
    // {url}, {host}, {port} and {store} stand for the server and the bundle that holds its root.
    public static TheoryData<string, string, string[], string, bool> Clients => new()
    {
        { "curl", "curl", ["-sSv", "--capath", "/nonexistent", "--cacert", "{store}", "{url}"], "curl", true },
        { "wget", "wget", ["-O", "/dev/null", "--tries=1", "--ca-directory=/nonexistent", "--ca-certificate={store}", "{url}"], "wget",
            true },
        { "openssl", "openssl", ["s_client", "-connect", "{host}:{port}", "-CAfile", "{store}", "-no-CApath", "-verify_return_error"],
            "s_client", false },
        { "git", "git", ["-c", "http.sslCAInfo={store}", "ls-remote", "{url}"], "git", true },
        { "python3", "python3",
            ["-c", "import ssl,urllib.request as u; u.urlopen('{url}', context=ssl.create_default_context(cafile='{store}'))"], "Python",
                false },
        { "node", "node", ["-e", "require('https').get({host:'{host}',port:{port},path:'/',ca:require('fs').readFileSync('{store}')}," +
            "r=>0).on('error',e=>{throw e})"], "Node.js", false },
        { "ruby", "ruby", ["-ropen-uri", "-e", "URI.open('{url}', ssl_ca_cert: '{store}')"], "Ruby", true },
        { "php", "php", ["-d", "openssl.cafile={store}", "-d", "openssl.capath=/nonexistent", "-r", "file_get_contents('{url}');"], "PHP",
            true },
        { "perl", "perl", ["-MIO::Socket::SSL", "-e", "IO::Socket::SSL->new(PeerAddr=>'{host}:{port}', SSL_ca_file=>'{store}') or die " +
            "\"Can't connect to {host}:{port} IO::Socket::SSL $SSL_ERROR\""], "Perl", true },
        { "gnutls-cli", "gnutls-cli", ["--x509cafile", "{store}", "-p", "{port}", "{host}"], "gnutls-cli", true },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Real_words_of_a_missing_intermediate_are_understood(string name, string program, string[] arguments, string client,
        bool namesEndpoint)
    {
        string text = (await ClientRun.OfAsync(program, arguments, fixture.Forgetful)).Text;
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text), one => one.Causes.Contains(Cause.MissingIntermediate));
        Assert.True(found.Client == client, $"{name}: {found} in\n{text}");
        if (namesEndpoint)
        {
            Assert.EndsWith(fixture.Forgetful.Endpoint[fixture.Forgetful.Endpoint.LastIndexOf(':')..], found.Endpoint);
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Real_words_of_an_expired_certificate_are_understood(string name, string program, string[] arguments, string client,
        bool namesEndpoint)
    {
        _ = namesEndpoint;
        string text = (await ClientRun.OfAsync(program, arguments, fixture.Expired)).Text;
        ResultList<TlsErrorExplanation> found = TlsErrorResolver.Resolve(text);
        Assert.True(found.Any(one => one.Client == client && one.Causes.Contains(Cause.Expired)), $"{name}: {found} in\n{text}");
    }

    [Fact]
    public async Task Real_words_of_dotnet_are_understood()
    {
        using HttpClient http = new();
        HttpRequestException thrown =
            await Assert.ThrowsAsync<HttpRequestException>(() =>
                http.GetAsync(ClientRun.Url(fixture.Forgetful), TestContext.Current.CancellationToken));
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(thrown.ToString()));
        Assert.Equal(".NET", found.Client);
        Assert.Contains(Cause.PrivateRoot, found.Causes);
    }
}

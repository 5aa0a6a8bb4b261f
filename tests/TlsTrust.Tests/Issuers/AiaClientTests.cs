using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;
using TlsTrust.Issuers;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Issuers;

public sealed class AiaClientTests
{
    private static readonly LabAuthority Root = LabAuthority.CreateRoot("CN=AIA Root", DateTimeOffset.UtcNow);
    private static readonly LabAuthority Intermediate = Root.IssueAuthority("CN=AIA Intermediate");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static byte[] Der => Intermediate.Certificate.Der.ToArray();

    private static byte[] Pkcs7(params LabAuthority[] authorities)
    {
        X509Certificate2Collection all = [.. authorities.Select(authority => authority.Certificate.ToX509Certificate2())];
        return all.ToPkcs7();
    }

    [Theory]
    [InlineData("der")]
    [InlineData("pem")]
    [InlineData("pkcs7")]
    [InlineData("pkcs7-pem")]
    public async Task Every_form_of_answer_is_read_whatever_its_content_type(string form)
    {
        await using AiaServer server = new();
        byte[] content = form switch
        {
            "der" => Der,
            "pem" => System.Text.Encoding.ASCII.GetBytes(Intermediate.Certificate.Pem),
            "pkcs7" => Pkcs7(Intermediate, Root),
            _ => System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("PKCS7", Pkcs7(Intermediate, Root))),
        };
        string url = server.Serve("/ca", content, "text/html");
        using AiaClient client = new();

        AiaAnswer answer = await client.FetchAsync(url, FetchReach.Anywhere, Cancellation);

        Assert.Equal(FetchOutcome.Fetched, answer.Outcome);
        Assert.Contains(answer.Certificates, found => found.RawData.Span.SequenceEqual(Der));
        Assert.Equal(form.StartsWith("pkcs7", StringComparison.Ordinal) ? 2 : 1, answer.Certificates.Count);
    }

    [Fact]
    public async Task A_URL_is_fetched_once_a_run_however_many_ask()
    {
        await using AiaServer server = new();
        string url = server.Serve("/ca", Der);
        using AiaClient client = new();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.FetchAsync(url, FetchReach.Anywhere, Cancellation)));

        Assert.Single(server.Requests);
        Assert.Equal(1, client.Requests);
    }

    [Fact]
    public async Task Nothing_that_identifies_the_user_is_sent()
    {
        await using AiaServer server = new();
        string url = server.Serve("/ca", Der).Replace("http://", "http://user:secret@", StringComparison.Ordinal);
        server.Serve("/other", Der);
        using AiaClient client = new();

        await client.FetchAsync(url, FetchReach.Anywhere, Cancellation);
        await client.FetchAsync(server.Url("/other"), FetchReach.Anywhere, Cancellation);

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request =>
        {
            string[] headers = request.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["Host"], headers.Skip(1).Select(header => header.Split(':')[0]));
        });
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/ca")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/ca")]
    [InlineData("http://2130706433:{0}/ca")]
    [InlineData("http://0x7f.1:{0}/ca")]
    [InlineData("http://localhost:{0}/ca")]
    [InlineData("http://127.1:{0}/ca")]
    [InlineData("http://0.0.0.0:{0}/ca")]
    public async Task Loopback_is_refused_before_any_connection(string url)
    {
        await using AiaServer server = new();
        server.Serve("/ca", Der);
        using AiaClient client = new();

        AiaAnswer answer =
            await client.FetchAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, server.Port), FetchReach.Public,
                Cancellation);

        Assert.Equal(FetchOutcome.PrivateAddress, answer.Outcome);
        Assert.Equal(0, server.Connections);
        Assert.Equal(0, client.Requests);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.100.100.200")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("[64:ff9b::a9fe:a9fe]")]
    [InlineData("[fe80::1]")]
    public async Task Private_and_metadata_addresses_are_refused_before_any_connection(string host)
    {
        TableDialer dialer = new();
        using AiaClient client = new(new CertificateUrlOptions { Dialer = dialer });

        AiaAnswer answer = await client.FetchAsync($"http://{host}/latest/meta-data", FetchReach.Public, Cancellation);

        Assert.Equal(FetchOutcome.PrivateAddress, answer.Outcome);
        Assert.Empty(dialer.Dialled);
    }

    [Theory]
    [InlineData("203.0.114.7", "10.1.2.3")] // a public and a private address: the name is refused whole
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    public async Task Names_are_checked_by_what_they_resolve_to(params string[] addresses)
    {
        TableDialer dialer = new();
        using AiaClient client =
            new(new CertificateUrlOptions { Dialer = dialer, Resolver = new TableResolver { ["aia.evil.net"] = addresses } });

        AiaAnswer answer = await client.FetchAsync("http://aia.evil.net/ca.crt", FetchReach.Public, Cancellation);

        Assert.Equal(FetchOutcome.PrivateAddress, answer.Outcome);
        Assert.Empty(dialer.Dialled);
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_checked_and_the_name_is_asked_once()
    {
        await using AiaServer server = new();
        server.Serve("/ca", Der);
        TableDialer dialer = new() { Target = new(IPAddress.Loopback, server.Port) };
        TableResolver resolver = new() { ["aia.example-ca.net"] = ["8.8.4.4"] };
        using AiaClient client = new(new CertificateUrlOptions { Dialer = dialer, Resolver = resolver });

        AiaAnswer answer = await client.FetchAsync("http://aia.example-ca.net/ca", FetchReach.Public, Cancellation);

        Assert.Equal(FetchOutcome.Fetched, answer.Outcome);
        Assert.Equal(["8.8.4.4:80"], dialer.Dialled);
        Assert.Equal(1, resolver.Questions);
    }

    [Theory]
    [InlineData("file:///etc/passwd", FetchOutcome.RedirectNotHttp)]
    [InlineData("ftp://example.com/", FetchOutcome.RedirectNotHttp)]
    [InlineData("http://169.254.169.254/latest/meta-data/", FetchOutcome.PrivateAddress)]
    [InlineData("http://127.0.0.1:8080/", FetchOutcome.PrivateAddress)]
    [InlineData("http://8.8.8.8:25/", FetchOutcome.BlockedPort)]
    public async Task Redirects_are_checked_like_the_first_URL(string target, FetchOutcome outcome)
    {
        await using AiaServer server = new();
        server.Redirect("/ca", target);
        TableDialer dialer = new() { Target = new(IPAddress.Loopback, server.Port) };
        using AiaClient client =
            new(new CertificateUrlOptions { Dialer = dialer, Resolver = new TableResolver { ["ca.net"] = ["8.8.8.8"] } });

        AiaAnswer answer = await client.FetchAsync("http://ca.net/ca", FetchReach.Public, Cancellation);

        Assert.Equal(outcome, answer.Outcome);
        Assert.Equal(["8.8.8.8:80"], dialer.Dialled);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Three_redirects_are_followed_and_a_fourth_is_not()
    {
        await using AiaServer server = new();
        server.Serve("/r3", Der);
        server.Redirect("/r2", "/r3");
        server.Redirect("/r1", "/r2");
        server.Redirect("/r0", "/r1");
        server.Redirect("/rx", "/r0");
        using AiaClient client = new();

        Assert.Equal(FetchOutcome.Fetched, (await client.FetchAsync(server.Url("/r0"), FetchReach.Anywhere, Cancellation)).Outcome);
        Assert.Equal(FetchOutcome.Redirects, (await client.FetchAsync(server.Url("/rx"), FetchReach.Anywhere, Cancellation)).Outcome);
    }

    [Fact]
    public async Task An_endless_answer_ends_at_its_cap()
    {
        await using AiaServer server = new();
        using AiaClient client = new();
        Stopwatch watch = Stopwatch.StartNew();

        AiaAnswer answer = await client.FetchAsync(server.Endless("/ca"), FetchReach.Anywhere, Cancellation);

        Assert.Equal(FetchOutcome.TooLarge, answer.Outcome);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task PKCS7_may_be_larger_than_other_answers()
    {
        await using AiaServer server = new();
        LabAuthority[] many =
            [.. Enumerable.Range(0, 60)
                .Select(number =>
                    Root.IssueAuthority(
                        new CertificateSpec { Subject = $"CN={number} {new string('x', 60)}",
                            Extensions = [new X509Extension("1.3.6.1.4.1.99999.1", new byte[1400], false)] }))];
        byte[] content = Pkcs7(many);
        Assert.InRange(content.Length, AiaClient.MaxAnswerBytes + 1, AiaClient.MaxPkcs7Bytes);
        using AiaClient client = new();

        Assert.Equal(60, (await client.FetchAsync(server.Serve("/p7c", content), FetchReach.Anywhere, Cancellation)).Certificates.Count);
        Assert.Equal(FetchOutcome.TooLarge,
            (await client.FetchAsync(server.Serve("/der", new byte[AiaClient.MaxAnswerBytes + 1]), FetchReach.Anywhere,
                Cancellation)).Outcome);
    }

    [Theory]
    [InlineData("pkcs12")]
    [InlineData("jks")]
    public async Task Key_stores_are_not_opened_whatever_they_say_of_their_iterations(string form)
    {
        await using AiaServer server = new();
        using AiaClient client = new();
        byte[] store = form == "jks" ? [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 0, .. new byte[20]] : EndlessPkcs12();

        AiaAnswer answer = await client.FetchAsync(server.Serve("/ca", store), FetchReach.Anywhere, Cancellation);

        Assert.Empty(answer.Certificates);
        Assert.Contains("not taken from the network", answer.Detail, StringComparison.Ordinal);
    }

    // A whole PKCS#12 whose MAC asks for 2,147,483,647 rounds.
    private static byte[] EndlessPkcs12()
    {
        byte[] pfx = Intermediate.Certificate.ToX509Certificate2().ToPkcs12("");
        System.Formats.Asn1.AsnReader whole =
            new System.Formats.Asn1.AsnReader(pfx, System.Formats.Asn1.AsnEncodingRules.BER).ReadSequence();
        System.Formats.Asn1.AsnWriter writer = new(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(whole.ReadEncodedValue().Span);
            writer.WriteEncodedValue(whole.ReadEncodedValue().Span);
            System.Formats.Asn1.AsnReader mac = whole.ReadSequence();
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(mac.ReadEncodedValue().Span);
                writer.WriteEncodedValue(mac.ReadEncodedValue().Span);
                writer.WriteInteger(int.MaxValue);
            }
        }

        return writer.Encode();
    }

    [Fact]
    public async Task A_silent_server_ends_at_the_time_limit()
    {
        await using AiaServer server = new();
        using AiaClient client = new(new CertificateUrlOptions { FetchTimeout = TimeSpan.FromMilliseconds(300) });
        Stopwatch watch = Stopwatch.StartNew();

        AiaAnswer answer = await client.FetchAsync(server.Silent("/ca"), FetchReach.Anywhere, Cancellation);

        Assert.Equal(FetchOutcome.TimedOut, answer.Outcome);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("/missing", FetchOutcome.Status)]
    [InlineData("/text", FetchOutcome.Fetched)]
    public async Task What_is_no_certificate_gives_none_and_says_why(string path, FetchOutcome outcome)
    {
        await using AiaServer server = new();
        server.Serve("/text", "<html>moved</html>"u8.ToArray());
        using AiaClient client = new();

        AiaAnswer answer = await client.FetchAsync(server.Url(path), FetchReach.Anywhere, Cancellation);

        Assert.Equal(outcome, answer.Outcome);
        Assert.Empty(answer.Certificates);
        Assert.NotEmpty(answer.Detail);
    }

    [Theory]
    [InlineData("ldap://ldap.example.net/cn=ca")]
    [InlineData("file:///etc/passwd")]
    [InlineData("not a url")]
    [InlineData("")]
    public async Task Only_http_and_https_are_fetched(string url)
    {
        using AiaClient client = new();

        AiaAnswer answer = await client.FetchAsync(url, FetchReach.Anywhere, Cancellation);

        Assert.Equal(FetchOutcome.NotHttp, answer.Outcome);
        Assert.Equal(0, client.Requests);
    }

    [Fact]
    public async Task One_caller_that_gives_up_does_not_spoil_the_answer_for_others()
    {
        await using AiaServer server = new();
        using SemaphoreSlim gate = new(0);
        string url = server.Handle("/ca", async (stream, _, cancellation) =>
        {
            await gate.WaitAsync(cancellation);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Der.Length}\r\n\r\n"),
                cancellation);
            await stream.WriteAsync(Der, cancellation);
        });
        using AiaClient client = new();
        using CancellationTokenSource impatient = new();
        Task<AiaAnswer> first = client.FetchAsync(url, FetchReach.Anywhere, impatient.Token);
        Task<AiaAnswer> second = client.FetchAsync(url, FetchReach.Anywhere, Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.Release();

        Assert.Single((await second).Certificates);
    }
}

using TlsTrust.ErrorTexts;

namespace TlsTrust.Tests.ErrorTexts;

public sealed class TlsErrorResolverTests
{
    // Words as the clients printed them on loopback, with public names in place of localhost.
    public static TheoryData<string, string, string, string?, Cause> Printed => new()
    {
        { "curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore details here: " +
            "https://curl.se/docs/sslcerts.html", "curl", "openssl-20", null, Cause.MissingIntermediate },
        { "* Connected to www.python.org (151.101.0.223) port 443 (#0)\n*  CAfile: /tmp/x.pem\n* SSL certificate problem: self-signed " +
            "certificate in certificate chain\ncurl: (60) SSL certificate problem: self-signed certificate in certificate chain", "curl",
                "openssl-19", "www.python.org:443", Cause.PrivateRoot },
        { "curl: (60) SSL: no alternative certificate subject name matches target host name 'www.python.org'", "curl", "curl-name",
            "www.python.org:443", Cause.NameMismatch },
        { "fatal: unable to access 'https://git.corp:8443/x.git/': server certificate verification failed. CAfile: " +
            "/etc/ssl/certs/ca-certificates.crt CRLfile: none", "git", "git-gnutls", "git.corp:8443", Cause.PrivateRoot },
        { "urllib.error.URLError: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local " +
            "issuer certificate (_ssl.c:1006)>", "Python", "openssl-20", null, Cause.MissingIntermediate },
        { "requests.exceptions.SSLError: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded with url: / (Caused by " +
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has " +
            "expired (_ssl.c:1006)')))", "requests", "openssl-10", "pypi.org:443", Cause.Expired },
        { "Could not fetch URL https://pypi.org/simple/x/: There was a problem confirming the ssl certificate: " +
            "HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded with url: /simple/x/ (Caused by " +
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Basic Constraints of " +
            "CA cert not marked critical (_ssl.c:1020)'))) - skipping", "pip", "openssl-89", "pypi.org:443", Cause.Malformed },
        { "npm error code UNABLE_TO_VERIFY_LEAF_SIGNATURE\nnpm error errno UNABLE_TO_VERIFY_LEAF_SIGNATURE\nnpm error request to " +
            "https://registry.npmjs.org/x failed, reason: unable to verify the first certificate", "npm", "node-leaf",
                "registry.npmjs.org:443", Cause.MissingIntermediate },
        { "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: www.python.org. is not in " +
            "the cert's altnames: DNS:other.example\n  host: 'www.python.org',", "Node.js", "node-altname", "www.python.org:443",
                Cause.NameMismatch },
        { "Get \"https://www.python.org:8443/\": x509: certificate signed by unknown authority (possibly because of \"x509: cannot " +
            "verify signature: insecure algorithm SHA1-RSA (temporarily override with GODEBUG=x509sha1=1)\" while trying to verify " +
            "candidate authority certificate \"Lab Intermediate\")", "Go", "go-insecure", "www.python.org:8443", Cause.WeakSignature },
        { "E1121 03:05:32.921226   30406 memcache.go:265] \"Unhandled Error\" err=\"couldn't get current server API group list: Get " +
            "\\\"https://k8s.corp:6443/api?timeout=32s\\\": tls: failed to verify certificate: x509: certificate signed by unknown " +
            "authority\"", "kubectl", "go-authority", "k8s.corp:6443", Cause.PrivateRoot },
        { "Exception in thread \"main\" javax.net.ssl.SSLHandshakeException: PKIX path building failed: " +
            "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested " +
            "target\n\tat java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131)", "Java", "java-path", null,
                Cause.MissingIntermediate },
        { "System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.\n ---> " +
            "System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the " +
            "certificate chain: PartialChain", ".NET", "dotnet-partial", null, Cause.MissingIntermediate },
        { "System.Net.Http.HttpRequestException: Connection refused (intranet:8443)\n ---> System.Net.Sockets.SocketException (111): " +
            "Connection refused", ".NET", "refused", "intranet:8443", Cause.ConnectionRefused },
        { "/usr/lib/ruby/3.1.0/net/protocol.rb:46:in `connect_nonblock': SSL_connect returned=1 errno=0 peeraddr=127.0.0.1:47023 " +
            "state=error: certificate verify failed (unable to get local issuer certificate) (OpenSSL::SSL::SSLError)", "Ruby",
                "openssl-20", "127.0.0.1:47023", Cause.PrivateRoot },
        { "PHP Warning:  file_get_contents(): Peer certificate subjectAltName did not match expected name `www.python.org' in Command " +
            "line code on line 1", "PHP", "php-name", "www.python.org:443", Cause.NameMismatch },
        { "500 Can't connect to mail.corp:993 (certificate verify failed)\nSSL connect attempt failed error:0A000086:SSL " +
            "routines::certificate verify failed at /usr/share/perl5/LWP/Protocol/http.pm line 50.", "Perl", "openssl-verify-failed",
                "mail.corp:993", Cause.PrivateRoot },
        { "Connecting to www.python.org (www.python.org)|151.101.0.223|:443... connected.\nERROR: The certificate of ‘www.python.org’ " +
            "is not trusted.\nERROR: The certificate of ‘www.python.org’ doesn't have a known issuer.", "wget", "gnutls-issuer",
                "www.python.org:443", Cause.MissingIntermediate },
        { "error: download of config.json failed\n\nCaused by:\n  failed to download from " +
            "`https://index.crates.io/config.json`\n\nCaused by:\n  [60] SSL peer certificate or SSH remote key was not OK (SSL " +
            "certificate problem: unable to get local issuer certificate)", "cargo", "openssl-20", "index.crates.io:443",
                Cause.MissingIntermediate },
        { "error sending request for url (https://index.crates.io/): client error (Connect): invalid peer certificate: UnknownIssuer",
            "rustls", "rustls-issuer", "index.crates.io:443", Cause.MissingIntermediate },
        { "Error response from daemon: Get \"https://registry.corp/v2/\": tls: failed to verify certificate: x509: certificate is " +
            "valid for a.corp, not registry.corp", "Docker", "go-name", "registry.corp:443", Cause.NameMismatch },
        { "NET::ERR_CERT_AUTHORITY_INVALID\nAttackers might be trying to steal your information from www.python.org (for example, " +
            "passwords, messages, or credit cards).", "Chrome", "chrome-authority", "www.python.org:443", Cause.PrivateRoot },
        { "An error occurred during a connection to www.python.org. SSL received a record that exceeded the maximum permissible " +
            "length.\nError code: SSL_ERROR_RX_RECORD_TOO_LONG", "Firefox", "nss-record", "www.python.org:443", Cause.NotTls },
        { "schannel: next InitializeSecurityContext failed: SEC_E_UNTRUSTED_ROOT (0x80090325) - The certificate chain was issued by " +
            "an authority that is not trusted.", "curl", "windows-untrusted-root", null, Cause.PrivateRoot },
        { "Error Domain=NSURLErrorDomain Code=-1202 \"The certificate for this server is invalid. You might be connecting to a server " +
            "that is pretending to be “www.python.org” which could put your confidential information at risk.\"", "macOS",
                "macos-untrusted", "www.python.org:443", Cause.MissingIntermediate },
        { "curl: (56) CONNECT tunnel failed, response 407", "curl", "curl-proxy", null, Cause.ProxyAuthenticationRequired },
        { "dial tcp: lookup nowhere.python.org on 10.255.255.53:53: no such host", "Go", "go-resolve", "nowhere.python.org:443",
            Cause.NameNotResolved },
    };

    [Theory]
    [MemberData(nameof(Printed))]
    public void Names_client_message_endpoint_and_the_likeliest_cause(string text, string client, string id, string? endpoint, Cause cause)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal((client, id, endpoint, cause), (found.Client, found.MessageId, found.Endpoint, found.Causes[0]));
        Assert.True(endpoint is null
            || found.NextCommand.StartsWith($"Test-TlsEndpoint {endpoint}", StringComparison.Ordinal), found.NextCommand);
    }

    [Fact]
    public void Error_20_is_two_faults_and_a_private_name_makes_the_private_root_likelier()
    {
        TlsErrorExplanation open =
            Assert.Single(TlsErrorResolver.Resolve("https://www.python.org: unable to get local issuer certificate"));
        TlsErrorExplanation closed =
            Assert.Single(TlsErrorResolver.Resolve("https://git.corp.internal: unable to get local issuer certificate"));
        Assert.Equal([Cause.MissingIntermediate, Cause.PrivateRoot], open.Causes.Take(2));
        Assert.Equal([Cause.PrivateRoot, Cause.MissingIntermediate], closed.Causes.Take(2));
        Assert.Equal(open.Causes.Order(), closed.Causes.Order());
        Assert.Equal(20, open.OpenSslCode);
    }

    [Fact]
    public void Colours_wrapped_lines_and_the_frame_of_an_error_view_do_not_hide_a_message()
    {
        const string View = "\e[31;1mInvoke-WebRequest: \e[31;1m\n\e[31;1m     | \e[31;1mThe remote certificate is invalid because of " +
            "errors in the certificate\e[0m\n\e[31;1m     | \e[31;1mchain: UntrustedRoot\e[0m\n";
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(View));
        Assert.Equal(("Invoke-WebRequest", "dotnet-root", "certificate chain: UntrustedRoot"),
            (found.Client, found.MessageId, found.Message));
        Assert.Equal(2, found.Line);
    }

    [Fact]
    public void A_json_log_is_read_through_its_escapes()
    {
        const string Log =
            """{"level":"error","msg":"Get \"https:\/\/www.python.org\/\": x509: certificate has expired\nor is not yet valid: current time","color":"\u001b[31mred\u001b[0m"}""";
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(Log));
        Assert.Equal(("go-date", "www.python.org:443"), (found.MessageId, found.Endpoint));
    }

    [Fact]
    public void Every_failure_is_one_explanation_in_the_order_of_the_text()
    {
        const string Log = """
            10:00 https://a.python.org: certificate has expired
            10:01 https://b.python.org: certificate has expired
            10:02 https://a.python.org: certificate has expired
            """;
        ResultList<TlsErrorExplanation> found = TlsErrorResolver.Resolve(Log);
        Assert.Equal([("a.python.org:443", 1), ("b.python.org:443", 2), ("a.python.org:443", 3)],
            found.Select(one => (one.Endpoint!, one.Line)));
    }

    [Fact]
    public void Two_failures_that_have_no_cause_in_common_are_two_explanations()
    {
        ResultList<TlsErrorExplanation> found = TlsErrorResolver.Resolve("certificate has expired\n\nhostname mismatch");
        Assert.Equal(["openssl-10", "openssl-62"], found.Select(one => one.MessageId));
    }

    [Theory]
    [InlineData("at X.y(Alert.java:131)\nat z (node:internal/a.js:443)\nfile.py:8443 certificate has expired")]
    [InlineData("10:22:33 certificate has expired at 2026-11-21T03:05:32Z")]
    [InlineData("certificate has expired, see https://curl.se/docs and https://docs.npmjs.com:443/x")]
    [InlineData("C:\\log.txt:443 http://plain.python.org/ certificate has expired, word:1234")]
    public void Stack_frames_times_help_pages_and_plain_http_are_no_endpoints(string text) =>
        Assert.Null(Assert.Single(TlsErrorResolver.Resolve(text)).Endpoint);

    [Theory]
    [InlineData("https://user:geheim@www.python.org:444/x?y=1 certificate has expired", "www.python.org:444")]
    [InlineData("smtp://mail.python.org certificate has expired", "smtp://mail.python.org:25")]
    [InlineData("certificate has expired for [2001:db8::1]:8443.", "[2001:db8::1]:8443")]
    [InlineData("sparse+https://index.crates.io/ certificate has expired", "index.crates.io:443")]
    [InlineData(
        "psql: error: connection to server at \"db.python.org\" (192.0.2.7), port 6432 failed: SSL error: certificate verify failed",
            "postgresql://db.python.org:6432")]
    public void An_endpoint_is_taken_as_it_is_written_and_without_its_password(string text, string endpoint)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal(endpoint, found.Endpoint);
        Assert.DoesNotContain("geheim", found.ToString() + found.NextCommand);
    }

    [Fact]
    public void The_store_that_the_client_names_goes_into_the_next_command()
    {
        TlsErrorExplanation found =
            Assert.Single(TlsErrorResolver.Resolve("fatal: unable to access 'https://git.corp/x/': server certificate verification " +
                "failed. CAfile: /opt/o'x.pem CRLfile: none"));
        Assert.Equal("/opt/o'x.pem", found.StoreFile);
        Assert.Equal("Test-TlsEndpoint git.corp:443 -TrustStore '/opt/o''x.pem'", found.NextCommand);
    }

    [Theory]
    [InlineData("")]
    [InlineData("all is well")]
    [InlineData("we do not accept self-signed certificates here")]
    [InlineData("\e[")]
    [InlineData("https://")]
    [InlineData(":443")]
    [InlineData("]:443 |:443 [:443")]
    [InlineData("\\u001b[\\")]
    public void Text_without_a_message_gives_nothing(string text) => Assert.Empty(TlsErrorResolver.Resolve(text));

    [Fact]
    public void Any_text_is_survived_however_it_is_cut()
    {
        const string Text = "\e[31m* Connected to [2001:db8::1] port 443\n|127.0.0.1|:443 https://u:p@www.python.org:1/ host='x.y', " +
            "port=443 CAfile: /x\n'certificate has expired' at a.b:99999 \\\"c:1";
        for (int start = 0; start < Text.Length; start++)
        {
            for (int length = 0; length <= Text.Length - start; length += 7)
            {
                _ = TlsErrorResolver.Resolve(string.Concat("certificate has expired ", Text.AsSpan(start, length)));
            }
        }
    }

    [Fact]
    public void A_log_of_windows_powershell_is_read_by_its_byte_order_mark()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "https://www.python.org: certificate has expired", System.Text.Encoding.Unicode);
            TlsErrorExplanation found = Assert.Single(TlsErrorResolver.ResolveFile(file).ToList());
            Assert.Equal((file, "www.python.org:443"), (found.LogFile, found.Endpoint));
        }
        finally
        {
            File.Delete(file);
        }
    }
}

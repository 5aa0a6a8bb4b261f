using TlsTrust.ErrorTexts;

namespace TlsTrust.Tests.ErrorTexts;

/// <summary>
/// Which lines tell of one failure: another client, host, time or command begins the next; nothing is dropped and nothing told twice.
/// </summary>
public sealed class ErrorIncidentTests
{
    // One failure each, as the program reports it; the endpoint as the program means it.
    private static readonly (string Client, string? Endpoint, Cause Cause, string Text)[] Reports =
    [
        ("curl", "a.python.org:443", Cause.Expired, "* Connected to a.python.org (192.0.2.1) port 443\n* SSL certificate problem: " +
            "certificate has expired\ncurl: (60) SSL certificate problem: certificate has expired\nMore details here: " +
            "https://curl.se/docs/sslcerts.html\n"),
        ("git", "b.python.org:8443", Cause.SelfSigned, "Cloning into 'x'...\nfatal: unable to access " +
            "'https://b.python.org:8443/x.git/': SSL certificate problem: self-signed certificate\n"),
        ("npm", "c.python.org:443", Cause.MissingIntermediate,
            "npm error code UNABLE_TO_VERIFY_LEAF_SIGNATURE\nnpm error errno UNABLE_TO_VERIFY_LEAF_SIGNATURE\nnpm error request to " +
            "https://c.python.org/x failed, reason: unable to verify the first certificate\n"),
        ("npm", "d.python.org:443", Cause.Expired, "npm error code CERT_HAS_EXPIRED\nnpm error errno CERT_HAS_EXPIRED\nnpm error " +
            "request to https://d.python.org/x failed, reason: certificate has expired\n"),
        ("Go", "e.python.org:443", Cause.NameMismatch, "Get \"https://e.python.org/v2/\": tls: failed to verify certificate: x509: " +
            "certificate is valid for other.python.org, not e.python.org\n"),
        ("Java", null, Cause.MissingIntermediate, "Exception in thread \"main\" javax.net.ssl.SSLHandshakeException: PKIX path " +
            "building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to " +
            "requested target\n\tat java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131)\nCaused by: " +
            "sun.security.validator.ValidatorException: PKIX path building failed\n\t... 20 more\n"),
        ("PHP", "f.python.org:443", Cause.NameMismatch, "PHP Warning:  file_get_contents(): Peer certificate CN=`x.python.org' did " +
            "not match expected CN=`f.python.org' in /srv/a.php on line 3\nPHP Warning:  file_get_contents(): Failed to enable crypto " +
            "in /srv/a.php on line 3\n"),
        ("wget", "g.python.org:443", Cause.MissingIntermediate,
            "--2026-05-01 10:00:00--  https://g.python.org/file.tgz\nResolving g.python.org (g.python.org)... 192.0.2.3\nConnecting " +
            "to g.python.org (g.python.org)|192.0.2.3|:443... connected.\nERROR: The certificate of ‘g.python.org’ is not " +
            "trusted.\nERROR: The certificate of ‘g.python.org’ doesn't have a known issuer.\n"),
        ("rustls", "h.python.org:443", Cause.MissingIntermediate,
            "error sending request for url (https://h.python.org/): client error (Connect): invalid peer certificate: UnknownIssuer\n"),
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Reports_of_several_programs_in_any_order_are_told_one_by_one(int seed)
    {
        Random random = new(seed);
        int[] chosen = [.. Enumerable.Range(0, 6).Select(_ => random.Next(Reports.Length))];

        // Two that are word for word the same and stand side by side can't be told from one that says it twice, but for curl, which ends
        // its report.
        chosen = [.. chosen.Where((which, place) => place == 0 || chosen[place - 1] != which)];
        string[] fillers = ["", "added 12 packages in 3s\n", "Step 4/9 : copy\n\n", "ok  \t2 tests\n"];
        string text = string.Concat(chosen.Select(which => fillers[random.Next(fillers.Length)] + Reports[which].Text));
        Assert.Equal(
            chosen.Select(which => (Reports[which].Client, Reports[which].Endpoint, Reports[which].Cause)),
            TlsErrorResolver.Resolve(text).Select(found => (found.Client, found.Endpoint, found.Causes[0])));
    }

    [Fact]
    public void Three_errors_of_curl_are_three_even_where_they_are_the_same()
    {
        const string One = "curl: (60) SSL certificate problem: certificate has expired\n";
        Assert.Equal([1, 2, 3], TlsErrorResolver.Resolve(One + One + One).Select(found => found.Line));
    }

    [Fact]
    public void Another_time_is_another_failure_and_a_retry_is_not()
    {
        const string Log = "2026-05-01 10:00:00 ERROR certificate has expired\n2026-05-01 10:00:05 ERROR certificate has " +
            "expired\n2026-05-01 11:00:00 ERROR certificate has expired\n";
        Assert.Equal([(1, 2), (3, 1)], TlsErrorResolver.Resolve(Log).Select(found => (found.Line, found.Count)));
    }

    [Theory]
    [InlineData("RemoteCertificateNameMismatch, RemoteCertificateChainErrors", new[] { Cause.NameMismatch, Cause.PrivateRoot })]
    [InlineData("errors in the certificate chain: NotTimeValid, PartialChain", new[] { Cause.Expired, Cause.MissingIntermediate })]
    [InlineData("Server certificate verification failed: certificate has expired, issuer is not trusted",
        new[] { Cause.Expired, Cause.MissingIntermediate })]
    [InlineData("errors in the certificate chain: UntrustedRoot, RevocationStatusUnknown", new[] { Cause.PrivateRoot })]
    public void A_message_that_names_several_faults_gives_the_causes_of_all(string text, Cause[] causes)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve("System.Net.Http: " + text));
        Assert.Empty(causes.Except(found.Causes));
        Assert.False(found.Certain);
    }

    [Theory]
    [InlineData("curl: (35) schannel: next InitializeSecurityContext failed: CRYPT_E_REVOCATION_OFFLINE (0x80092013)")]
    [InlineData("VERIFY ERROR: depth=0, error=CRL has expired: CN=client1")]
    [InlineData("The remote certificate is invalid because of errors in the certificate chain: RevocationStatusUnknown, OfflineRevocation")]
    [InlineData("SSL certificate problem: unable to get certificate CRL")]
    public void What_could_not_be_checked_is_a_finding_and_no_cause(string text)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal([FindingId.RevocationUnknown], found.FindingIds);
        Assert.Empty(found.Causes);
        Assert.Equal("RevocationUnknown", found.CauseNames);
    }

    [Theory]
    [InlineData("curl: (77) schannel: SEC_E_UNTRUSTED_ROOT (0x80090325)", Cause.PrivateRoot)]
    [InlineData("The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.\nThe " +
        "remote certificate is invalid: NotTimeValid", Cause.Expired)]
    [InlineData("error:0A000086:SSL routines::certificate verify failed\nverify error:num=62:hostname mismatch", Cause.NameMismatch)]
    [InlineData("javax.net.ssl.SSLHandshakeException: General SSLEngine problem\nCaused by: " +
        "java.security.cert.CertificateExpiredException: NotAfter: Mon", Cause.Expired)]
    public void A_line_that_says_why_decides_over_one_that_says_that_it_failed(string text, Cause cause) =>
        Assert.Equal(cause, Assert.Single(TlsErrorResolver.Resolve(text)).Causes[0]);

    [Theory]
    [InlineData("2026/05/01 10:00:00 http: TLS handshake error from 192.0.2.7:51234: remote error: tls: unknown certificate authority")]
    [InlineData("1:M 31 Jul 2026 16:30:08.638 # Error accepting a client connection: error:0A000418:SSL routines::tlsv1 alert unknown " +
        "ca (addr=192.0.2.7:33412)")]
    [InlineData("imap-login: Disconnected: SSL_accept() failed: error:0A000418:SSL routines::tlsv1 alert unknown ca: SSL alert number " +
        "48: user=<>, rip=192.0.2.7, lip=192.0.2.5")]
    [InlineData("Jul 01 10:00:00 lb haproxy[1]: 192.0.2.7:51234 [01/Jul/2026:10:00:00.123] fe_https/1: SSL handshake failure " +
        "(error:0A000418:SSL routines::tlsv1 alert unknown ca)")]
    public void A_server_that_is_refused_is_told_to_test_itself_and_not_the_port_a_client_came_from(string text)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal(TlsErrorSide.Client, found.Side);
        Assert.Contains(Cause.PrivateRoot, found.Causes);
        Assert.Null(found.Endpoint);
        Assert.StartsWith("Test-TlsEndpoint", found.NextCommand);
        Assert.DoesNotContain("192.0.2.7", found.NextCommand);
    }

    [Fact]
    public void The_same_alert_in_the_hands_of_a_client_is_about_its_own_certificate()
    {
        TlsErrorExplanation found =
            Assert.Single(
                TlsErrorResolver.Resolve("OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0 state=error: tlsv1 alert unknown ca"));
        Assert.Equal((TlsErrorSide.Server, Cause.ClientCertificateRequired), (found.Side, found.Causes[0]));
    }

    [Theory]
    [InlineData("tls: private key does not match public key: /etc/ssl/private/www.key", "/etc/ssl/private/www.key")]
    [InlineData("nginx: [emerg] cannot load certificate \"/etc/nginx/ssl/www.pem\": BIO_new_file() failed", "/etc/nginx/ssl/www.pem")]
    [InlineData("error: unable to read certificate-authority /home/ann/ca.crt: open /home/ann/ca.crt: no such file or directory",
        "/home/ann/ca.crt")]
    [InlineData("OSError: Could not find a suitable TLS CA certificate bundle, invalid path: /srv/my certs/ca.pem", "/srv/my certs/ca.pem")]
    [InlineData("SSL_CTX_use_PrivateKey_file(\"/etc/ssl/x.key\") failed (SSL: error:0B080074:x509 certificate " +
        "routines:X509_check_private_key:key values mismatch)", "/etc/ssl/x.key")]
    [InlineData("HTTPThread: invalid CA file: 'C:\\ProgramData\\Company\\new root.cer'", "C:\\ProgramData\\Company\\new root.cer")]
    [InlineData("unable to load Private Key from '/tmp/a.pem': PEM routines:get_name:no start line", "/tmp/a.pem")]
    public void A_failure_about_a_file_keeps_the_path_and_says_how_to_look_at_it(string text, string path)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal(path, found.Path ?? found.StoreFile);
        Assert.Equal($"Test-PemBundle -LiteralPath '{path}'", found.NextCommand);
        Assert.Equal(TlsErrorSide.File, found.Side);
    }

    [Theory]
    [InlineData("keytool error: java.io.IOException: keystore password was incorrect")]
    [InlineData("java.io.IOException: Invalid keystore format")]
    [InlineData("failed to find any PEM data in certificate input")]
    [InlineData("unable to load root certificates: unable to parse bytes as PEM block")]
    [InlineData("error:0480006C:PEM routines::no start line")]
    [InlineData("error:04800066:PEM routines::bad end line")]
    public void Keys_and_stores_that_cannot_be_read_are_failures_of_files(string text)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal((TlsErrorSide.File, Cause.StoreUnusable), (found.Side, found.Causes[0]));
    }

    [Theory]
    [InlineData("Feb 25 21:57:22 mail postfix/smtp[25291]: D33A02504112: to=<ann@python.org>, relay=mx1.python.org[192.0.2.4]:25, " +
        "status=deferred (Server certificate not verified)", "mx1.python.org:25")]
    [InlineData("org.apache.kafka: Connection to node -1 (localhost/127.0.0.1:9093) failed authentication due to: SSL handshake failed",
        "localhost:9093")]
    [InlineData("Peer certificate CN=`x' did not match expected CN=`mail.python.org'", "mail.python.org:443")]
    [InlineData("[error] upstream SSL certificate verify error: (20:unable to get local issuer certificate) while SSL handshaking to " +
        "upstream, client: 192.0.2.1, server: egress, request: \"POST / HTTP/1.1\", upstream: \"https://192.0.2.40:443/mcp\", host: " +
        "\"api.python.org\"", "api.python.org:443")]
    [InlineData("{:failed_connect, [{:to_address, {'repo.python.org', 443}}, {:inet, [:inet], {:tls_alert, 'unknown ca'}}]}",
        "repo.python.org:443")]
    [InlineData("ipv4:192.0.2.3:50051: Ssl handshake failed: SSL_ERROR_SSL: CERTIFICATE_VERIFY_FAILED", "192.0.2.3:50051")]
    [InlineData("certificate has expired, see https://learn.microsoft.com/help and https://pip.pypa.io", null)]
    [InlineData("2026-06-01 certificate has expired in C:\\new\\table\\x.cs:line 12", null)]
    public void The_host_is_the_one_that_the_failing_program_means(string text, string? endpoint)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal(endpoint, found.Endpoint?.Replace("smtp://", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2026-05-01T10:00:00.1234567Z ##[error]\e[31mnpm error code " +
        "SELF_SIGNED_CERT_IN_CHAIN\e[0m\n2026-05-01T10:00:00.1234567Z npm error request to https://a.python.org/x failed", "npm")]
    [InlineData("#9 [4/6] RUN npm ci\n#9 61.02 npm error code SELF_SIGNED_CERT_IN_CHAIN\n#9 61.02 npm error request to " +
        "https://a.python.org/x failed", "npm")]
    [InlineData("ann@host:~$ hg pull https://a.python.org/x\nabort: error: self-signed certificate in certificate chain", "Mercurial")]
    [InlineData("{\"log\":\"\\u001b[31mnpm error code SELF_SIGNED_CERT_IN_CHAIN\\u001b[0m\\nnpm error request to " +
        "https:\\/\\/a.python.org\\/x failed\\n\"}", "npm")]
    public void Prefixes_colours_prompts_and_escapes_of_logs_do_not_matter(string text, string client)
    {
        TlsErrorExplanation found = Assert.Single(TlsErrorResolver.Resolve(text));
        Assert.Equal((client, "a.python.org:443", Cause.PrivateRoot), (found.Client, found.Endpoint, found.Causes[0]));
    }

    [Theory]
    [InlineData("Die Zertifikatkette wurde von einer nicht vertrauenswürdigen Zertifizierungsstelle ausgestellt.", Cause.PrivateRoot)]
    [InlineData("Le nom principal de la cible est incorrect.", Cause.NameMismatch)]
    [InlineData("fehlgeschlagen: 0x80090325 - Unbekannter Text", Cause.PrivateRoot)]
    [InlineData("目标主要名称不正确。", Cause.NameMismatch)]
    [InlineData("FEHLER: Dem Zertifikat von »dl.python.org« wird nicht vertraut.", Cause.MissingIntermediate)]
    [InlineData("Fehler: Die gesicherte Verbindung (SSL/TLS) ist fehlgeschlagen", Cause.MissingIntermediate)]
    public void Other_languages_are_read_by_codes_and_by_words_and_else_said_to_be_untranslated(string text, Cause cause) =>
        Assert.Equal(cause, Assert.Single(TlsErrorResolver.Resolve(text)).Causes[0]);

    [Theory]
    [InlineData("worker exited with error: -188", 0)]
    [InlineData("TLS handshake: wolfSSL error: -188", 1)]
    [InlineData("2026-9814-9802 parts, code -1202 of 9", 0)]
    [InlineData("NSURLConnection: TLS failed (kCFStreamErrorDomainSSL, -9814)", 1)]
    public void A_bare_number_counts_only_where_the_line_speaks_of_tls(string text, int failures) =>
        Assert.Equal(failures, TlsErrorResolver.Resolve(text).Count);

    [Theory]
    [InlineData("* SSL certificate verify ok.\nVerify return code: 0 (ok)")]
    [InlineData("If your certificate is self-signed, clients will show a warning. You should use a trusted CA.")]
    [InlineData("Certificate is not yet due for renewal; expires on 2027-03-01")]
    [InlineData("Trusted TLS connection established to mx1.python.org[192.0.2.4]:25: TLSv1.3")]
    [InlineData("INFO Started TLS listener on 0.0.0.0:8443 with certificate CN=www.python.org\nERROR Failed to parse request body")]
    [InlineData("System.DirectoryServices.Protocols.LdapException: The LDAP server is unavailable.")]
    public void What_is_no_failure_gives_nothing(string text) => Assert.Empty(TlsErrorResolver.Resolve(text));
}

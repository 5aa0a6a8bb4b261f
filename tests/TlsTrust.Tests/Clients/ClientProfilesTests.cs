using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Lab.Pki;
using TlsTrust.Paths;

namespace TlsTrust.Tests.Clients;

public sealed class ClientProfilesTests
{
    private static readonly string[] MeasuredClients =
        ["curl", "OpenSSL", "Python before 3.13", "Python 3.13", "Node.js", "Go", "Java", ".NET on Linux", "GnuTLS"];

    // What curl 7.88, Ruby 3.1 and PHP 8.2 with OpenSSL 3.0, Python 3.11 and 3.13, Node 20, Go 1.19, OpenJDK 17, .NET 10 and wget with
    // GnuTLS 3.7 did when they were shown these chains on loopback; u where versions of the client differ.
    public static TheoryData<string, string> Measured => new()
    {
        { "ok", "yyyyyyyyy" },
        { "missing intermediate", "nnnnnnnnn" },
        { "private root not sent", "nnnnnnnnn" },
        { "private root sent", "nnnnnnnnn" },
        { "self-signed", "nnnnnnnnn" },
        { "self-signed anchor", "yyyyyyyyy" },
        { "expired", "nnnnnnnnn" },
        { "not yet valid", "nnnnnnnnn" },
        { "expired intermediate", "nnnnnnnnn" },
        { "expired root", "nnnnnnynn" },
        { "wrong name", "nnnnnnnnn" },
        { "common name only", "yyyyynyyy" },
        { "address in the common name, a name in the SAN", "nnnnnnnyn" },
        { "address in the common name, no SAN", "ynnnnnnyn" },
        { "address in the SAN", "yyyyyyyyy" },
        { "address missing in the SAN", "nnnnnnnnn" },
        { "client usage", "nnnnnnnny" },
        { "client usage on the CA", "nnnnnnyny" },
        { "any usage", "nnnnnyyny" },
        { "any usage on the CA", "nnnnnyyny" },
        { "policy required", "yyyyynnyn" },
        { "RSA 1024", "nnnnnyyyy" },
        { "RSA 1024 on the CA", "nnnnnyyyy" },
        { "SHA-1", "nnnnnnyyn" },
        { "SHA-1 on the CA", "nnnnnnyyn" },
        { "critical extension", "nnnnnnnnn" },
        { "not a CA", "nnnnnnnnn" },
        { "CA without keyCertSign", "nnnnnnnnn" },
        { "path length", "nnnnnnnnn" },
        { "name constraint", "nnnnnnnnn" },
        { "name constraint of a CA whose name reads like a tolerance", "nnnnnnnnn" },
        { "bad signature", "nnnnnnnnn" },
        { "lax root", "yyynyyyyy" },
        { "intermediate as anchor", "ynnynyyny" },
        { "intermediate as anchor, leaf only sent", "ynnynyyny" },
        { "leaf as anchor", "ynnynyyny" },
        { "intermediate and root as anchors, leaf only sent", "yyyyyyyyy" },
        { "untrusted twin first", "nnnnnyynn" },
        { "untrusted twin last", "yyyyyyyyy" },
        { "expired twin first", "yyyyyyyyn" },
        { "constrained twin first", "nnnnnyynn" },
        { "unrelated first", "yyyyyyyyy" },
        { "duplicate", "yyyyyyyyy" },
        { "root before intermediate", "yyyyyyyyy" },
        { "cross-signed root sent", "yyyyyyyyy" },
        { "expired cross-sign sent", "yyyyyyyyy" },
    };

    public static TheoryData<string, string, string> Words => new()
    {
        { "missing intermediate", "curl", "curl: (60) SSL certificate problem: unable to get local issuer certificate" },
        { "missing intermediate", "Python 3.13",
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c)" },
        { "missing intermediate", "Node.js before 24", "unable to verify the first certificate (UNABLE_TO_VERIFY_LEAF_SIGNATURE)" },
        { "missing intermediate", "Node.js", "unable to verify the first certificate; if the root CA is installed locally, try " +
            "running Node.js with --use-system-ca (UNABLE_TO_VERIFY_LEAF_SIGNATURE)" },
        { "private root not sent", "Node.js", "unable to get local issuer certificate (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)" },
        { "private root sent", "OpenSSL", "certificate verify failed (self-signed certificate in certificate chain)" },
        { "private root sent", ".NET on Linux",
            "The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot" },
        { "private root not sent", ".NET on Linux",
            "The remote certificate is invalid because of errors in the certificate chain: PartialChain" },
        { "self-signed", "Node.js before 24", "self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)" },
        { "intermediate as anchor", "OpenSSL", "certificate verify failed (unable to get issuer certificate)" },
        { "intermediate as anchor", "Node.js before 24", "unable to get issuer certificate (UNABLE_TO_GET_ISSUER_CERT)" },
        { "leaf as anchor", "OpenSSL", "certificate verify failed (unable to get local issuer certificate)" },
        { "expired", "GnuTLS", "ERROR: The certificate of 'localhost' has expired." },
        { "expired", "Go",
            "x509: certificate has expired or is not yet valid: current time 2026-06-01T12:00:00Z is after 2026-05-31T12:00:00Z" },
        { "not yet valid", "Go",
            "x509: certificate has expired or is not yet valid: current time 2026-06-01T12:00:00Z is before 2026-06-02T12:00:00Z" },
        { "wrong name", "curl", "curl: (60) SSL: no alternative certificate subject name matches target host name 'localhost'" },
        { "wrong name", "Go", "x509: certificate is valid for other.example, www.other.example, not localhost" },
        { "wrong name", "Java", "javax.net.ssl.SSLHandshakeException: No subject alternative DNS name matching localhost found." },
        { "wrong name", "OpenSSL", "certificate verify failed (hostname mismatch)" },
        { "wrong name", "GnuTLS", "The certificate's owner does not match hostname 'localhost'" },
        { "address missing in the SAN", "Python before 3.13",
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: IP address mismatch, certificate is not valid for " +
            "'127.0.0.1'. (_ssl.c)" },
        { "address missing in the SAN", "Go", "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs" },
        { "address in the common name, no SAN", "Java", "javax.net.ssl.SSLHandshakeException: No subject alternative names present" },
        { "common name only", "Go", "x509: certificate relies on legacy Common Name field, use SANs instead" },
        { "client usage", "curl", "curl: (60) SSL certificate problem: unsuitable certificate purpose" },
        { "any usage", "Node.js", "unsuitable certificate purpose (INVALID_PURPOSE)" },
        { "policy required", "Go", "x509: unhandled critical extension" },
        { "RSA 1024", "curl", "curl: (60) SSL certificate problem: EE certificate key too weak" },
        { "RSA 1024 on the CA", "curl", "curl: (60) SSL certificate problem: CA certificate key too weak" },
        { "SHA-1", "curl", "curl: (60) SSL certificate problem: CA signature digest algorithm too weak" },
        { "critical extension", "Java", "javax.net.ssl.SSLHandshakeException: PKIX path validation failed: " +
            "java.security.cert.CertPathValidatorException: unrecognized critical extension(s)" },
        { "not a CA", "curl", "curl: (60) SSL certificate problem: invalid CA certificate" },
        { "CA without keyCertSign", "Node.js", "key usage does not include certificate signing (UNSPECIFIED)" },
        { "path length", "Go", "x509: too many intermediates for path length constraint" },
        { "name constraint", "curl", "curl: (60) SSL certificate problem: permitted subtree violation" },
        { "bad signature", "Node.js", "certificate signature failure (CERT_SIGNATURE_FAILURE)" },
        { "lax root", "Python 3.13",
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: CA cert does not include key usage extension (_ssl.c)" },
    };

    [Theory]
    [MemberData(nameof(Measured))]
    public void Decides_as_the_real_clients_did(string name, string expected)
    {
        ResultList<ClientVerdict> verdicts = ClientProfiles.Decide(ClientCase.Named(name).Evidence);
        string actual = string.Concat(MeasuredClients.Select(client => verdicts.Single(verdict => verdict.Client == client).Answer switch
        {
            ClientAnswer.Accepts => 'y',
            ClientAnswer.Refuses => 'n',
            _ => 'u',
        }));
        Assert.True(expected == actual, $"{expected} expected, {actual}: " +
            $"{string.Join("; ", verdicts.Select(verdict => $"{verdict.Client} {verdict.Answer} {verdict.Message} {verdict.Reason}"))}");
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Refuses_in_the_words_of_the_real_clients(string name, string client, string words) =>
        Assert.Equal(words, ClientProfiles.Decide(ClientCase.Named(name).Evidence).Single(verdict => verdict.Client == client).Message);

    [Fact]
    public void A_difference_names_its_source_and_every_verdict_is_well_formed()
    {
        foreach ((string name, string _) in Measured.Select(row => row.Data))
        {
            Assert.All(ClientProfiles.Decide(ClientCase.Named(name).Evidence), verdict =>
            {
                Assert.Equal(verdict.Answer == ClientAnswer.Refuses, verdict.Message.Length > 0);
                Assert.DoesNotContain('{', verdict.Message);
                Assert.True(verdict.Answer == ClientAnswer.Accepts || verdict.Reason.Length > 0, $"{name}: {verdict}");
            });
        }

        ClientVerdict go = ClientProfiles.Decide(ClientCase.Named("intermediate as anchor").Evidence)
            .Single(verdict => verdict.Client == "Go");
        Assert.Contains("verify.go", go.Source);
        Assert.Contains("not self-signed", go.Reason);
    }

    [Fact]
    public void What_no_source_says_is_unknown()
    {
        Dictionary<string, ClientAnswer> anchors = Answers(ClientCase.Named("intermediate as anchor").Evidence);
        Assert.Equal(ClientAnswer.Unknown, anchors["macOS"]);
        Assert.All(["Chrome", "Firefox"], client => Assert.Equal(ClientAnswer.Accepts, anchors[client]));
        Assert.Equal(ClientAnswer.Unknown, Answers(ClientCase.Named("common name only").Evidence)["Windows"]);
    }

    [Fact]
    public void It_works_in_the_browser_when_the_missing_intermediate_is_below_a_public_root()
    {
        ClientEvidence evidence = PublicChain(out LabAuthority intermediate);
        Dictionary<string, ClientAnswer> without = Answers(evidence);
        Assert.Equal(ClientAnswer.Refuses, without["curl"]);
        Assert.Equal(ClientAnswer.Refuses, without["Node.js"]);
        Assert.Equal(ClientAnswer.Unknown, without["Chrome"]); // downloads were not asked for
        Assert.Equal(ClientAnswer.Unknown, without["Windows"]);

        Dictionary<string, ClientAnswer> with = Answers(evidence with { Downloaded = [ClientCase.Read(intermediate.Certificate)] });
        Assert.Equal(ClientAnswer.Refuses, with["curl"]);
        Assert.Equal(ClientAnswer.Refuses, with["Node.js"]);
        Assert.Equal(ClientAnswer.Refuses, with["Java"]);
        Assert.Equal(ClientAnswer.Accepts, with["Chrome"]);
        Assert.Equal(ClientAnswer.Accepts, with["Firefox"]);
        Assert.Equal(ClientAnswer.Accepts, with["Windows"]);
        Assert.Equal(ClientAnswer.Accepts, with["macOS"]);
        Assert.Equal(ClientAnswer.Accepts, with[".NET on Linux"]);

        Dictionary<string, ClientAnswer> found = Answers(evidence with { Downloaded = [] });
        Assert.Equal(ClientAnswer.Refuses, found["Chrome"]);
        Assert.Equal(ClientAnswer.Unknown, found["Firefox"]); // it may have been given this intermediate beforehand
        Assert.Equal(ClientAnswer.Refuses, Answers(evidence with { KnownIntermediates = CertificateIndex.Empty })["Firefox"]);
        Assert.Equal(ClientAnswer.Accepts,
            Answers(evidence with { KnownIntermediates = new CertificateIndex([ClientCase.Read(intermediate.Certificate)]) })["Firefox"]);
    }

    [Fact]
    public void A_private_root_in_the_machines_store_says_nothing_about_clients_with_a_store_of_their_own()
    {
        ClientEvidence evidence = ClientCase.Named("ok").Evidence with { AnchorsOf = AnchorScope.Machine };
        ResultList<ClientVerdict> verdicts = ClientProfiles.Decide(evidence);
        Dictionary<string, ClientAnswer> answers = verdicts.ToDictionary(verdict => verdict.Client, verdict => verdict.Answer);
        Assert.All(["curl", "OpenSSL", "Go", "Python 3.13", ".NET on Linux", "GnuTLS"], client =>
            Assert.Equal(ClientAnswer.Accepts, answers[client]));
        Assert.All(["Node.js", "Java", "Chrome", "Firefox", "Windows", "macOS"], client =>
            Assert.Equal(ClientAnswer.Unknown, answers[client]));
        Assert.Contains("NODE_EXTRA_CA_CERTS", verdicts.Single(verdict => verdict.Client == "Node.js").Reason);
    }

    [Fact]
    public void What_is_wrong_with_the_server_is_wrong_for_clients_with_a_store_of_their_own()
    {
        ClientEvidence evidence = ClientCase.Named("wrong name").Evidence;
        Dictionary<string, ClientAnswer> answers =
            Answers(evidence with { AnchorsOf = AnchorScope.Machine, PublicRoots = evidence.Query.Anchors });
        Assert.All(answers.Values, answer => Assert.Equal(ClientAnswer.Refuses, answer));
    }

    [Fact]
    public void A_root_that_only_this_machine_lacks_is_in_the_clients_own_store()
    {
        ClientEvidence evidence = ClientCase.Named("ok").Evidence;
        Dictionary<string, ClientAnswer> answers = Answers(evidence with
        {
            AnchorsOf = AnchorScope.Machine,
            PublicRoots = evidence.Query.Anchors,
            Query = evidence.Query with { Anchors = CertificateIndex.Empty },
        });
        Assert.Equal(ClientAnswer.Refuses, answers["curl"]);
        Assert.All(["Node.js", "Java", "Chrome", "Firefox"], client => Assert.Equal(ClientAnswer.Accepts, answers[client]));
    }

    [Fact]
    public void No_browser_brings_the_intermediates_of_a_private_root()
    {
        ClientEvidence evidence = ClientCase.Named("missing intermediate").Evidence;
        Assert.Equal(ClientAnswer.Refuses, Answers(evidence with { PublicRoots = CertificateIndex.Empty })["Firefox"]);
        Assert.Equal(ClientAnswer.Unknown, Answers(evidence with { PublicRoots = evidence.Query.Anchors })["Firefox"]);
    }

    [Fact]
    public void What_is_not_known_of_a_client_does_not_hide_what_is()
    {
        ClientEvidence weak = ClientCase.Named("RSA 1024").Evidence with { AnchorsOf = AnchorScope.Machine };
        Assert.Equal(ClientAnswer.Unknown, Answers(weak)["Node.js before 24"]);
        Assert.Equal(ClientAnswer.Refuses,
            Answers(weak with { Query = weak.Query with { HostName = "other.example" },
                PublicRoots = weak.Query.Anchors })["Node.js before 24"]);
    }

    [Fact]
    public void Two_sides_of_a_version_that_changed_the_rules_have_rows_of_their_own()
    {
        Dictionary<string, ClientAnswer> answers = Answers(ClientCase.Named("RSA 1024").Evidence);
        Assert.Equal((ClientAnswer.Accepts, ClientAnswer.Refuses), (answers["Node.js before 24"], answers["Node.js"]));
    }

    [Theory]
    [InlineData(RevocationChannel.Staple, "Chrome", "Firefox", "GnuTLS")]
    [InlineData(RevocationChannel.Responder, "Firefox")]
    [InlineData(RevocationChannel.List)]
    public void A_revocation_is_seen_by_those_who_hear_of_it(RevocationChannel channel, params string[] refusing)
    {
        ClientEvidence evidence = ClientCase.Named("ok").Evidence;
        ClientVerdict[] after =
            [.. ClientProfiles.Decide(evidence with { Revoked = [channel] }).Where(verdict => verdict.Answer == ClientAnswer.Refuses)];
        Assert.Equal(refusing, after.Select(verdict => verdict.Client).Order(StringComparer.Ordinal));
        Assert.All(after, verdict => Assert.Contains("revoked", verdict.Message, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(90, true, ClientAnswer.Accepts)]
    [InlineData(825, true, ClientAnswer.Accepts)]
    [InlineData(826, true, ClientAnswer.Refuses)]
    [InlineData(90, false, ClientAnswer.Refuses)]
    public void Apples_published_rules_count_for_macOS(int days, bool namesServers, ClientAnswer expected)
    {
        DateTimeOffset now = ClientCase.FixedNow;
        LabAuthority root = LabAuthority.CreateRoot("CN=Apple Root", now);
        LabCertificate leaf = root.Issue(new CertificateSpec
        {
            Subject = "CN=localhost",
            DnsNames = ["localhost"],
            NotBefore = now.AddDays(-1),
            NotAfter = now.AddDays(days - 1),
            ExtendedKeyUsages = namesServers ? ["1.3.6.1.5.5.7.3.1"] : [],
        });
        Dictionary<string, ClientAnswer> answers = Answers(new ClientCase(leaf, [], [root.Certificate], now).Evidence);
        Assert.Equal(expected, answers["macOS"]);
        Assert.Equal(ClientAnswer.Accepts, answers["curl"]);
    }

    [Fact]
    public void A_certificate_that_can_not_be_parsed_ends_it_for_those_who_parse_all_they_are_sent()
    {
        Dictionary<string, ClientAnswer> answers = Answers(ClientCase.Named("ok").Evidence with { Unreadable = "no DER" });
        Assert.All(MeasuredClients, client => Assert.Equal(ClientAnswer.Refuses, answers[client]));
        Assert.All(["Chrome", "Firefox"], client => Assert.Equal(ClientAnswer.Accepts, answers[client]));
    }

    [Fact]
    public void An_old_protocol_ends_it_before_any_certificate()
    {
        ResultList<ClientVerdict> verdicts = ClientProfiles.Decide(ClientCase.Named("ok").Evidence with { Protocol = "TLS 1.1" });
        Dictionary<string, ClientAnswer> answers = verdicts.ToDictionary(verdict => verdict.Client, verdict => verdict.Answer);
        Assert.All(["curl", "OpenSSL", "Python 3.13", "Node.js", "Go", "Java", "Chrome", "Firefox"], client =>
            Assert.Equal(ClientAnswer.Refuses, answers[client]));
        Assert.Equal(ClientAnswer.Accepts, answers["GnuTLS"]);
    }

    [Theory]
    [InlineData("TLS_AES_128_GCM_SHA256", ClientAnswer.Refuses)]
    [InlineData("TLS_RSA_WITH_AES_128_GCM_SHA256", ClientAnswer.Accepts)]
    [InlineData(null, ClientAnswer.Accepts)]
    public void A_key_that_may_not_sign_is_refused_by_Java_where_it_signs(string? suite, ClientAnswer java)
    {
        Dictionary<string, ClientAnswer> answers = Answers(ClientCase.Named("key encipherment only").Evidence with { CipherSuite = suite });
        Assert.Equal(java, answers["Java"]);
        Assert.Equal(ClientAnswer.Accepts, answers["curl"]);
        Assert.Equal(ClientAnswer.Accepts, answers["GnuTLS"]);
        Assert.Equal(java, answers["Chrome"]);
    }

    [Theory]
    [InlineData("TLS_RSA_WITH_AES_128_GCM_SHA256", ".NET on Linux", "Go", "Python 3.13", "Python before 3.13")]
    [InlineData("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", ".NET on Linux", "Python 3.13", "Python before 3.13")]
    [InlineData("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "GnuTLS", "Go")]
    [InlineData("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", ".NET on Linux", "Go")]
    [InlineData("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")]
    public void A_suite_that_a_client_lacks_leaves_it_open_whether_it_gets_in(string suite, params string[] open)
    {
        ClientEvidence evidence = ClientCase.Named("ok").Evidence;
        Dictionary<string, ClientAnswer> before = Answers(evidence), after = Answers(evidence with { CipherSuite = suite });
        Assert.Equal(open, after.Keys.Where(client => after[client] != before[client]).Order(StringComparer.Ordinal));
        Assert.All(open, client => Assert.Equal(ClientAnswer.Unknown, after[client]));
    }

    private static Dictionary<string, ClientAnswer> Answers(ClientEvidence evidence) =>
        ClientProfiles.Decide(evidence).ToDictionary(verdict => verdict.Client, verdict => verdict.Answer);

    /// <summary>
    /// A leaf below an intermediate that was not sent, with its URL, below a root that is publicly known and in the store.
    /// </summary>
    private static ClientEvidence PublicChain(out LabAuthority intermediate)
    {
        LabAuthority root = LabAuthority.CreateRoot("CN=Public Root", ClientCase.FixedNow);
        intermediate = root.IssueAuthority("CN=Public Intermediate");
        LabCertificate leaf =
            intermediate.Issue(
                new CertificateSpec { Subject = "CN=localhost", DnsNames = ["localhost"], CaIssuersUrls = ["http://127.0.0.1/i.der"] });
        Certificate server = ClientCase.Read(leaf);
        CertificateIndex anchors = new([ClientCase.Read(root.Certificate)]);
        return new ClientEvidence
        {
            AnchorsOf = AnchorScope.Machine,
            PublicRoots = anchors,
            Query = new PathQuery { Leaf = server, Presented = [server], Anchors = anchors, HostName = "localhost",
                At = ClientCase.FixedNow.UtcDateTime },
        };
    }
}

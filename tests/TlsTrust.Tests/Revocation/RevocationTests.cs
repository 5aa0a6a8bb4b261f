using System.Security.Cryptography;
using System.Text;
using BcCertificate = Org.BouncyCastle.X509.X509Certificate;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using TlsTrust.Certificates;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Connections.Downloads;
using TlsTrust.Lab.Pki;
using TlsTrust.Revocation;
using TlsTrust.Tests.Certificates;
using TlsTrust.Tests.Issuers;

namespace TlsTrust.Tests.Revocation;

/// <summary>Answers are made by BouncyCastle, so that another implementation says what a right answer is.</summary>
public sealed class RevocationTests
{
    private static readonly DateTime Now = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly LabAuthority Ca = LabAuthority.CreateRoot("CN=OCSP CA", Now);
    private static readonly LabAuthority Other = LabAuthority.CreateRoot("CN=OCSP Other", Now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static LabCertificate Leaf(params string[] ocsp) =>
        Ca.Issue(new CertificateSpec { Subject = "CN=leaf", DnsNames = ["leaf.test"], OcspUrls = ocsp,
            SerialNumber = new byte[] { 0x80, 1, 2, 3 } });

    private static BcCertificate Bc(ReadOnlyMemory<byte> der) => new X509CertificateParser().ReadCertificate(der.ToArray());

    private static byte[] Response(
        LabCertificate leaf, LabCertificate issuer, LabCertificate signer, CertificateStatus? status = null, DateTime? thisUpdate = null,
            DateTime? nextUpdate = null, bool byKey = false, bool includeSigner = false)
    {
        CertificateID id =
            new(new AlgorithmIdentifier(OiwObjectIdentifiers.IdSha1, DerNull.Instance), Bc(issuer.Der), Bc(leaf.Der).SerialNumber);
        BasicOcspRespGenerator generator = byKey ? new(Bc(signer.Der).GetPublicKey()) : new(new RespID(Bc(signer.Der).SubjectDN));
        generator.AddResponse(id, status ?? CertificateStatus.Good, thisUpdate ?? Now.AddHours(-1), nextUpdate ?? Now.AddDays(1), null);
        BasicOcspResp basic = generator.Generate(
            new Asn1SignatureFactory("SHA256WITHECDSA", PrivateKey(signer)), includeSigner ? [Bc(signer.Der)] : null, Now);
        return new OCSPRespGenerator().Generate(OCSPRespGenerator.Successful, basic).GetEncoded();
    }

    private static Org.BouncyCastle.Crypto.AsymmetricKeyParameter PrivateKey(LabCertificate certificate)
    {
        using ECDsa key = TestKeys.Ecdsa();
        key.ImportFromPem(certificate.KeyPem);
        return PrivateKeyFactory.CreateKey(key.ExportPkcs8PrivateKey());
    }

    private static async Task<RevocationResult> Check(LabCertificate leaf, RevocationMode mode, byte[]? stapled = null,
        bool allowPrivate = true, params CertificateRevocationList[] crls)
    {
        using RevocationChecker checker = new(new CertificateUrlOptions { FetchTimeout = TimeSpan.FromSeconds(2) });
        return Assert.Single(await checker.CheckAsync(
            new() { Path = [Certificate.Parse(leaf.Der), Certificate.Parse(Ca.Certificate.Der)], Mode = mode, At = Now,
                StapledOcsp = stapled ?? [], Reach = allowPrivate ? FetchReach.Loopback : FetchReach.Public, Crls = crls },
            Cancellation));
    }

    [Fact]
    public void A_request_is_what_BouncyCastle_reads_as_about_the_certificate()
    {
        LabCertificate leaf = Leaf();

        OcspReq request = new(OcspRequest.Build(Certificate.Parse(leaf.Der), Certificate.Parse(Ca.Certificate.Der)));

        CertificateID id = Assert.Single(request.GetRequestList()).GetCertID();
        Assert.True(id.MatchesIssuer(Bc(Ca.Certificate.Der)));
        Assert.Equal(Bc(leaf.Der).SerialNumber, id.SerialNumber);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stapled_good_answer_of_the_issuer_is_good(bool byKey)
    {
        LabCertificate leaf = Leaf();

        RevocationResult result = await Check(leaf, RevocationMode.Offline, Response(leaf, Ca.Certificate, Ca.Certificate, byKey: byKey));

        Assert.Equal(RevocationStatus.Good, result.Status);
        Assert.Equal("stapled OCSP", result.Source);
    }

    [Fact]
    public async Task Revoked_answer_carries_time_and_reason()
    {
        LabCertificate leaf = Leaf();

        RevocationResult result =
            await Check(leaf, RevocationMode.Offline,
                Response(leaf, Ca.Certificate, Ca.Certificate, new RevokedStatus(Now.AddDays(-3), CrlReason.KeyCompromise)));

        Assert.Equal(RevocationStatus.Revoked, result.Status);
        Assert.Equal(RevocationReason.KeyCompromise, result.Reason);
        Assert.Equal(Now.AddDays(-3), result.RevokedAt);
    }

    [Fact]
    public async Task Delegated_responder_counts_when_the_issuer_certified_it_for_that()
    {
        LabCertificate leaf = Leaf();
        LabCertificate responder = Ca.Issue(new CertificateSpec { Subject = "CN=responder", ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.9"] });
        LabCertificate notForOcsp = Ca.Issue(new CertificateSpec { Subject = "CN=no responder" });
        LabCertificate ofAnother = Other.Issue(new CertificateSpec { Subject = "CN=responder", ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.9"] });
        LabCertificate expired =
            Ca.Issue(new CertificateSpec { Subject = "CN=responder", ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.9"], NotAfter = Now.AddDays(-1),
                NotBefore = Now.AddDays(-9) });

        Assert.Equal(RevocationStatus.Good,
            (await Check(leaf, RevocationMode.Offline, Response(leaf, Ca.Certificate, responder, includeSigner: true))).Status);
        Assert.Equal(RevocationStatus.Unknown,
            (await Check(leaf, RevocationMode.Offline, Response(leaf, Ca.Certificate, responder))).Status);
        Assert.Equal(RevocationStatus.Unknown,
            (await Check(leaf, RevocationMode.Offline, Response(leaf, Ca.Certificate, notForOcsp, includeSigner: true))).Status);
        Assert.Equal(RevocationStatus.Unknown,
            (await Check(leaf, RevocationMode.Offline, Response(leaf, Ca.Certificate, ofAnother, includeSigner: true))).Status);
        Assert.Equal(RevocationStatus.Unknown,
            (await Check(leaf, RevocationMode.Offline, Response(leaf, Ca.Certificate, expired, includeSigner: true))).Status);
    }

    [Fact]
    public async Task Answers_that_are_old_from_the_future_about_another_or_changed_prove_nothing()
    {
        LabCertificate leaf = Leaf();
        LabCertificate another = Ca.Issue(new CertificateSpec { Subject = "CN=another", DnsNames = ["another.test"] });
        byte[] good = Response(leaf, Ca.Certificate, Ca.Certificate);
        byte[] changed = [.. good];
        changed[^10] ^= 1;
        byte[][] bad =
        [
            Response(leaf, Ca.Certificate, Ca.Certificate, thisUpdate: Now.AddDays(-3), nextUpdate: Now.AddDays(-1)),
            Response(leaf, Ca.Certificate, Ca.Certificate, thisUpdate: Now.AddDays(1), nextUpdate: Now.AddDays(2)),
            Response(another, Ca.Certificate, Ca.Certificate),
            Response(leaf, Ca.Certificate, Other.Certificate, includeSigner: true),
            new OCSPRespGenerator().Generate(OCSPRespGenerator.TryLater, null).GetEncoded(),
            changed,
            good[..^1],
            [0x30, 0x03, 0x0A, 0x01, 0x00],
            "no OCSP"u8.ToArray(),
        ];

        foreach (byte[] response in bad)
        {
            RevocationResult result = await Check(leaf, RevocationMode.Offline, response);
            Assert.Equal(RevocationStatus.Unknown, result.Status);
            Assert.NotEmpty(result.Attempts);
        }
    }

    [Fact]
    public async Task Responder_is_asked_by_GET_and_by_POST_where_it_takes_no_GET()
    {
        await using AiaServer get = new(), post = new();
        LabCertificate byGet = Leaf(get.Url("/ocsp")), byPost = Leaf(post.Url("/ocsp"));
        get.Serve("/ocsp/*", Response(byGet, Ca.Certificate, Ca.Certificate));
        post.Serve("/ocsp", Response(byPost, Ca.Certificate, Ca.Certificate));

        RevocationResult first = await Check(byGet, RevocationMode.Online), second = await Check(byPost, RevocationMode.Online);

        Assert.Equal(RevocationStatus.Good, first.Status);
        Assert.StartsWith("GET /ocsp/", Assert.Single(get.Requests), StringComparison.Ordinal);
        Assert.Equal(RevocationStatus.Good, second.Status);
        Assert.StartsWith("POST /ocsp", post.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_to_ask_is_unknown_and_never_revoked()
    {
        await using AiaServer server = new();
        RevocationResult silent = await Check(Leaf(server.Silent("/ocsp/*")), RevocationMode.Online);
        RevocationResult nothing = await Check(Leaf(), RevocationMode.Online);
        RevocationResult refused = await Check(Leaf(server.Url("/ocsp")), RevocationMode.Online, allowPrivate: false);
        RevocationResult none = await Check(Leaf(server.Url("/ocsp")), RevocationMode.None);

        Assert.Equal([RevocationStatus.Unknown, RevocationStatus.Unknown, RevocationStatus.Unknown],
            [silent.Status, nothing.Status, refused.Status]);
        Assert.Contains("not a public address", Assert.Single(refused.Attempts), StringComparison.Ordinal);
        Assert.Equal(RevocationStatus.NotAsked, none.Status);
    }

    [Fact]
    public async Task CRL_of_the_issuer_says_good_or_revoked_and_others_say_nothing()
    {
        LabCertificate leaf = Leaf();

        Assert.Equal(RevocationStatus.Good, (await Check(leaf, RevocationMode.Offline, null, true, Crl(Ca.Certificate))).Status);
        RevocationResult revoked = await Check(leaf, RevocationMode.Offline, null, true, Crl(Ca.Certificate, leaf));
        Assert.Equal(RevocationStatus.Revoked, revoked.Status);
        Assert.Equal("given CRL", revoked.Source);
        Assert.Equal(RevocationStatus.Unknown,
            (await Check(leaf, RevocationMode.Offline, null, true, Crl(Other.Certificate, leaf))).Status);
        Assert.Equal(RevocationStatus.Unknown,
            (await Check(leaf, RevocationMode.Offline, null, true, Crl(Ca.Certificate, null, Now.AddDays(-5), Now.AddDays(-1)))).Status);
        Assert.Equal(RevocationStatus.Unknown,
            (await Check(leaf, RevocationMode.Offline, null, true, Crl(Ca.Certificate, leaf, signer: Other.Certificate))).Status);
    }

    [Theory]
    [InlineData(2, 1, true, "with its delta")]
    [InlineData(2, 1, false, "with its delta")]
    [InlineData(1, 1, true, "no newer")]
    [InlineData(3, 2, true, "does not build upon")]
    [InlineData(2, null, true, "no delta CRL")]
    public async Task The_delta_that_a_certificate_names_is_fetched_and_counts(int number, int? builtUpon, bool lists, string said)
    {
        await using AiaServer server = new();
        byte[] point = Encoding.ASCII.GetBytes(server.Url("/delta.crl"));
        byte[] uri = [0x86, (byte)point.Length, .. point];
        byte[] form = [0xA0, (byte)(uri.Length + 2), 0xA0, (byte)uri.Length, .. uri];
        LabCertificate leaf = Ca.Issue(new CertificateSpec
        {
            Subject = "CN=leaf",
            DnsNames = ["leaf.test"],
            CrlUrls = [server.Url("/complete.crl")],
            Extensions = [new System.Security.Cryptography.X509Certificates.X509Extension("2.5.29.46",
                [0x30, (byte)(form.Length + 2), 0x30, (byte)form.Length, .. form], false)],
        });
        server.Serve("/complete.crl", Crl(Ca.Certificate, number: 1).RawData);
        server.Serve("/delta.crl", Crl(Ca.Certificate, lists ? leaf : null, number: number, builtUpon: builtUpon).RawData);

        RevocationResult result = await Check(leaf, RevocationMode.Online);

        bool counts = said == "with its delta";
        Assert.Equal(counts && lists ? RevocationStatus.Revoked : RevocationStatus.Good, result.Status);
        Assert.Contains(said, counts ? result.Source : string.Join('\n', result.Attempts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_revoked_stays_revoked_whatever_else_is_at_hand()
    {
        LabCertificate leaf = Leaf();
        RevokedStatus revoked = new(Now.AddDays(-3), CrlReason.KeyCompromise);
        byte[] good = Response(leaf, Ca.Certificate, Ca.Certificate);
        byte[] bad = Response(leaf, Ca.Certificate, Ca.Certificate, revoked);
        CertificateRevocationList lists = Crl(Ca.Certificate, leaf, Now.AddHours(-9)), clears = Crl(Ca.Certificate);
        (byte[]? Staple, CertificateRevocationList[] Lists)[] hands =
        [
            (good, [lists]), (good, [clears, lists]), (good, [lists, clears]), (bad, [clears]), (null, [clears, lists]),
            (null, [lists, clears]),
        ];
        foreach ((byte[]? staple, CertificateRevocationList[] crls) in hands)
        {
            RevocationResult result = await Check(leaf, RevocationMode.Offline, staple, crls: crls);
            Assert.Equal(RevocationStatus.Revoked, result.Status);
        }

        // An answer that says both: revoked, in either order.
        Assert.Equal(RevocationStatus.Revoked,
            (await Check(leaf, RevocationMode.Offline, Both(leaf, [CertificateStatus.Good, revoked]))).Status);
        Assert.Equal(RevocationStatus.Revoked,
            (await Check(leaf, RevocationMode.Offline, Both(leaf, [revoked, CertificateStatus.Good]))).Status);

        Assert.Equal(RevocationStatus.Good, (await Check(leaf, RevocationMode.Offline, good, crls: clears)).Status);
    }

    [Fact]
    public async Task A_hold_that_a_newer_list_lifts_is_lifted()
    {
        LabCertificate leaf = Leaf();
        byte[] hold = Response(leaf, Ca.Certificate, Ca.Certificate, new RevokedStatus(Now.AddDays(-3), CrlReason.CertificateHold));

        Assert.Equal(RevocationStatus.Good,
            (await Check(leaf, RevocationMode.Offline, hold, crls: Crl(Ca.Certificate, thisUpdate: Now.AddMinutes(-5)))).Status);
        Assert.Equal(RevocationStatus.Revoked,
            (await Check(leaf, RevocationMode.Offline, hold, crls: Crl(Ca.Certificate, thisUpdate: Now.AddHours(-9)))).Status);
    }

    private static byte[] Both(LabCertificate leaf, CertificateStatus[] statuses)
    {
        CertificateID id = new(new AlgorithmIdentifier(OiwObjectIdentifiers.IdSha1, DerNull.Instance), Bc(Ca.Certificate.Der),
            Bc(leaf.Der).SerialNumber);
        BasicOcspRespGenerator generator = new(new RespID(Bc(Ca.Certificate.Der).SubjectDN));
        foreach (CertificateStatus status in statuses)
        {
            generator.AddResponse(id, status, Now.AddHours(-1), Now.AddDays(1), null);
        }

        return new OCSPRespGenerator().Generate(OCSPRespGenerator.Successful,
            generator.Generate(new Asn1SignatureFactory("SHA256WITHECDSA", PrivateKey(Ca.Certificate)), null, Now)).GetEncoded();
    }

    private static CertificateRevocationList Crl(LabCertificate issuer, LabCertificate? revoked = null, DateTime? thisUpdate = null,
        DateTime? nextUpdate = null, LabCertificate? signer = null, int? number = null, int? builtUpon = null)
    {
        X509V2CrlGenerator generator = new();
        if (number is { } own)
        {
            generator.AddExtension(X509Extensions.CrlNumber, critical: false, new CrlNumber(BigInteger.ValueOf(own)));
        }

        if (builtUpon is { } start)
        {
            generator.AddExtension(X509Extensions.DeltaCrlIndicator, critical: true, new CrlNumber(BigInteger.ValueOf(start)));
        }

        generator.SetIssuerDN(Bc(issuer.Der).SubjectDN);
        generator.SetThisUpdate(thisUpdate ?? Now.AddHours(-1));
        generator.SetNextUpdate(nextUpdate ?? Now.AddDays(1));
        if (revoked is not null)
        {
            generator.AddCrlEntry(Bc(revoked.Der).SerialNumber, Now.AddDays(-2), CrlReason.Superseded);
        }

        generator.AddCrlEntry(BigInteger.ValueOf(4711), Now.AddDays(-2), CrlReason.KeyCompromise);
        return ForgedCrls.Sign(generator, PrivateKey(signer ?? issuer));
    }
}

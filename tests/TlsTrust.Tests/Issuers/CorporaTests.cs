using Org.BouncyCastle.Security;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Connections.Downloads;
using TlsTrust.Issuers;
using TlsTrust.Paths;
using TlsTrust.Stores;
using BcCertificate = Org.BouncyCastle.X509.X509Certificate;

namespace TlsTrust.Tests.Issuers;

public sealed class CorporaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task For_each_public_intermediate_whose_issuer_is_in_the_pool_the_issuer_is_found()
    {
        // A few entries are self-signed: they are their own issuers.
        Certificate[] intermediates = [.. Read("intermediates.pem").Where(certificate => !certificate.IsSelfSigned)];
        Certificate[] roots = Read("roots.pem");
        TrustStore store = new("roots.pem", roots.Select(root => new StoredCertificate(root, CertificateOrigin.File("roots.pem"))));
        IssuerFinder finder = new(new IssuerSources
        {
            Local = [IssuerSource.From(IssuerSourceKind.File, "intermediates.pem", intermediates)],
            PublicRoots = new PublicRootSet("roots.pem", new DateOnly(2026, 7, 1), roots),
        });
        List<Certificate> without = [];
        List<(Certificate Child, Certificate Issuer)> pairs = [];
        int complete = 0;
        foreach (Certificate intermediate in TestKeys.Some(intermediates))
        {
            IssuerSearchResult result =
                await finder.FindAsync(
                    new IssuerQuery { Child = intermediate, Store = store, At = new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc) },
                        Cancellation);
            if (result.Best is { } best)
            {
                complete += best.End == LeadsTo.StoreAnchor ? 1 : 0;
                pairs.Add((intermediate, best.Issuers[0].Certificate));
            }
            else
            {
                without.Add(intermediate);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{intermediates.Length} intermediates, {pairs.Count} found, {complete} up to a root of the store");
        Assert.True(complete > TestKeys.Usual(700), $"{complete}");
        Assert.Empty(WithIssuerByBouncyCastle(without, [.. intermediates, .. roots]));
        Org.BouncyCastle.X509.X509CertificateParser parser = new();
        Assert.All(pairs, pair =>
            Assert.True(
                Verifies(parser.ReadCertificate(pair.Child.RawData.ToArray()), parser.ReadCertificate(pair.Issuer.RawData.ToArray()))));
    }

    [Fact]
    public async Task Behind_their_real_URLs_the_issuers_are_found_in_every_form_and_each_misbehaving_server_costs_its_limit_and_no_more()
    {
        Certificate[] intermediates = [.. Read("intermediates.pem").Where(certificate => !certificate.IsSelfSigned)];
        Certificate[] roots = Read("roots.pem");
        CertificateIndex pool = new([.. intermediates, .. roots]);
        await using AiaServer server = new();
        Dictionary<string, (Certificate Issuer, int Behaviour)> published = new(StringComparer.Ordinal);
        foreach (Certificate child in intermediates)
        {
            if (child.CaIssuersUrls is [var url] && url.StartsWith("http://", StringComparison.Ordinal) && published.Count < 60
                && !published.ContainsKey(new Uri(url).AbsoluteUri)
                && pool.IssuersOf(child).FirstOrDefault(issuer => child.VerifySignature(issuer) == SignatureStatus.Valid) is { } issuer)
            {
                published[new Uri(url).AbsoluteUri] = (issuer, Publish(server, new Uri(url).AbsoluteUri, issuer, published.Count));
            }
        }

        TableDialer dialer = new() { Target = new(System.Net.IPAddress.Loopback, server.Port) };
        using AiaClient aia =
            new(new() { Dialer = dialer, Resolver = new TableResolver { Others = "8.8.8.8" }, FetchTimeout = TimeSpan.FromSeconds(3) });
        TrustStore empty = new("empty", []);
        PublicRootSet nobody = new("nobody", default, []);
        int found = 0, refused = 0;
        foreach (Certificate child in intermediates.Where(child =>
            child.CaIssuersUrls is [var url] && Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
                && published.ContainsKey(uri.AbsoluteUri)))
        {
            (Certificate issuer, int behaviour) = published[new Uri(child.CaIssuersUrls[0]).AbsoluteUri];
            bool signed = child.VerifySignature(issuer) == SignatureStatus.Valid;
            IssuerSearchResult result = await new IssuerFinder(new() { Aia = aia, PublicRoots = nobody })
                .FindAsync(new() { Child = child, Presented = [child], Store = empty, At = DateTime.UtcNow }, Cancellation);
            IssuerAttempt attempt = result.Attempts.First(attempt => attempt.Source == IssuerSourceKind.Download);
            if (behaviour <= 3 && signed)
            {
                Assert.Equal(issuer, result.Best?.Issuers[0].Certificate);
                found++;
            }
            else
            {
                Assert.Null(result.Best);
                Assert.True(behaviour <= 3 || attempt.Outcome.Length > 0);
                refused++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{found} found, {refused} refused, {aia.Requests} requests for {published.Count} URLs");
        Assert.True(found > 40, $"{found}");
        Assert.Equal(server.Requests.Count, server.Requests.Distinct().Count());
        Assert.All(dialer.Dialled, address => Assert.Equal("8.8.8.8:80", address));
    }

    // 0 DER, 1 PEM, 2 PKCS#7, 3 slow, 4 not there, 5 endless, 6 to a file, 7 to the metadata service.
    private static int Publish(AiaServer server, string url, Certificate issuer, int number)
    {
        int behaviour = number switch { 11 => 3, 13 or 29 => 4, 17 => 5, 19 => 6, 23 => 7, _ => number % 3 };
        switch (behaviour)
        {
            case 0:
                server.Serve(url, issuer.RawData);
                break;
            case 1:
                server.Serve(url, System.Text.Encoding.ASCII.GetBytes(issuer.ToPem()));
                break;
            case 2:
                using (System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = issuer.ToX509Certificate2())
                {
                    server.Serve(url,
                        new System.Security.Cryptography.X509Certificates.X509Certificate2Collection(certificate).ToPkcs7());
                }

                break;
            case 3:
                server.Handle(url, async (stream, _, cancellation) =>
                {
                    await Task.Delay(300, cancellation);
                    await stream.WriteAsync(
                        System.Text.Encoding.ASCII.GetBytes(
                            $"HTTP/1.1 200 OK\r\nContent-Length: {issuer.RawData.Length}\r\nConnection: close\r\n\r\n"), cancellation);
                    await stream.WriteAsync(issuer.RawData, cancellation);
                });
                break;
            case 5:
                server.Endless(url);
                break;
            case 6:
                server.Redirect(url, "file:///etc/passwd");
                break;
            case 7:
                server.Redirect(url, "http://169.254.169.254/latest/meta-data/");
                break;
        }

        return behaviour;
    }

    private static Certificate[] Read(string name) =>
        [.. CertificateFile.Read(Corpora.Require(name)).Certificates.Select(located => located.Certificate)];

    // Another implementation says which have an issuer: by the very bytes of the name, and by signature.
    private static HashSet<Certificate> WithIssuerByBouncyCastle(IEnumerable<Certificate> children, IEnumerable<Certificate> pool)
    {
        Org.BouncyCastle.X509.X509CertificateParser parser = new();
        ILookup<string, (Certificate Certificate, BcCertificate Other)> bySubject = pool.Distinct()
            .Select(certificate => (certificate, parser.ReadCertificate(certificate.RawData.ToArray())))
            .ToLookup(pair => Convert.ToHexString(pair.certificate.Subject.RawData.Span));
        HashSet<Certificate> with = [];
        foreach (Certificate child in children)
        {
            BcCertificate other = parser.ReadCertificate(child.RawData.ToArray());
            if (bySubject[Convert.ToHexString(child.Issuer.RawData.Span)]
                .Any(candidate =>
                    !candidate.Certificate.Equals(child) && candidate.Other.GetBasicConstraints() >= 0 && Verifies(other, candidate.Other)))
            {
                with.Add(child);
            }
        }

        return with;
    }

    private static bool Verifies(BcCertificate child, BcCertificate issuer)
    {
        try
        {
            child.Verify(issuer.GetPublicKey());
            return true;
        }
        catch (Exception fault)
            when (fault is InvalidKeyException or SignatureException or Org.BouncyCastle.Security.Certificates.CertificateException
                or GeneralSecurityException)
        {
            return false;
        }
    }
}

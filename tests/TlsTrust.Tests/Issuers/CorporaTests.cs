using System.Diagnostics;
using Org.BouncyCastle.Security;
using TlsTrust.Certificates;
using TlsTrust.Issuers;
using TlsTrust.Pem;
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
        HashSet<Certificate> expected = WithIssuerByBouncyCastle(intermediates, [.. intermediates, .. roots]);

        Stopwatch watch = Stopwatch.StartNew();
        TrustStore store = new("roots.pem", roots.Select(root => new StoredCertificate(root, "roots.pem")));
        IssuerFinder finder = new(new IssuerSources
        {
            Local = [IssuerSource.From(IssuerSourceKind.File, "intermediates.pem", intermediates)],
            PublicRoots = new PublicRootSet("roots.pem", new DateOnly(2026, 7, 1), roots),
        });
        HashSet<Certificate> found = [];
        List<(Certificate Child, Certificate Issuer)> pairs = [];
        int complete = 0;
        foreach (Certificate intermediate in intermediates)
        {
            IssuerSearchResult result = await finder.FindAsync(new IssuerQuery { Child = intermediate, Store = store, At = new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc) }, Cancellation);
            if (result.Best is { } best)
            {
                found.Add(intermediate);
                complete += best.End == LeadEnd.StoreAnchor ? 1 : 0;
                pairs.Add((intermediate, best.Issuers[0].Certificate));
            }
        }

        watch.Stop();
        TestContext.Current.TestOutputHelper?.WriteLine($"{intermediates.Length} intermediates, {expected.Count} with an issuer in the pool, {found.Count} found, {complete} up to a root of the store, {watch.ElapsedMilliseconds} ms");
        Assert.Empty(expected.Except(found));
        Org.BouncyCastle.X509.X509CertificateParser parser = new();
        Assert.All(pairs, pair => Assert.True(Verifies(parser.ReadCertificate(pair.Child.RawData.ToArray()), parser.ReadCertificate(pair.Issuer.RawData.ToArray()))));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"{watch.Elapsed}");
    }

    private static Certificate[] Read(string name)
    {
        Corpus.SkipWhereAbsent(name);
        return [.. CertificateFile.Read(Corpus.Path(name)).Certificates.Select(located => located.Certificate)];
    }

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
            if (bySubject[Convert.ToHexString(child.Issuer.RawData.Span)].Any(candidate => !candidate.Certificate.Equals(child) && candidate.Other.GetBasicConstraints() >= 0 && Verifies(other, candidate.Other)))
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
        catch (Exception fault) when (fault is InvalidKeyException or SignatureException or Org.BouncyCastle.Security.Certificates.CertificateException or GeneralSecurityException)
        {
            return false;
        }
    }
}

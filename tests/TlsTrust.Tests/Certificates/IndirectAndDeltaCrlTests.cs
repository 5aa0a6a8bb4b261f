using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.X509;
using TlsTrust.Certificates;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using static TlsTrust.Tests.Certificates.ForgedCertificates;
using static TlsTrust.Tests.Certificates.ForgedCrls;
using BouncyPoint = Org.BouncyCastle.Asn1.X509.DistributionPoint;
using BouncyPointName = Org.BouncyCastle.Asn1.X509.DistributionPointName;
using GeneralName = Org.BouncyCastle.Asn1.X509.GeneralName;

namespace TlsTrust.Tests.Certificates;

/// <summary>CRLs that another issues for a CA, and CRLs that hold only what changed (RFC 5280 §5.2.4, §5.2.5, §6.3.3).</summary>
public class IndirectAndDeltaCrlTests
{
    private static readonly Certificate Issuer = Root("Big CA");
    private static readonly Certificate Lists = Authority("Lists", "Big CA");
    private static readonly Certificate Named =
        Issue(new Forgery { Subject = "named.example", Issuer = "Big CA", DnsNames = ["named.example"], Extensions = [ListedBy("Lists")] });
    private static readonly Certificate Plain = Server("plain.example", "Big CA");

    [Fact]
    public void An_indirect_CRL_revokes_what_names_its_issuer()
    {
        Assert.Equal(PathRule.Revoked, ErrorOf(Named, [Indirect(Named)]));
        Assert.Null(ErrorOf(Named, [Indirect(Plain)]));
    }

    [Fact]
    public void An_indirect_CRL_is_not_about_what_does_not_name_its_issuer() => Assert.Null(ErrorOf(Plain, [Indirect(Plain)]));

    [Fact]
    public void An_indirect_CRL_that_nobody_vouches_for_is_not_used_and_that_is_said()
    {
        PathSearchResult result = Search(Named, [Indirect(Named)], presented: []);

        Assert.Contains(result.Path!.Warnings, warning =>
            warning.Rule == PathRule.RevocationUnknown
                && warning.Message.Contains("no key of its issuer is known", StringComparison.Ordinal));
    }

    [Fact]
    public void A_delta_adds_to_the_CRL_that_it_builds_upon_and_takes_a_hold_back()
    {
        CertificateRevocationList complete = Make("Big CA", 3, null, null);
        CertificateRevocationList held = Make("Big CA", 3, null, null, (Plain, CrlReason.CertificateHold));
        Assert.Null(ErrorOf(Plain, [complete]));
        Assert.Equal(PathRule.Revoked, ErrorOf(Plain, [complete, Make("Big CA", 4, 3, null, (Plain, CrlReason.KeyCompromise))]));
        Assert.Equal(PathRule.Revoked, ErrorOf(Plain, [held]));
        Assert.Null(ErrorOf(Plain, [held, Make("Big CA", 4, 3, null, (Plain, CrlReason.RemoveFromCrl))]));
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(null, 3)]
    public void A_delta_without_its_base_is_not_used_and_that_is_said(int? number, int baseNumber)
    {
        CertificateRevocationList delta = Make("Big CA", number ?? 5, baseNumber, null, (Plain, CrlReason.KeyCompromise));

        PathSearchResult result = Search(Plain, number is null ? [delta, Make("Big CA", 2, null, null)] : [delta], presented: []);

        // a complete one answers by itself
        Assert.Equal(number is null, !result.Path!.Warnings.Any(warning => warning.Rule == PathRule.RevocationUnknown));
    }

    [Fact]
    public void An_expired_CRL_is_not_used_and_that_is_said()
    {
        PathSearchResult result = Search(Plain, [Make("Big CA", 1, null, null, days: -3)], presented: []);

        Assert.Contains(result.Path!.Warnings, warning =>
            warning.Rule == PathRule.RevocationUnknown && warning.Message.Contains("not current", StringComparison.Ordinal));
    }

    [Fact]
    public void The_indirect_CRL_of_the_corpora_revokes()
    {
        string folder = Path.GetDirectoryName(Corpora.Require(Path.Combine("paths-found", "icrl-crls.pem")))!;
        X509Certificate2Collection Read(string name)
        {
            X509Certificate2Collection all = [];
            all.ImportFromPemFile(Path.Combine(folder, name));
            return all;
        }

        string text = File.ReadAllText(Path.Combine(folder, "icrl-crls.pem"));
        List<CertificateRevocationList> crls = [];
        foreach (string block in text.Split("-----BEGIN X509 CRL-----").Skip(1))
        {
            Assert.True(
                CertificateRevocationList.TryParse(Convert.FromBase64String(block[..block.IndexOf("-----END", StringComparison.Ordinal)]),
                    out CertificateRevocationList? crl, out _));
            crls.Add(crl);
        }

        Certificate[] sent = [.. Read("icrl-chain.pem").Select(Certificate.From)];
        PathSearchResult result = PathSearch.Search(new PathQuery
        {
            Leaf = sent[0],
            Presented = sent,
            Anchors = new CertificateIndex(Read("icrl-root.pem").Select(Certificate.From)),
            Purpose = Purpose.Any,
            At = new DateTime(2015, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Crls = crls,
        });

        Assert.Null(result.Path);
        Assert.Contains(result.Partial[0].Rejections, rejection => rejection.Rule == PathRule.Revoked);
    }

    private static PathRule? ErrorOf(Certificate leaf, CertificateRevocationList[] crls) =>
        Search(leaf, crls, [Lists]) is { Path: null } refused ? refused.Partial[0].Rejections.First(rejection => rejection.IsError).Rule
            : null;

    private static PathSearchResult Search(Certificate leaf, CertificateRevocationList[] crls, Certificate[] presented) =>
        PathSearch.Search(new PathQuery
    {
        Leaf = leaf,
        Presented = presented,
        Anchors = new CertificateIndex([Issuer]),
        At = Forgery.Now,
        Crls = crls,
    });

    private static System.Security.Cryptography.X509Certificates.X509Extension ListedBy(string name)
    {
        GeneralNames by = new(new GeneralName(new X509Name($"CN={name}")));
        return new System.Security.Cryptography.X509Certificates.X509Extension("2.5.29.31",
            new CrlDistPoint([new BouncyPoint(new BouncyPointName(by), null, by)]).GetDerEncoded(), critical: false);
    }

    private static CertificateRevocationList Indirect(Certificate revoked)
    {
        X509V2CrlGenerator generator = Start("Lists", 1);
        generator.AddExtension(X509Extensions.IssuingDistributionPoint, critical: true,
            new IssuingDistributionPoint(null, false, false, null, true, false));
        X509ExtensionsGenerator entry = new();
        entry.AddExtension(X509Extensions.CertificateIssuer, critical: true, new GeneralNames(new GeneralName(new X509Name("CN=Big CA"))));
        generator.AddCrlEntry(new BigInteger(revoked.SerialNumber, 16), Forgery.Now.AddDays(-2), entry.Generate());
        return Sign(generator, "Lists");
    }

    private static CertificateRevocationList Make(string issuer, int number, int? baseNumber, IssuingDistributionPoint? scope,
        (Certificate Certificate, int Reason)? entry = null, int days = 7)
    {
        X509V2CrlGenerator generator = Start(issuer, number, days);
        if (baseNumber is { } start)
        {
            generator.AddExtension(X509Extensions.DeltaCrlIndicator, critical: true, new CrlNumber(BigInteger.ValueOf(start)));
        }

        if (scope is not null)
        {
            generator.AddExtension(X509Extensions.IssuingDistributionPoint, critical: true, scope);
        }

        if (entry is { } listed)
        {
            generator.AddCrlEntry(new BigInteger(listed.Certificate.SerialNumber, 16), Forgery.Now.AddDays(-2), listed.Reason);
        }

        return Sign(generator, issuer);
    }
}

using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.X509;
using TlsTrust.Certificates;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using static TlsTrust.Tests.Certificates.ForgedCertificates;
using static TlsTrust.Tests.Certificates.ForgedCrls;
using DistributionPointName = Org.BouncyCastle.Asn1.X509.DistributionPointName;
using GeneralName = Org.BouncyCastle.Asn1.X509.GeneralName;
using RevocationBuilder = System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder;

namespace TlsTrust.Tests.Certificates;

/// <summary>Which CRLs are about a certificate, and whose word they are.</summary>
public class CrlAnswerTests
{
    private const string Point = "http://crl.example/1.crl";
    private static readonly Certificate Issuer = Root("Split CA");
    private static readonly Certificate Leaf =
        Issue(new Forgery { Subject = "split.example", Issuer = "Split CA", DnsNames = ["split.example"],
            Extensions = [RevocationBuilder.BuildCrlDistributionPointExtension([Point])] });
    private static readonly Certificate Plain = Server("plain.example", "Split CA");
    private static readonly Certificate Below = Authority("Below", "Split CA");

    public static TheoryData<string, bool, bool, bool> Scopes => new()
    {
        // point, users only, CAs only, whether it is about the leaf
        { "", false, false, true },
        { Point, true, false, true },
        { "http://crl.example/2.crl", true, false, false },
        { "", true, false, true },
        { "", false, true, false },
    };

    [Theory]
    [MemberData(nameof(Scopes))]
    public void A_part_of_a_CRL_is_about_what_its_distribution_point_says(string point, bool usersOnly, bool authoritiesOnly,
        bool concerned)
    {
        DistributionPointName? name = point.Length == 0 ? null
            : new(new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, point)));
        CertificateRevocationList crl =
            Make("Split CA", Leaf, new IssuingDistributionPoint(name, usersOnly, authoritiesOnly, null, false, false));

        Assert.Equal(concerned ? CrlStatus.Revoked : CrlStatus.Silent, CrlAnswer.Of(crl, Leaf, [Issuer]).Status);
        Assert.Equal(concerned, Search(Leaf, [crl]).Path is null);
    }

    [Fact]
    public void A_CRL_for_users_says_nothing_of_a_CA_and_one_named_after_the_issuer_is_about_certificates_without_a_point()
    {
        CertificateRevocationList users = Make("Split CA", Below, new IssuingDistributionPoint(null, true, false, null, false, false));
        DistributionPointName issuer = new(new GeneralNames(new GeneralName(new X509Name("CN=Split CA"))));
        CertificateRevocationList named = Make("Split CA", Plain, new IssuingDistributionPoint(issuer, false, false, null, false, false));

        Assert.Equal(CrlStatus.Silent, CrlAnswer.Of(users, Below, [Issuer]).Status);
        Assert.Equal(CrlStatus.Revoked, CrlAnswer.Of(named, Plain, [Issuer]).Status);
        Assert.Equal(CrlStatus.Silent, CrlAnswer.Of(named, Leaf, [Issuer]).Status);
    }

    [Fact]
    public void What_is_not_understood_can_not_be_used()
    {
        CertificateRevocationList someReasons =
            Make("Split CA", null,
                new IssuingDistributionPoint(null, false, false, new ReasonFlags(ReasonFlags.KeyCompromise), false, false));
        CertificateRevocationList unknown = Make("Split CA", Leaf, null, "1.2.3.4");

        Assert.NotEqual(CrlScope.AllReasons, CrlAnswer.Of(someReasons, Leaf, [Issuer]).Reasons);
        Assert.Equal((CrlStatus.Unusable, "it has a critical extension that is not understood, 1.2.3.4"), Read(unknown));

        static (CrlStatus Status, string Reason) Read(CertificateRevocationList crl) =>
            CrlAnswer.Of(crl, Leaf, [Issuer]) is var answer ? (answer.Status, answer.Reason) : default;
    }

    [Fact]
    public void Nothing_is_valid_without_a_word_where_no_CRL_is_about_it()
    {
        CertificateRevocationList authorities = Make("Split CA", null, new IssuingDistributionPoint(null, false, true, null, false, false));
        CertificateRevocationList others = Sign(Start("Other CA"), "Other CA");
        foreach ((CertificateRevocationList crl, string reason) in
            new[] { (authorities, "it covers CA certificates only"), (others, "no CRL at hand is about it: it is of CN=Other CA") })
        {
            PathQuery query = new() { Leaf = Leaf, Anchors = new CertificateIndex([Issuer]), At = Forgery.Now, Crls = [crl] };

            Assert.Contains(PathSearch.Search(query).Path!.Warnings, warning =>
                warning.Rule == PathRule.RevocationUnknown && warning.Message.Contains(reason, StringComparison.Ordinal));
            Assert.Contains(PathSearch.Search(query with { Policy = PathPolicy.Strict }).Partial[0].Rejections, rejection =>
                rejection is { Rule: PathRule.RevocationUnknown, IsError: true });
        }
    }

    [Theory]
    [InlineData("Split CA", true)]
    [InlineData("Another CA", false)]
    public void A_point_whose_CRLs_another_makes_is_not_of_this_CRL(string maker, bool isMeant)
    {
        DistributionPointName name = new(new GeneralNames(new GeneralName(GeneralName.UniformResourceIdentifier, Point)));
        GeneralNames by = new(new GeneralName(new X509Name($"CN={maker}")));
        Certificate pointed = Issue(new Forgery
        {
            Subject = "pointed.example",
            Issuer = "Split CA",
            DnsNames = ["pointed.example"],
            Extensions = [new System.Security.Cryptography.X509Certificates.X509Extension("2.5.29.31",
                new CrlDistPoint([new Org.BouncyCastle.Asn1.X509.DistributionPoint(name, null, by)]).GetDerEncoded(), critical: false)],
        });
        CertificateRevocationList crl = Make("Split CA", pointed, new IssuingDistributionPoint(name, false, false, null, true, false));

        Assert.Equal(isMeant ? CrlStatus.Revoked : CrlStatus.Silent, CrlAnswer.Of(crl, pointed, [Issuer]).Status);
    }

    [Fact]
    public void A_key_for_CRLs_that_was_revoked_revokes_nothing()
    {
        Certificate rolled = Issue(new Forgery { Subject = "Split CA", Issuer = "Split CA", Key = "Split CA second", IsCA = true });
        CertificateRevocationList[] byIt = [Make("Split CA second", Leaf)];

        Assert.Null(Search(Leaf, byIt, rolled).Path);
        Assert.NotNull(Search(Leaf, [.. byIt, Make("Split CA", rolled)], rolled).Path);
    }

    [Fact]
    public void Nobody_is_believed_whose_key_is_not_known() =>
        Assert.Equal(CrlStatus.Unusable, CrlAnswer.Of(Make("Split CA", Leaf), Leaf, []).Status);

    //        Split CA --- signs --- Split CA, new key --- signs --- the CRL
    [Fact]
    public void A_CA_with_a_new_key_revokes_what_the_old_one_signed()
    {
        Certificate rolled = Issue(new Forgery { Subject = "Split CA", Issuer = "Split CA", Key = "Split CA new", IsCA = true });
        Certificate stranger =
            Issue(new Forgery { Subject = "Split CA", Issuer = "Split CA", Key = "stranger", SigningKey = "stranger", IsCA = true });

        Assert.Null(Search(Leaf, [Make("Split CA new", Leaf)], rolled).Path);
        Assert.NotNull(Search(Leaf, [Make("stranger", Leaf)], stranger).Path);
    }

    [Fact]
    public void A_list_with_an_entry_that_is_not_understood_is_used_for_nobody()
    {
        X509V2CrlGenerator generator = Start("Split CA");
        X509ExtensionsGenerator entry = new();
        entry.AddExtension(new Org.BouncyCastle.Asn1.DerObjectIdentifier("1.2.3.4"), critical: true, new CrlNumber(BigInteger.Two));
        generator.AddCrlEntry(BigInteger.ValueOf(4711), Forgery.Now.AddDays(-2), entry.Generate());

        CrlAnswer answer = CrlAnswer.Of(Sign(generator, "Split CA"), Leaf, [Issuer]);

        Assert.Equal(CrlStatus.Unusable, answer.Status);
        Assert.Contains("not understood", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CN=Split CA,CN=part 1", true)]
    [InlineData("CN=Split CA,CN=part 2", false)]
    public void A_relative_name_stands_behind_that_of_the_issuer_of_the_CRL(string point, bool isMeant)
    {
        // distributionPoint [0] { nameRelativeToCRLIssuer [1] { CN = part 1 } }
        byte[] relative = Convert.FromHexString("3015" + "3013" + "A011" + "A10F" + "300D" + "0603550403" + "0C06706172742031");
        Certificate named = Issue(new Forgery
        {
            Subject = "relative.example",
            Issuer = "Split CA",
            DnsNames = ["relative.example"],
            Extensions = [new System.Security.Cryptography.X509Certificates.X509Extension("2.5.29.31", relative, critical: false)],
        });
        DistributionPointName full = new(new GeneralNames(new GeneralName(new X509Name(point))));
        CertificateRevocationList crl = Make("Split CA", named, new IssuingDistributionPoint(full, false, false, null, false, false));

        Assert.Equal(isMeant ? CrlStatus.Revoked : CrlStatus.Silent, CrlAnswer.Of(crl, named, [Issuer]).Status);
    }

    private static PathSearchResult Search(Certificate leaf, CertificateRevocationList[] crls, params Certificate[] presented) =>
        PathSearch.Search(new PathQuery
    {
        Leaf = leaf,
        Presented = presented,
        Anchors = new CertificateIndex([Issuer]),
        At = Forgery.Now,
        Crls = crls,
    });

    private static CertificateRevocationList Make(string key, Certificate? revoked, IssuingDistributionPoint? scope = null,
        string? unknownExtension = null)
    {
        X509V2CrlGenerator generator = Start("Split CA");
        if (revoked is not null)
        {
            generator.AddCrlEntry(new BigInteger(revoked.SerialNumber, 16), Forgery.Now.AddDays(-2), CrlReason.KeyCompromise);
        }

        if (scope is not null)
        {
            generator.AddExtension(X509Extensions.IssuingDistributionPoint, critical: true, scope);
        }

        if (unknownExtension is not null)
        {
            generator.AddExtension(new Org.BouncyCastle.Asn1.DerObjectIdentifier(unknownExtension), critical: true,
                new CrlNumber(BigInteger.Two));
        }

        return Sign(generator, key);
    }
}

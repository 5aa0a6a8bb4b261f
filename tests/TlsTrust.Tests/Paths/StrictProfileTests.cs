using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Paths.Search;
using static TlsTrust.Tests.Certificates.ForgedCertificates;

namespace TlsTrust.Tests.Paths;

/// <summary>
/// What RFC 5280 says of extensions and names, and clients do not enforce: the strict policy refuses each, whatever the certificate is
/// for, and the default one takes it. Beside them what looks like a departure and is none.
/// </summary>
public class StrictProfileTests
{
    private const string Policies = "2.5.29.32";
    private const string Constraints = "2.5.29.30";
    private const string Usage = "2.5.29.15";
    private const string Basic = "2.5.29.19";
    private const string Alternative = "2.5.29.17";
    private const string InfoAccess = "1.3.6.1.5.5.7.1.1";

    private static readonly string Cps = Sequence("06082B06010505070201" + "1603" + Hex("a:b"));

    /// <summary>What it is, who has it (leaf or issuer), the extension, whether it is critical, its value, what is said; empty for
    /// nothing.</summary>
    public static TheoryData<string, bool, string, bool, string, string> Cases => new()
    {
        { "a known qualifier", true, Policies, false, Policy(Cps), "" },
        { "a known qualifier, critical", true, Policies, true, Policy(Cps), "" },
        { "an unknown qualifier", true, Policies, false, Policy(Sequence("06032A0304" + "0500")), "unknown kind, 1.2.3.4" },
        { "an unknown qualifier, critical", true, Policies, true, Policy(Sequence("06032A0304" + "0500")), "unknown kind, 1.2.3.4" },
        { "an unknown qualifier of a CA", false, Policies, false, Policy(Sequence("06032A0304" + "0500")), "unknown kind, 1.2.3.4" },
        { "a qualifier without its value", true, Policies, false, Policy(Sequence("06082B06010505070201")), "can't be read" },
        { "a qualifier of another type", true, Policies, false, Policy(Sequence("06082B06010505070201" + "020101")), "not of its type" },
        { "no qualifiers in their list", true, Policies, false, Sequence(Sequence("06032A0304" + "3000")), "can't be read" },
        { "no policies in their list", true, Policies, false, "3000", "no policy" },
        { "a path length without CA", true, Basic, true, Sequence("020100"), "path length" },
        { "a path length of a CA", false, Basic, true, Sequence("0101FF" + "020100"), "" },
        { "an empty DNS name", true, Alternative, false, Sequence("8200" + Dns("leaf.example")), "empty" },
        { "a DNS name of a space", true, Alternative, false, Sequence(Dns(" ") + Dns("leaf.example")), "empty" },
        { "a DNS name that ends in a period", true, Alternative, false, Sequence(Dns("leaf.example.")), "ends in a period" },
        { "name constraints in a leaf", true, Constraints, true, Sequence(Permitted(Dns("x.example"))), "no CA" },
        { "name constraints of a CA", false, Constraints, true, Sequence(Permitted(Dns("example"))), "" },
        { "minimum 0 written out", false, Constraints, true, Sequence(Permitted(Dns("example") + "800100")), "" },
        { "constraints on an X.400 address", false, Constraints, true, Sequence(Permitted("A3023000")), "not constrained" },
        { "constraints on a registered identifier", false, Constraints, true, Sequence(Permitted("88012A")), "not constrained" },
        { "zero bits behind the last usage", true, Usage, true, "030200" + "80", "" },
        { "zero bits behind the last usage of a CA", false, Usage, true, "03020006", "" },
        { "critical information access", true, InfoAccess, true, Sequence(Sequence("06082B06010505073002" + "8603" + Hex("a:b"))),
            "must not be marked critical" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Strict_refuses_what_the_profile_forbids_and_default_takes_it(string what, bool isOfLeaf, string oid, bool critical,
        string value, string said)
    {
        X509Extension extension = new(oid, Convert.FromHexString(value), critical);
        Certificate root = Make("CN=Profile Root", "CN=Profile Root", isCA: true);
        Certificate issuer = Make("CN=Profile CA", "CN=Profile Root", isCA: true, isOfLeaf ? null : extension);
        Certificate leaf = Make("CN=leaf", "CN=Profile CA", isCA: false, isOfLeaf ? extension : null);
        foreach (Purpose purpose in new[] { Purpose.ServerAuthentication, Purpose.Any })
        {
            Assert.True(Search(PathPolicy.Default).Path is not null, what);
            PathSearchResult strict = Search(PathPolicy.Strict);
            if (said.Length == 0)
            {
                Assert.True(strict.Path is not null, $"{what}: {string.Join(", ", strict.Partial)}");
            }
            else
            {
                Assert.Null(strict.Path);
                Assert.Contains(strict.Partial[0].Rejections, rejection =>
                    rejection.IsError && rejection.Message.Contains(said, StringComparison.OrdinalIgnoreCase));
            }

            PathSearchResult Search(PathPolicy policy) => PathSearch.Search(new PathQuery
            {
                Leaf = leaf,
                Presented = [leaf, issuer],
                Anchors = new CertificateIndex([root]),
                At = Certificates.Forgery.Now,
                Purpose = purpose,
                Policy = policy,
            });
        }
    }

    [Fact]
    public void Strict_refuses_a_set_of_attributes_out_of_order()
    {
        // SET OF { CN = leaf, O = x }: DER sorts O (2.5.4.10) behind CN (2.5.4.3) by their encodings, shorter ones first here.
        const string CommonName = "300B060355040313046C656166", Organisation = "3008060355040A130178";
        X500DistinguishedName Name(string set) => new(Convert.FromHexString("30" + Length(set.Length / 2 + 2) +
            "31" + Length(set.Length / 2) +
            set));
        foreach ((string set, bool sorted) in new[] { (Organisation + CommonName, true), (CommonName + Organisation, false) })
        {
            CertificateRequest request = new(Name(set), KeyOf("sets"), HashAlgorithmName.SHA256);
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("leaf.example");
            request.CertificateExtensions.Add(names.Build());
            Certificate leaf = Sign(request, "CN=Profile CA");
            Assert.Equal(!sorted, leaf.Faults.Any(fault => fault.ToString().Contains("not sorted", StringComparison.Ordinal)));
        }
    }

    private static Certificate Make(string subject, string issuer, bool isCA, X509Extension? instead = null)
    {
        CertificateRequest request = new(new X500DistinguishedName(subject), KeyOf(subject), HashAlgorithmName.SHA256);
        Add(new X509BasicConstraintsExtension(isCA, false, 0, true));
        Add(new X509KeyUsageExtension(isCA ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign : X509KeyUsageFlags.DigitalSignature,
            critical: true));
        Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            new X509SubjectKeyIdentifierExtension(new PublicKey(KeyOf(issuer)), critical: false)));
        if (!isCA)
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("leaf.example");
            Add(names.Build());
        }

        if (instead is not null)
        {
            request.CertificateExtensions.Add(instead);
        }

        return Sign(request, issuer);

        void Add(X509Extension extension)
        {
            if (extension.Oid!.Value != instead?.Oid!.Value)
            {
                request.CertificateExtensions.Add(extension);
            }
        }
    }

    private static Certificate Sign(CertificateRequest request, string issuer)
    {
        using X509Certificate2 issued = request.Create(new X500DistinguishedName(issuer),
            X509SignatureGenerator.CreateForECDsa(KeyOf(issuer)),
            Certificates.Forgery.Now.AddYears(-1), Certificates.Forgery.Now.AddYears(1), RandomNumberGenerator.GetBytes(8).Prepend((byte)1)
                .ToArray());
        return Certificate.From(issued);
    }

    private static string Policy(string qualifiers) => Sequence(Sequence("06032A0304" + Sequence(qualifiers)));

    private static string Permitted(string subtree) => "A0" + Length(Sequence(subtree).Length / 2) + Sequence(subtree);

    private static string Dns(string name) => $"82{name.Length:X2}{Hex(name)}";

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));

    private static string Sequence(string contents) => "30" + Length(contents.Length / 2) + contents;

    private static string Length(int bytes) => bytes < 128 ? $"{bytes:X2}" : $"81{bytes:X2}";
}

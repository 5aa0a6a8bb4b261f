using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;

namespace TlsTrust.Tests.CertificateFiles;

/// <summary>Certificates made once for the tests of this folder: three roots, an intermediate and a leaf with its key.</summary>
internal sealed class MadeCertificates
{
    private static readonly Lazy<MadeCertificates> Made = new(() => new MadeCertificates());
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.Date.AddDays(-30);

    private MadeCertificates()
    {
        Roots = [.. Enumerable.Range(1, 3).Select(i => Root($"Test Root {i}"))];
        IntermediateKey = TestKeys.Rsa(2048);
        Intermediate = Issue("Test Intermediate", IntermediateKey, Roots[0], isAuthority: true);
        LeafKey = TestKeys.Ecdsa();
        CertificateRequest request = new("CN=leaf.example", LeafKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("leaf.example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        Leaf = request.Create(Intermediate.SubjectName, X509SignatureGenerator.CreateForRSA(IntermediateKey, RSASignaturePadding.Pkcs1),
            From, From.AddYears(1), Serial());
        RsaLeafKey = TestKeys.Rsa(2048);
        RsaLeaf = Issue("rsa.example", RsaLeafKey, Roots[1], isAuthority: false);
        Expired = Root("Expired Root", From.AddYears(-3), From.AddYears(-1));
    }

    public static MadeCertificates Instance => Made.Value;

    public IReadOnlyList<X509Certificate2> Roots { get; }

    public X509Certificate2 Intermediate { get; }

    public RSA IntermediateKey { get; }

    public X509Certificate2 Leaf { get; }

    public ECDsa LeafKey { get; }

    public X509Certificate2 RsaLeaf { get; }

    public RSA RsaLeafKey { get; }

    public X509Certificate2 Expired { get; }

    public IReadOnlyList<string> RootPems => [.. Roots.Select(Pem)];

    /// <summary>Three roots, as a sound trust bundle.</summary>
    public string Bundle => string.Concat(RootPems);

    public static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    public static Certificate Read(X509Certificate2 certificate) => Certificate.From(certificate);

    public static X509Certificate2 Root(string name, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        RSA key = TestKeys.Rsa(2048);
        X500DistinguishedNameBuilder subject = new(); // not from text, whose quoting not every platform reads alike
        subject.AddCommonName(name);
        subject.AddOrganizationName("TlsTrust Tests");
        CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.SelfSigned(key, notBefore ?? From, notAfter ?? From.AddYears(10));
    }

    public static X509Certificate2 Issue(string name, RSA key, X509Certificate2 issuer, bool isAuthority)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        return request.IssuedBy(issuer, From, From.AddYears(1), Serial());
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}

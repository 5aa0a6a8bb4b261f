using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Paths.Search;

namespace TlsTrust.Tests.Certificates;

public class CertificateRevocationListTests
{
    private static readonly Certificate Issuer = ForgedCertificates.Root("CRL Root");
    private static readonly Certificate Revoked = ForgedCertificates.Server("revoked.example", "CRL Root");
    private static readonly Certificate Good = ForgedCertificates.Server("good.example", "CRL Root");

    [Fact]
    public void Reads_what_the_platform_writes()
    {
        CertificateRevocationList crl = Read(Build("CRL Root"));

        Assert.True(crl.IsRevoked(Revoked.SerialNumber));
        Assert.False(crl.IsRevoked(Good.SerialNumber));
        Assert.Equal(1, crl.Find(Revoked.SerialNumber)!.ReasonCode);
        Assert.Equal(Issuer.Subject, crl.Issuer);
        Assert.True(crl.IsCurrent(Forgery.Now));
        Assert.False(crl.IsCurrent(Forgery.Now.AddDays(30)));
        Assert.Equal(SignatureStatus.Valid, crl.CheckSignature(Issuer));
        Assert.Equal(SignatureStatus.Invalid, crl.CheckSignature(ForgedCertificates.Root("R2")));
    }

    [Fact]
    public void One_byte_less_is_a_located_fault()
    {
        byte[] der = Build("CRL Root");
        for (int length = 0; length < der.Length; length++)
        {
            Assert.False(CertificateRevocationList.TryParse(der.AsMemory(0, length), out _, out DerFault? fault));
            Assert.InRange(fault.Offset, 0, length);
        }
    }

    [Fact]
    public void Refuses_what_the_issuer_revoked_and_nothing_else()
    {
        CertificateRevocationList crl = Read(Build("CRL Root"));
        CertificateRevocationList forged = Read(Build("R2"));

        Assert.Contains(Search(Revoked, crl).Partial[0].Rejections, static r => r is { Rule: PathRule.Revoked, Depth: 0, IsError: true });
        Assert.Equal(23, Search(Revoked, crl).OpenSsl.Code);
        Assert.NotNull(Search(Good, crl).Path);

        // Named after the issuer and signed by somebody else: it proves nothing, and a warning says so.
        PathSearchResult unsure = Search(Revoked, forged);
        Assert.Contains(unsure.Path!.Warnings, static r => r.Rule == PathRule.RevocationUnknown);
    }

    private static PathSearchResult Search(Certificate leaf, CertificateRevocationList crl) => PathSearch.Search(new PathQuery
    {
        Leaf = leaf,
        Anchors = new CertificateIndex([Issuer]),
        At = Forgery.Now,
        Crls = [crl],
    });

    private static CertificateRevocationList Read(byte[] der) =>
        CertificateRevocationList.TryParse(der, out CertificateRevocationList? crl, out DerFault? fault) ? crl
            : throw new FormatException(fault.ToString());

    private static byte[] Build(string signer)
    {
        CertificateRevocationListBuilder builder = new();
        builder.AddEntry(Convert.FromHexString(Revoked.SerialNumber), Forgery.Now.AddDays(-2), X509RevocationReason.KeyCompromise);
        X509AuthorityKeyIdentifierExtension authority = X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            new X509SubjectKeyIdentifierExtension(new PublicKey(ForgedCertificates.KeyOf(signer)), critical: false));
        return builder.Build(
            new X500DistinguishedName("CN=CRL Root"), X509SignatureGenerator.CreateForECDsa(ForgedCertificates.KeyOf(signer)),
                BigInteger.One,
            Forgery.Now.AddDays(7), HashAlgorithmName.SHA256, authority, Forgery.Now.AddDays(-1));
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Conformance;

/// <summary>Every public root and intermediate, read by us and by the platform.</summary>
public class RealCertificatesTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("roots.pem")]
    [InlineData("intermediates.pem")]
    public void Reads_what_the_platform_reads(string file)
    {
        ReadOnlySpan<char> rest = File.ReadAllText(Corpora.Require(file));
        int count = 0;
        int faults = 0;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            byte[] der = Convert.FromBase64String(rest[fields.Base64Data].ToString());
            rest = rest[fields.Location.End..];
            Certificate ours = Certificate.Parse(der);
            using X509Certificate2 theirs = X509CertificateLoader.LoadCertificate(der);
            count++;
            faults += ours.Faults.Count > 0 ? 1 : 0;

            Assert.Equal(theirs.NotBefore.ToUniversalTime(), ours.NotBefore);
            Assert.Equal(theirs.NotAfter.ToUniversalTime(), ours.NotAfter);
            Assert.Equal(theirs.Thumbprint, ours.Sha1);
            Assert.Equal(theirs.GetCertHashString(HashAlgorithmName.SHA256), ours.Sha256);
            Assert.Equal(theirs.SubjectName.RawData, ours.Subject.RawData.ToArray());
            Assert.Equal(theirs.IssuerName.RawData, ours.Issuer.RawData.ToArray());
            Assert.Equal(theirs.Version, ours.Version);
            Assert.Equal(theirs.SerialNumber.TrimStart('0'), ours.SerialNumber.TrimStart('0'));
            Assert.Equal(theirs.SignatureAlgorithm.Value, ours.SignatureAlgorithm.Oid);
            Assert.Equal(theirs.Extensions.OfType<X509BasicConstraintsExtension>().Any(static e => e.CertificateAuthority), ours.IsCA);
            Assert.Equal(theirs.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifier,
                ours.SubjectKeyIdentifier?.ToString());
            Assert.Equal(theirs.PublicKey.ExportSubjectPublicKeyInfo(), ours.PublicKey.SubjectPublicKeyInfo.ToArray());
            Assert.Equal(ours.Subject.Equals(ours.Issuer), ours.IsSelfIssued);
            if (file == "roots.pem")
            {
                Assert.True(ours.IsSelfSigned, ours.ToString());
            }
        }

        output.WriteLine($"{file}: {count} certificates, {faults} of them with a fault in encoding or profile");
        Assert.True(count > 100);
    }
}

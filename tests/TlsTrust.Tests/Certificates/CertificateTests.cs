using System.Net;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Tests.Certificates;

public class CertificateTests
{
    private static readonly Certificate Sample = ForgedCertificates.Issue(new Forgery
    {
        Subject = "www.example.com",
        Issuer = "Example CA",
        DnsNames = ["www.example.com", "*.example.org"],
        Addresses = [IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")],
        KeyPurposes = [ForgedCertificates.ServerAuthentication],
        Extensions =
            [new X509AuthorityInformationAccessExtension([new Uri("http://ocsp.example/").ToString()], ["http://ca.example/ca.der"])],
    });

    [Fact]
    public void Reads_what_the_platform_reads()
    {
        using X509Certificate2 platform = Sample.ToX509Certificate2();

        Assert.Equal(platform.Thumbprint, Sample.Sha1);
        Assert.Equal(platform.NotAfter.ToUniversalTime(), Sample.NotAfter);
        Assert.Equal(DateTimeKind.Utc, Sample.NotAfter.Kind);
        Assert.Equal(platform.SerialNumber.TrimStart('0'), Sample.SerialNumber.TrimStart('0'));
        Assert.Equal("CN=www.example.com", Sample.Subject.ToString());
        Assert.Equal("Example CA", Sample.Issuer.CommonName);
        Assert.Equal("EC P-256", Sample.PublicKey.ToString());
        Assert.Equal("ecdsa-with-SHA256", Sample.SignatureAlgorithm.Name);
        Assert.Equal(["www.example.com", "*.example.org"], Sample.SubjectAlternativeName!.DnsNames);
        Assert.Equal([IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")], Sample.SubjectAlternativeName.IpAddresses);
        Assert.Equal(["http://ca.example/ca.der"], Sample.CaIssuersUrls);
        Assert.Equal(["http://ocsp.example/"], Sample.OcspUrls);
        Assert.Equal(KeyUsage.DigitalSignature, Sample.KeyUsage);
        Assert.Equal([ForgedCertificates.ServerAuthentication], Sample.ExtendedKeyUsages);
        Assert.Equal(40, Sample.SubjectKeyIdentifier.ToString()!.Length);
        Assert.Equal(40, Sample.AuthorityKeyIdentifier!.ToString().Length);
        Assert.False(Sample.IsCA);
        Assert.False(Sample.IsSelfIssued);
        Assert.Equal(3, Sample.Version);
        Assert.Equal(Sample, Certificate.From(platform));
        Assert.Equal(platform.ExportCertificatePem() + "\n", Sample.ToPem());
    }

    [Fact]
    public void Tells_self_signed_from_self_issued()
    {
        Certificate signed = ForgedCertificates.Root("Some Root");
        Certificate issued =
            ForgedCertificates.Issue(new Forgery { Subject = "Some Root", Issuer = "Some Root", SigningKey = "other key", IsCA = true });

        Assert.True(signed.IsSelfSigned);
        Assert.True(issued.IsSelfIssued);
        Assert.False(issued.IsSelfSigned);
    }

    [Fact]
    public void One_byte_less_or_more_is_no_certificate_and_the_fault_says_where()
    {
        byte[] der = Sample.RawData.ToArray();

        for (int length = 0; length < der.Length; length++)
        {
            Assert.False(Certificate.TryParse(der.AsMemory(0, length), out _, out DerFault? cut));
            Assert.InRange(cut.Offset, 0, length);
        }

        Assert.False(Certificate.TryParse(new byte[] { 0x30, 0x00 }, out _, out _));
        Assert.False(Certificate.TryParse((byte[])[.. der, 0x00], out _, out DerFault? fault));
        Assert.Equal(der.Length, fault.Offset);
        Assert.Contains("1 bytes are left", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault, Assert.Throws<MalformedCertificateException>(() => Certificate.Parse((byte[])[.. der, 0x00])).Fault);
    }

    [Fact]
    public void A_broken_extension_is_a_located_fault_and_the_rest_is_read()
    {
        Certificate broken = ForgedCertificates.Issue(new Forgery
        {
            Subject = "broken",
            Issuer = "Example CA",
            Extensions = [new X509Extension("2.5.29.17", "example.com"u8.ToArray(), critical: false)],
        });

        DerFault fault = Assert.Single(broken.Faults);
        Assert.Equal("subjectAltName", fault.Field);
        Assert.Equal((byte)'e', broken.RawData.Span[fault.Offset]);
        Assert.Null(broken.SubjectAlternativeName);
        Assert.Equal("broken", broken.Subject.CommonName);
        Assert.NotNull(broken.KeyUsage);
    }

    [Fact]
    public void An_extension_that_occurs_twice_is_a_fault_and_the_first_counts()
    {
        Certificate twice = ForgedCertificates.Issue(new Forgery { Subject = "twice", Issuer = "Example CA", DnsNames = ["a.example"] });
        byte[] der = twice.RawData.ToArray();

        // A key usage (2.5.29.15) renamed to basic constraints (2.5.29.19): the same identifier twice.
        int at = der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x06, 0x03, 0x55, 0x1D, 0x0F]);
        der[at + 4] = 0x13;

        Assert.Contains(Certificate.Parse(der).Faults, static f => f.Message.Contains("twice", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CN=Example, O=Org", "CN=EXAMPLE,O=org")]
    [InlineData("CN=Example  Name", "CN=  example name ")]
    [InlineData("CN=Straße Ä", "CN=STRASSE Ä", false)]
    [InlineData("CN=Müller", "CN=MÜLLER")]
    [InlineData("CN=a, O=b", "O=b, CN=a", false)]
    [InlineData("CN=ab", "CN=a, CN=b", false)]
    public void Compares_names_without_case_and_spacing(string first, string second, bool equal = true)
    {
        DistinguishedName one = new(new X500DistinguishedName(first, X500DistinguishedNameFlags.None).RawData);
        DistinguishedName other = new(new X500DistinguishedName(second, X500DistinguishedNameFlags.ForceUTF8Encoding).RawData);

        Assert.Equal(equal, one.Equals(other));
        Assert.True(!equal || one.GetHashCode() == other.GetHashCode());
    }

    [Fact]
    public void Shows_names_most_specific_first_and_lets_nothing_steer_a_terminal()
    {
        X500DistinguishedNameBuilder builder = new();
        builder.AddCommonName("a\u001B[31m, b\u202E");
        builder.AddOrganizationName("Org");
        builder.AddCountryOrRegion("DE");

        string text = new DistinguishedName(builder.Build().RawData).ToString();

        Assert.Contains("CN=a\\1B[31m\\, b\\E2\\80\\AE", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("C=DE", StringComparison.Ordinal) != text.IndexOf("CN=", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001B', text);
    }

    [Fact]
    public void A_copy_of_the_bytes_is_not_made()
    {
        byte[] der = Sample.RawData.ToArray();

        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(Certificate.Parse(der).RawData, out ArraySegment<byte> held));
        Assert.Same(der, held.Array);
    }
}

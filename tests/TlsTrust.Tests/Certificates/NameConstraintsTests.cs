using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Tests.Certificates;

/// <summary>RFC 5280 §4.2.1.10, kind by kind; the corpora hold hundreds more.</summary>
public class NameConstraintsTests
{
    [Theory]
    // Labels may be added on the left.
    [InlineData(GeneralNameKind.Dns, "example.com", "example.com", true)]
    [InlineData(GeneralNameKind.Dns, "example.com", "WWW.Example.Com", true)]
    [InlineData(GeneralNameKind.Dns, "example.com", "notexample.com", false)]
    [InlineData(GeneralNameKind.Dns, ".example.com", "example.com", false)]
    [InlineData(GeneralNameKind.Dns, ".example.com", "a.b.example.com", true)]
    [InlineData(GeneralNameKind.Dns, "", "anything.test", true)]
    // A wildcard is permitted when all that it covers is.
    [InlineData(GeneralNameKind.Dns, "example.com", "*.example.com", true)]
    [InlineData(GeneralNameKind.Dns, "www.example.com", "*.example.com", false)]
    // A constraint that is no name permits nothing.
    [InlineData(GeneralNameKind.Dns, "*.example.com", "www.example.com", false)]
    [InlineData(GeneralNameKind.Email, "a@example.com", "a@EXAMPLE.com", true)]
    [InlineData(GeneralNameKind.Email, "a@example.com", "A@example.com", false)]
    [InlineData(GeneralNameKind.Email, "example.com", "b@example.com", true)]
    [InlineData(GeneralNameKind.Email, "example.com", "b@mail.example.com", false)]
    [InlineData(GeneralNameKind.Email, ".example.com", "b@mail.example.com", true)]
    // RFC 5321 §4.1.2: what is no mailbox is in no domain.
    [InlineData(GeneralNameKind.Email, "example.com", "a@b@example.com", false)]
    [InlineData(GeneralNameKind.Email, "example.com", "a..b@example.com", false)]
    [InlineData(GeneralNameKind.Email, "example.com", "\"a@b\"@example.com", true)]
    [InlineData(GeneralNameKind.Email, "example.com", "*.b+c@example.com", true)]
    [InlineData(GeneralNameKind.Uri, "example.com", "https://user@example.com:8443/x?y", true)]
    [InlineData(GeneralNameKind.Uri, "example.com", "https://www.example.com/", false)]
    [InlineData(GeneralNameKind.Uri, ".example.com", "https://www.example.com/", true)]
    [InlineData(GeneralNameKind.Uri, "example.com", "https://192.0.2.1/", false)]
    [InlineData(GeneralNameKind.Uri, "example.com", "mailto:a@example.com", false)]
    public void Permits_what_is_within(GeneralNameKind kind, string subtree, string name, bool permitted) =>
        Assert.Equal(permitted,
            Read(kind, Encoding.ASCII.GetBytes(subtree), excluded: false)
                .FindViolation(new GeneralName(kind, Encoding.ASCII.GetBytes(name))) is null);

    [Theory]
    [InlineData("example.com", "www.example.com", true)]
    [InlineData("example.com", "example.org", false)]
    // CVE-2025-61727: one of the names that the wildcard covers is excluded.
    [InlineData("www.example.com", "*.example.com", true)]
    [InlineData("a.www.example.com", "*.example.com", false)]
    public void Excludes_what_is_within(string subtree, string name, bool excluded) =>
        Assert.Equal(excluded,
            Read(GeneralNameKind.Dns, Encoding.ASCII.GetBytes(subtree), excluded: true)
                .FindViolation(new GeneralName(GeneralNameKind.Dns, Encoding.ASCII.GetBytes(name))) is not null);

    [Theory]
    [InlineData("0A000000FF000000", "0A010203", true)]
    [InlineData("0A000000FF000000", "0B010203", false)]
    [InlineData("0A000000FF00FF00", "0A010003", false)]
    [InlineData("0A000000FF000000", "20010DB8000000000000000000000001", false)]
    public void Compares_addresses_by_prefix(string subtree, string address, bool permitted) =>
        Assert.Equal(permitted,
            Read(GeneralNameKind.IpAddress, Convert.FromHexString(subtree), excluded: false)
                .FindViolation(new GeneralName(GeneralNameKind.IpAddress, Convert.FromHexString(address))) is null);

    [Theory]
    [InlineData("EXAMPLE", true)]
    [InlineData(null, false)]
    public void Compares_directory_names_by_prefix(string? organization, bool permitted) =>
        Assert.Equal(permitted, Read(GeneralNameKind.Directory, Directory(null, "Example"), excluded: false)
            .FindViolation(new GeneralName(GeneralNameKind.Directory, Directory("x", organization))) is null);

    // The country first, as it is encoded everywhere; not every platform keeps this order where a name is read from text.
    private static byte[] Directory(string? commonName, string? organization)
    {
        X500DistinguishedNameBuilder name = new();
        if (commonName is not null)
        {
            name.AddCommonName(commonName);
        }

        if (organization is not null)
        {
            name.AddOrganizationName(organization);
        }

        name.AddCountryOrRegion("DE");
        return name.Build().RawData;
    }

    [Fact]
    public void A_kind_of_name_without_a_subtree_is_not_constrained() =>
        Assert.Null(Read(GeneralNameKind.Dns, "example.com"u8.ToArray(), excluded: false)
            .FindViolation(new GeneralName(GeneralNameKind.Email, "a@b.c"u8.ToArray())));

    private static NameConstraints Read(GeneralNameKind kind, byte[] subtree, bool excluded)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, excluded ? 1 : 0)))
        using (writer.PushSequence())
        {
            if (kind == GeneralNameKind.Directory)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, (int)kind)))
                {
                    writer.WriteEncodedValue(subtree);
                }
            }
            else
            {
                writer.WriteOctetString(subtree, new Asn1Tag(TagClass.ContextSpecific, (int)kind));
            }
        }

        Certificate certificate =
            ForgedCertificates.Issue(
                new Forgery { Subject = "Constrained", Issuer = "R1", IsCA = true,
                    Extensions = [new X509Extension("2.5.29.30", writer.Encode(), critical: true)] });
        return certificate.NameConstraints!;
    }
}

using System.Text;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths.OpenSsl;
using TlsTrust.Tests.Certificates;

namespace TlsTrust.Tests.Paths;

/// <summary>What OpenSSL 3.0 makes of names, where that is not what RFC 5280 means; each was measured with <c>openssl verify</c>.</summary>
public class OpenSslNamesTests
{
    [Theory]
    [InlineData(GeneralNameKind.Uri, "good.org", "foo://user@good.org", 47)]
    [InlineData(GeneralNameKind.Uri, "user@good.org", "foo://user@good.org/x", 0)]
    [InlineData(GeneralNameKind.Uri, "", "foo://good.org", 47)]
    [InlineData(GeneralNameKind.Uri, "good.org", "mailto:a@good.org", 53)]
    [InlineData(GeneralNameKind.Email, "", "a@good.org", 47)]
    [InlineData(GeneralNameKind.Email, "@good.org", "a@good.org", 0)]
    [InlineData(GeneralNameKind.Email, "good.org", "a@b@good.org", 0)]
    [InlineData(GeneralNameKind.Email, "good.org", "nobody", 53)]
    [InlineData(GeneralNameKind.Email, "A@good.org", "a@GOOD.org", 47)]
    [InlineData(GeneralNameKind.Dns, ".good.org", "a b.good.org", 0)]
    [InlineData(GeneralNameKind.Dns, "good.org", "xgood.org", 47)]
    [InlineData(GeneralNameKind.RegisteredId, "x", "x", 51)]
    public void Constraints_are_compared_letter_by_letter(GeneralNameKind kind, string subtree, string name, int code) =>
        Assert.Equal(code,
            OpenSslNameConstraints.FindError(Name(kind, name), new NameConstraints([Name(kind, subtree)], [], isCritical: true)));

    [Fact]
    public void What_is_excluded_is_asked_after_what_is_permitted()
    {
        GeneralName name = Name(GeneralNameKind.Dns, "www.good.org");

        Assert.Equal(48,
            OpenSslNameConstraints.FindError(name, new NameConstraints([], [Name(GeneralNameKind.Dns, "good.org")], isCritical: true)));
        Assert.Equal(47,
            OpenSslNameConstraints.FindError(name,
                new NameConstraints([Name(GeneralNameKind.Dns, "other.org")], [Name(GeneralNameKind.Dns, "good.org")], isCritical: true)));
        Assert.Equal(0,
            OpenSslNameConstraints.FindError(name, new NameConstraints([Name(GeneralNameKind.Email, "good.org")], [], isCritical: true)));
    }

    [Theory]
    [InlineData("www.example.com", "w*.example.com", true)]
    [InlineData("www.example.com", "*w.example.com", true)]
    [InlineData("www.example.com", "w*w.example.com", false)]
    [InlineData("www.example.com", "*.example.com", true)]
    [InlineData(".example.com", "*.example.com", false)]
    [InlineData("w.example.com", "w*.example.com", true)]
    [InlineData("a.b.example.com", "*.example.com", false)]
    [InlineData("example.com", "*.com", false)]
    [InlineData("xn--w.example.com", "x*.example.com", false)]
    [InlineData("www.example.com.", "www.example.com", false)]
    public void A_wildcard_may_be_part_of_a_label(string host, string name, bool matches) =>
        Assert.Equal(matches,
            OpenSslHostName.Match(host, ForgedCertificates.Issue(new Forgery { Subject = "x", Issuer = "R1", DnsNames = [name] })));

    private static GeneralName Name(GeneralNameKind kind, string text) => new(kind, Encoding.ASCII.GetBytes(text));
}

using System.Net;
using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Tests.Certificates;

namespace TlsTrust.Tests.Paths;

public class HostNameMatcherTests
{
    [Theory]
    [InlineData("www.example.com", "www.example.com", true)]
    [InlineData("WWW.Example.COM", "www.example.com", true)]
    [InlineData("www.example.com.", "www.example.com", true)]
    [InlineData("www.example.com", "*.example.com", true)]
    [InlineData("a.b.example.com", "*.example.com", false)]
    [InlineData("example.com", "*.example.com", false)]
    [InlineData("www.example.com", "w*.example.com", false)]
    [InlineData("example.com", "*.com", false)]
    [InlineData("www.example.com", "www.*.com", false)]
    [InlineData("1.2.3.4", "1.2.3.4", false)]
    [InlineData("1.2.3.4", "*.2.3.4", false)]
    [InlineData("", "", false)]
    public void Matches_names(string host, string pattern, bool expected) =>
        Assert.Equal(expected, HostNameMatcher.Match(host, [pattern], []));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:DB8:0::1", "2001:db8::1", true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.01", "192.0.2.1", false)]
    public void Matches_addresses_with_addresses_only(string host, string address, bool expected) =>
        Assert.Equal(expected, HostNameMatcher.Match(host, [], [IPAddress.Parse(address)]));

    [Fact]
    public void The_common_name_counts_for_nothing() =>
        Assert.False(HostNameMatcher.Match("cn.example", ForgedCertificates.Issue(new Forgery { Subject = "cn.example", Issuer = "R1" })));

    [Fact]
    public void Lists_the_names_that_would_work()
    {
        Certificate certificate =
            ForgedCertificates.Issue(
                new Forgery { Subject = "x", Issuer = "R1", DnsNames = ["a.example", "*.b.example", "bad name"],
                    Addresses = [IPAddress.Loopback] });

        Assert.Equal(["a.example", "*.b.example", "127.0.0.1"], HostNameMatcher.NamesThatWouldWork(certificate));
    }
}

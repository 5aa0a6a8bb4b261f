using TlsTrust.Connections.Proxies;

namespace TlsTrust.Tests.Connections;

public class ProxySettingTests
{
    [Theory]
    [InlineData("https://a.example", "HTTPS_PROXY=http://p:3128", "http://p:3128")]
    [InlineData("a.example:8443", "HTTPS_PROXY=http://p:3128", "http://p:3128")]
    [InlineData("tls://a.example", "HTTPS_PROXY=p:3128", "http://p:3128")]
    [InlineData("https://a.example", "https_proxy=http://low:1;HTTPS_PROXY=http://up:2", "http://low:1")]
    [InlineData("https://a.example", "https_proxy=;HTTPS_PROXY=http://up:2", "http://up:2")]
    [InlineData("https://a.example", "HTTPS_PROXY=http://p:1;ALL_PROXY=http://all:2", "http://p:1")]
    [InlineData("https://a.example", "all_proxy=http://low:1;ALL_PROXY=http://up:2", "http://low:1")]
    [InlineData("smtp://a.example", "HTTPS_PROXY=http://p:1", null)]
    [InlineData("smtp://a.example", "HTTPS_PROXY=http://p:1;ALL_PROXY=http://all:2", "http://all:2")]
    [InlineData("imaps://a.example", "IMAPS_PROXY=http://mail:1", "http://mail:1")]
    [InlineData("https://a.example", "HTTPS_PROXY=http://p", "http://p:1080")]
    [InlineData("https://a.example", "HTTPS_PROXY=https://p", "https://p:443")]
    [InlineData("https://a.example", "HTTPS_PROXY=http://[::1]:3128/", "http://[::1]:3128")]
    [InlineData("https://a.example", "HTTPS_PROXY=http://u:s%40ecret@p:3128", "http://p:3128")]
    [InlineData("https://a.example", "ALL_PROXY=socks5://p:1080", "socks5://p:1080")]
    [InlineData("https://a.example", "HTTP_PROXY=http://p:1", null)]
    [InlineData("https://a.example", "", null)]
    public void Variables_are_read_as_curl_reads_them(string endpoint, string variables, string? proxy)
    {
        Assert.Equal(proxy, From(variables).ServerFor(Endpoint.Parse(endpoint), out string? fault)?.ToString());
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("*", "a.example", true)]
    [InlineData("a.example", "a.example", true)]
    [InlineData("A.EXAMPLE", "a.example", true)]
    [InlineData("example", "a.example", true)]
    [InlineData(".example", "a.example", true)]
    [InlineData(".example", "example", true)]
    [InlineData("a.example.", "a.example", true)]
    [InlineData("x.test, a.example", "a.example", true)]
    [InlineData("x.test a.example", "a.example", true)]
    [InlineData("ample", "a.example", false)]
    [InlineData("*.example", "a.example", false)]
    [InlineData("*,x.test", "a.example", false)]
    [InlineData("a.example:443", "a.example", false)]
    [InlineData("", "a.example", false)]
    [InlineData(".", "a.example", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.0/24", "192.0.2.7", true)]
    [InlineData("192.0.2.0/29", "192.0.2.7", true)]
    [InlineData("192.0.2.0/30", "192.0.2.7", false)]
    [InlineData("192.0.2.0/33", "192.0.2.7", false)]
    [InlineData("192.0.2.0/x", "192.0.2.7", false)]
    [InlineData("0.0.0.0/0", "192.0.2.7", false)]
    [InlineData("0.0.0.0/0", "a.example", false)]
    [InlineData("2001:db8::/32", "2001:db8::7", true)]
    [InlineData("[2001:db8::7]", "2001:db8::7", true)]
    [InlineData("2001:db8::/32", "192.0.2.7", false)]
    public void Exceptions_are_matched_as_curl_matches_them(string noProxy, string host, bool isDirect)
    {
        Endpoint endpoint = Endpoint.Parse(host);
        Assert.Null(endpoint.Error);
        Assert.Equal(isDirect, From($"HTTPS_PROXY=http://p:1;NO_PROXY={noProxy}").ServerFor(endpoint) is null);
        Assert.Equal(isDirect, From($"HTTPS_PROXY=http://p:1;no_proxy={noProxy};NO_PROXY=other").ServerFor(endpoint) is null);
    }

    [Fact]
    public void User_name_and_password_are_decoded_and_never_shown()
    {
        Assert.True(ProxyServer.TryParse("http://us%3Aer:s%40e:cret@p:3128/x", out ProxyServer? proxy, out _));

        Assert.Equal(("us:er", "s@e:cret"), (proxy!.Credential!.UserName, proxy.Credential.Password));
        Assert.Equal("http://p:3128", $"{proxy}");

        Assert.False(ProxyServer.TryParse("http://user:geheim@p:99999", out _, out string? error));
        Assert.Contains("\"99999\" is not a port", error, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_cannot_be_used_names_its_variable()
    {
        Assert.Null(From("ALL_PROXY=http://user:geheim@p:0").ServerFor(Endpoint.Parse("a.example"), out string? fault));
        Assert.Contains("It is set by the variable ALL_PROXY.", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", fault, StringComparison.Ordinal);
    }

    private static ProxySetting From(string variables)
    {
        Dictionary<string, string> values = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(each => each.Split('=', 2))
            .ToDictionary(each => each[0], each => each[1]);
        return ProxySetting.FromEnvironment(name => values.GetValueOrDefault(name));
    }
}

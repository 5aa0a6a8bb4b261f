namespace TlsTrust.Tests.Connections;

public class EndpointTests
{
    [Theory]
    [InlineData("example.org", "example.org", 443, StartTlsProtocol.None, "example.org:443")]
    [InlineData("example.org:8443", "example.org", 8443, StartTlsProtocol.None, "example.org:8443")]
    [InlineData("  EXAMPLE.org.  ", "example.org", 443, StartTlsProtocol.None, "example.org:443")]
    [InlineData("example.org:", "example.org", 443, StartTlsProtocol.None, "example.org:443")]
    [InlineData("127.0.0.1", "127.0.0.1", 443, StartTlsProtocol.None, "127.0.0.1:443")]
    [InlineData("[::1]:8443", "::1", 8443, StartTlsProtocol.None, "[::1]:8443")]
    [InlineData("[2001:DB8::0:1]", "2001:db8::1", 443, StartTlsProtocol.None, "[2001:db8::1]:443")]
    [InlineData("::1", "::1", 443, StartTlsProtocol.None, "[::1]:443")]
    [InlineData("2001:db8::8443", "2001:db8::8443", 443, StartTlsProtocol.None, "[2001:db8::8443]:443")]
    [InlineData("https://example.org/path?q=a@b#x", "example.org", 443, StartTlsProtocol.None, "https://example.org:443")]
    [InlineData("HTTPS://user:secret@example.org:444/", "example.org", 444, StartTlsProtocol.None, "https://example.org:444")]
    [InlineData("https://[::1]/", "::1", 443, StartTlsProtocol.None, "https://[::1]:443")]
    [InlineData("example.org/login", "example.org", 443, StartTlsProtocol.None, "example.org:443")]
    [InlineData("smtp://mail.example.org", "mail.example.org", 25, StartTlsProtocol.Smtp, "smtp://mail.example.org:25")]
    [InlineData("submission://mail", "mail", 587, StartTlsProtocol.Smtp, "submission://mail:587")]
    [InlineData("smtps://mail", "mail", 465, StartTlsProtocol.None, "smtps://mail:465")]
    [InlineData("lmtp://mail", "mail", 24, StartTlsProtocol.Lmtp, "lmtp://mail:24")]
    [InlineData("imap://mail", "mail", 143, StartTlsProtocol.Imap, "imap://mail:143")]
    [InlineData("imaps://mail", "mail", 993, StartTlsProtocol.None, "imaps://mail:993")]
    [InlineData("pop3://mail", "mail", 110, StartTlsProtocol.Pop3, "pop3://mail:110")]
    [InlineData("pop3s://mail", "mail", 995, StartTlsProtocol.None, "pop3s://mail:995")]
    [InlineData("ftp://files", "files", 21, StartTlsProtocol.Ftp, "ftp://files:21")]
    [InlineData("ftps://files", "files", 990, StartTlsProtocol.None, "ftps://files:990")]
    [InlineData("ldap://dc", "dc", 389, StartTlsProtocol.Ldap, "ldap://dc:389")]
    [InlineData("ldaps://dc", "dc", 636, StartTlsProtocol.None, "ldaps://dc:636")]
    [InlineData("postgresql://u:p@db/name", "db", 5432, StartTlsProtocol.PostgreSql, "postgresql://db:5432")]
    [InlineData("postgres://db", "db", 5432, StartTlsProtocol.PostgreSql, "postgres://db:5432")]
    [InlineData("mysql://db", "db", 3306, StartTlsProtocol.MySql, "mysql://db:3306")]
    [InlineData("xmpp://chat", "chat", 5222, StartTlsProtocol.Xmpp, "xmpp://chat:5222")]
    [InlineData("xmpp-server://chat", "chat", 5269, StartTlsProtocol.XmppServer, "xmpp-server://chat:5269")]
    [InlineData("nntp://news", "news", 119, StartTlsProtocol.Nntp, "nntp://news:119")]
    [InlineData("nntps://news", "news", 563, StartTlsProtocol.None, "nntps://news:563")]
    [InlineData("sieve://mail", "mail", 4190, StartTlsProtocol.Sieve, "sieve://mail:4190")]
    [InlineData("irc://chat", "chat", 6667, StartTlsProtocol.Irc, "irc://chat:6667")]
    [InlineData("ircs://chat", "chat", 6697, StartTlsProtocol.None, "ircs://chat:6697")]
    [InlineData("mail:25", "mail", 25, StartTlsProtocol.Smtp, "mail:25")]
    [InlineData("mail:587", "mail", 587, StartTlsProtocol.Smtp, "mail:587")]
    [InlineData("tls://mail:25", "mail", 25, StartTlsProtocol.None, "tls://mail:25")]
    [InlineData("dc:3268", "dc", 3268, StartTlsProtocol.Ldap, "dc:3268")]
    [InlineData("bücher.example", "xn--bcher-kva.example", 443, StartTlsProtocol.None, "xn--bcher-kva.example:443")]
    [InlineData("BÜCHER。example．", "xn--bcher-kva.example", 443, StartTlsProtocol.None, "xn--bcher-kva.example:443")]
    [InlineData("https://münchen.example:8443/", "xn--mnchen-3ya.example", 8443, StartTlsProtocol.None,
        "https://xn--mnchen-3ya.example:8443")]
    [InlineData("_dmarc_host.example", "_dmarc_host.example", 443, StartTlsProtocol.None, "_dmarc_host.example:443")]
    [InlineData("host1.example2.org", "host1.example2.org", 443, StartTlsProtocol.None, "host1.example2.org:443")]
    public void A_text_becomes_an_endpoint_and_back(string text, string host, int port, StartTlsProtocol startTls, string shown)
    {
        Endpoint endpoint = Endpoint.Parse(text);

        Assert.Null(endpoint.Error);
        Assert.Equal((host, port, startTls), (endpoint.HostName, endpoint.Port, endpoint.StartTls));
        Assert.Equal(shown, endpoint.ToString());
        Assert.Equal(endpoint with { IsDefaultPort = false }, Endpoint.Parse(endpoint.ToString()));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("   ", "is empty")]
    [InlineData(null, "is empty")]
    [InlineData(":443", "host is empty")]
    [InlineData("https://", "host is empty")]
    [InlineData("https:///path", "host is empty")]
    [InlineData(".", "empty label")]
    [InlineData("host:0", "\"0\" is not a port")]
    [InlineData("host:70000", "\"70000\" is not a port")]
    [InlineData("host:99999999999999999999", "is not a port")]
    [InlineData("host:-1", "is not a port")]
    [InlineData("host:+443", "is not a port")]
    [InlineData("host:٤٤٣", "is not a port")]
    [InlineData("host:https", "is not a port")]
    [InlineData("gopher://host", "\"gopher\" is not known")]
    [InlineData("://host", "no scheme")]
    [InlineData("http://host", "use https://")]
    [InlineData("[::1", "[address]:port")]
    [InlineData("[::1]443", "[address]:port")]
    [InlineData("[]", "not an IPv6 address")]
    [InlineData("[example.org]:443", "not an IPv6 address")]
    [InlineData("[127.0.0.1]", "not an IPv6 address")]
    [InlineData("::1::2", "not an IPv6 address")]
    [InlineData("a:b:c", "not an IPv6 address")]
    [InlineData("127.1", "not an IPv4 address")]
    [InlineData("0x7f.0.0.1", "not an IPv4 address")]
    [InlineData("0x7f000001", "not an IPv4 address")]
    [InlineData("256.1.1.1", "not an IPv4 address")]
    [InlineData("127.0.0.01", "not an IPv4 address")]
    [InlineData("1.2.3.4.5", "not an IPv4 address")]
    [InlineData("10.0.0.0/8", "looks like a network")]
    [InlineData("https:/host", "two slashes: https://host")]
    [InlineData("C:\\chain.pem", "looks like a file")]
    [InlineData("c:/chain.pem", "looks like a file")]
    [InlineData("*.example.org", "wildcard")]
    [InlineData("a..b", "empty label")]
    [InlineData("host name", "white space")]
    [InlineData("host\r\nX: y", "no white space and no control")]
    [InlineData("ho%73t", "a character that no host name has")]
    [InlineData("host,other", "several endpoints are a list: 'host', 'other'")]
    [InlineData("a:1,b:2", "several endpoints are a list: 'a:1', 'b:2'")]
    [InlineData("./srv.pem", "looks like a file")]
    [InlineData("../tls/srv.pem", "looks like a file")]
    [InlineData("~/srv.pem", "looks like a file")]
    public void A_text_that_is_no_endpoint_says_why(string? text, string reason)
    {
        Endpoint endpoint = Endpoint.Parse(text);

        Assert.Contains(reason, endpoint.Error, StringComparison.Ordinal);
        Assert.Equal(("", 0), (endpoint.HostName, endpoint.Port));
    }

    [Fact]
    public void A_label_of_64_characters_and_a_name_of_254_are_too_long()
    {
        string label = new('a', 63);
        Assert.Null(Endpoint.Parse(label).Error);
        Assert.NotNull(Endpoint.Parse(label + "a").Error);

        string name = string.Join('.', label, label, label, new string('b', 61));
        Assert.Equal(253, name.Length);
        Assert.Null(Endpoint.Parse(name).Error);
        Assert.NotNull(Endpoint.Parse(name + "c").Error);
        Assert.Contains("longer than 2048", Endpoint.Parse(new string('a', 5000)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_given_apart_fills_in_where_the_text_has_none()
    {
        Assert.Equal(8443, Endpoint.Parse("host", 8443).Port);
        Assert.Equal(444, Endpoint.Parse("host:444", 8443).Port);
        Assert.Equal(8443, Endpoint.Parse("https://host/", 8443).Port);
        Assert.Equal(StartTlsProtocol.Imap, Endpoint.Parse("host", 143).StartTls);
        Assert.Contains("\"70000\" is not a port", Endpoint.Parse("host", 70000).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ldap://admin:geheim@dc:0")]
    [InlineData("nonsense://admin:geheim@dc")]
    [InlineData("admin:geheim@dc:x")]
    [InlineData("https://admin:geh@geheim@dc:70000/p@th")]
    public void A_password_is_dropped_even_when_the_rest_is_wrong(string text)
    {
        Endpoint endpoint = Endpoint.Parse(text);

        Assert.NotNull(endpoint.Error);
        Assert.DoesNotContain("geheim", endpoint.ToString() + endpoint.Error + endpoint.Input, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protocol_chosen_by_hand_is_told_by_the_scheme()
    {
        Assert.Equal("imap://host:9143", (Endpoint.Parse("host:9143") with { StartTls = StartTlsProtocol.Imap }).ToString());
        Assert.Equal("tls://host:25", (Endpoint.Parse("host:25") with { StartTls = StartTlsProtocol.None }).ToString());
    }

    [Fact]
    public void A_uri_is_read_as_its_text_is()
    {
        Assert.Equal("https://xn--bcher-kva.example:443", Endpoint.FromUri(new Uri("https://bücher.example/x")).ToString());
        Assert.Equal("smtp://mail:25", Endpoint.FromUri(new Uri("smtp://mail")).ToString());
    }

    [Fact]
    public void Nothing_that_can_be_typed_makes_it_throw()
    {
        Random random = new(20260101);
        string alphabet = "ab1:.[]/@#?%*-_\\ \t\0é。\u202e\ud800😀" + "://xn--";
        for (int i = 0; i < 20000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            Endpoint endpoint = Endpoint.Parse(text);
            Assert.True(endpoint.Error is not null || endpoint.Port is >= 1 and <= 65535, text);
            if (endpoint.Error is null)
            {
                Assert.Equal(endpoint with { IsDefaultPort = false }, Endpoint.Parse(endpoint.ToString()));
            }
        }
    }
}

using TlsTrust.Connections.Endpoints;

namespace TlsTrust.Tests.Connections;

/// <summary>Lists as people have them.</summary>
public sealed class EndpointLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("   \t")]
    [InlineData("# a comment")]
    [InlineData("  ; another")]
    [InlineData("[webservers]")]
    [InlineData("[web:children]")]
    [InlineData("127.0.0.1 localhost localhost.localdomain")]
    [InlineData("ff02::1 ip6-allnodes")]
    public void No_endpoint_stands_there(string line) => Assert.Empty(EndpointLine.Read(line));

    [Theory]
    [InlineData("www.example.org", "www.example.org:443")]
    [InlineData("  www.example.org:8443  # the shop", "www.example.org:8443")]
    [InlineData("https://www.example.org/#top", "https://www.example.org:443")]
    [InlineData("[::1]:8443", "[::1]:8443")]
    [InlineData("[::1]", "[::1]:443")]
    [InlineData("www.example.org 8443", "www.example.org:8443")]
    [InlineData("smtp://mail.example.org", "smtp://mail.example.org:25")]
    public void One_endpoint_stands_there(string line, string expected) =>
        Assert.Equal(expected, Assert.Single(EndpointLine.Read(line)).ToString());

    [Fact]
    public void A_line_of_a_hosts_file_has_a_name_or_more_at_an_address()
    {
        IReadOnlyList<Endpoint> endpoints = EndpointLine.Read("192.0.2.7\twww.example.org  shop.example.org # front");
        Assert.Equal(["www.example.org:443", "shop.example.org:443"], endpoints.Select(endpoint => endpoint.ToString()));
        Assert.All(endpoints, endpoint => Assert.Equal("192.0.2.7", endpoint.Address));
    }

    [Fact]
    public void A_line_of_an_inventory_has_values_and_what_opens_the_host_stays_there()
    {
        Endpoint endpoint =
            Assert.Single(
                EndpointLine.Read("db.example.org:5432 ansible_host=192.0.2.9 site='Berlin' ansible_password=hunter2 " +
                    "ansible_ssh_private_key_file=~/.ssh/id"));
        Assert.Equal(("db.example.org", 5432, "192.0.2.9"), (endpoint.HostName, endpoint.Port, endpoint.Address));
        Assert.Equal("ansible_host=192.0.2.9; site=Berlin", endpoint.Tag.ToString());
    }

    [Theory]
    [InlineData("www.example.org and more")]
    [InlineData("a:1,b:2")]
    [InlineData("192.0.2.0/24")]
    public void What_is_none_of_these_says_so_and_is_not_lost(string line) => Assert.NotNull(Assert.Single(EndpointLine.Read(line)).Error);
}

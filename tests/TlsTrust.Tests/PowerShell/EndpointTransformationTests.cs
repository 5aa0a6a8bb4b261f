using System.Collections;
using System.Net;
using TlsTrust.PowerShell.Parameters;

namespace TlsTrust.Tests.PowerShell;

/// <summary>What needs no PowerShell to be tried; objects and rows are in tests/Test-TlsEndpoint.Tests.ps1.</summary>
public sealed class EndpointTransformationTests
{
    private readonly EndpointTransformationAttribute _attribute = new();

    [Theory]
    [InlineData("www.example.org", "www.example.org:443")]
    [InlineData("www.example.org:8443", "www.example.org:8443")]
    [InlineData("smtp://mail.example.org", "smtp://mail.example.org:25")]
    [InlineData("[::1]:443", "[::1]:443")]
    public void Text_becomes_an_endpoint(string text, string expected) => Assert.Equal(expected, One(text).ToString());

    [Fact]
    public void Uris_and_addresses_become_endpoints()
    {
        Assert.Equal("https://www.example.org:8443", One(new Uri("https://www.example.org:8443/path")).ToString());
        Assert.Equal("[2001:db8::1]:443", One(IPAddress.Parse("2001:db8::1")).ToString());
        Assert.Equal("192.0.2.1:993", One(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 993)).ToString());
        Assert.Equal("www.example.org:993", One(new DnsEndPoint("www.example.org", 993)).ToString());
    }

    [Theory]
    [InlineData("HostName", "Port", 8443, "h.example:8443")]
    [InlineData("host", "port", "8443", "h.example:8443")]
    [InlineData("ComputerName", "Port", "", "h.example:443")]
    [InlineData("Uri", "Port", null, "h.example:443")]
    public void Hashtables_become_endpoints_and_an_empty_port_is_the_default(string hostKey, string portKey, object? port,
        string expected) =>
        Assert.Equal(expected, One(new Hashtable { [hostKey] = "h.example", [portKey] = port }).ToString());

    [Fact]
    public void A_port_that_was_named_stays_whatever_the_default()
    {
        Assert.Equal(99, One("h.example").WithDefaultPort(99).Port);
        Assert.Equal(1, One("h.example:1").WithDefaultPort(99).Port);
        Assert.Equal(1, One(new Hashtable { ["HostName"] = "h.example", ["Port"] = 1 }).WithDefaultPort(99).Port);
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:0")]
    [InlineData("host:70000")]
    [InlineData("host:xx")]
    [InlineData("gopher://host")]
    public void What_cannot_be_read_is_carried_and_not_thrown(string text) => Assert.NotNull(One(text).Error);

    [Fact]
    public void One_bad_element_of_a_list_does_not_spoil_the_others()
    {
        Endpoint[] endpoints = Assert.IsType<Endpoint[]>(_attribute.Transform(null!, new object[] { "a.example", "b:xx", "c.example" }));
        Assert.Equal([true, false, true], endpoints.Select(endpoint => endpoint.Error is null));
    }

    [Fact]
    public void Objects_of_another_kind_are_left_for_another_parameter_set()
    {
        FileInfo file = new("server.pem");
        Assert.Same(file, _attribute.Transform(null!, file));
        Assert.Equal(5, _attribute.Transform(null!, 5));
        Hashtable table = new() { ["Path"] = "x" };
        Assert.Same(table, _attribute.Transform(null!, table));
        Assert.Null(_attribute.Transform(null!, null));
    }

    private Endpoint One(object input) => Assert.Single(Assert.IsType<Endpoint[]>(_attribute.Transform(null!, input)));
}

using System.Net;
using TlsTrust.Connections.Addresses;

namespace TlsTrust.Tests.Connections;

public sealed class AddressScopeTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1%3")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    public void Private_addresses_are_private_in_every_spelling(string text)
    {
        Assert.True(AddressScope.IsPrivate(IPAddress.Parse(text)));
        Assert.False(AddressScope.IsGlobal(IPAddress.Parse(text)));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("64:ff9b::101:101")]
    public void Global_addresses_are_global(string text)
    {
        Assert.False(AddressScope.IsPrivate(IPAddress.Parse(text)));
        Assert.True(AddressScope.IsGlobal(IPAddress.Parse(text)));
    }

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::1")]
    [InlineData("224.0.0.1")]
    public void Documentation_and_multicast_addresses_are_neither(string text)
    {
        Assert.False(AddressScope.IsPrivate(IPAddress.Parse(text)));
        Assert.False(AddressScope.IsGlobal(IPAddress.Parse(text)));
    }
}

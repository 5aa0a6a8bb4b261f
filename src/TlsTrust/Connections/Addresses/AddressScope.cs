using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Connections.Addresses;

/// <summary>How far an address reaches: what a certificate's URL may not point at, and what counts as a public host.</summary>
public static class AddressScope
{
    // IANA special-purpose address registries (RFC 6890 and successors); the cloud metadata addresses
    // 169.254.169.254, 100.100.100.200 and fd00:ec2::254 lie inside these ranges.
    private static readonly IPNetwork[] _private =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("fc00::/7"),
    ];

    private static readonly IPNetwork[] _neverGlobal =
    [
        IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("100::/64"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("ff00::/8"),
    ];

    /// <summary>True for loopback, link-local, site- and unique-local, RFC 1918, CGNAT, metadata and unspecified addresses, in IPv4, IPv6, IPv4-mapped and NAT64 form.</summary>
    public static bool IsPrivate(IPAddress address) => IsIn(_private, Unwrap(address));

    /// <summary>True for an address that is routed on the public Internet.</summary>
    public static bool IsGlobal(IPAddress address)
    {
        IPAddress plain = Unwrap(address);
        return !IsIn(_private, plain) && !IsIn(_neverGlobal, plain);
    }

    private static bool IsIn(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));

    // ::ffff:a.b.c.d, 64:ff9b::a.b.c.d (RFC 6052) and 2002:a.b.c.d:: (RFC 3056) reach the IPv4 address they carry.
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        byte[] bytes = address.GetAddressBytes();
        ReadOnlySpan<byte> nat64 = [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
        return bytes.AsSpan().StartsWith(nat64) ? new IPAddress(bytes.AsSpan(12))
            : bytes[0] == 0x20 && bytes[1] == 0x02 ? new IPAddress(bytes.AsSpan(2, 4))
            : new IPAddress(bytes); // without the scope id, which would keep fe80::1%eth0 out of every network
    }
}

using System.Net;
using System.Net.Sockets;

namespace TlsTrust.Connections.Addresses;

/// <summary>How far an address reaches.</summary>
public enum AddressClass
{
    /// <summary>Routed on the public Internet.</summary>
    Global,

    /// <summary>Set aside (documentation, benchmarks, multicast, reserved): no server of anybody's is there.</summary>
    Reserved,

    /// <summary>Inside a network: RFC 1918, carrier-grade NAT, unique-local, site-local.</summary>
    Private,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>Link-local, and the addresses at which clouds hand out a machine's credentials.</summary>
    Forbidden,
}

/// <summary>How far an address reaches: what a certificate's URL may not point at, and what counts as a public host.</summary>
public static class AddressScope
{
    // The first that holds decides, so what is narrower stands first. IANA special-purpose address registries (RFC 6890 and successors).
    private static readonly SpecialNetwork[] Networks =
    [
        // 168.63.129.16 is Azure's, 192.0.0.192 Oracle's, 100.100.100.200 Alibaba's; AWS, Google and Scaleway have theirs in fd00::/8.
        .. Of(AddressClass.Forbidden, "169.254.0.0/16", "fe80::/10", "168.63.129.16/32", "192.0.0.192/32", "100.100.100.200/32"),
        .. Of(AddressClass.Forbidden, "fd00:ec2::/32", "fd20:ce::254/128", "fd00:42::42/128"),
        // Linux takes the unspecified address for this machine
        .. Of(AddressClass.Loopback, "127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"),
        .. Of(AddressClass.Private, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10"),
        .. Of(AddressClass.Reserved, "0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24"),
        .. Of(AddressClass.Reserved, "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        .. Of(AddressClass.Reserved, "2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "3fff::/20"),
        .. Of(AddressClass.Global, "0.0.0.0/0", "2000::/3"),

        // Of IPv6, IANA has given out nothing outside 2000::/3 that is public.
        .. Of(AddressClass.Reserved, "::/0"),
    ];

    /// <summary>What an address is, in whatever form it is written: of the addresses that it carries, the most guarded counts.</summary>
    public static AddressClass Classify(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        AddressClass most = AddressClass.Global;
        foreach (IPAddress meant in CarriedAddresses.Of(address))
        {
            AddressClass found = Array.Find(Networks, row => row.Network.Contains(meant))!.Class;
            most = found > most ? found : most;
        }

        return most;
    }

    /// <summary>True for what is inside: this machine, its link, private networks, metadata addresses.</summary>
    public static bool IsPrivate(IPAddress address) => Classify(address) >= AddressClass.Private;

    /// <summary>True for an address that is routed on the public Internet.</summary>
    public static bool IsGlobal(IPAddress address) => Classify(address) == AddressClass.Global;

    private static SpecialNetwork[] Of(AddressClass kind, params string[] networks) =>
        Array.ConvertAll(networks, network => new SpecialNetwork(IPNetwork.Parse(network), kind));

    private sealed record SpecialNetwork(IPNetwork Network, AddressClass Class);
}

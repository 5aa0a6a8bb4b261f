using System.Net;
using TlsTrust.Connections.Addresses;

namespace TlsTrust.Connections.Downloads;

/// <summary>
/// Which addresses beside public ones the URLs in a certificate may lead to. Whoever talks to a server inside opens that inside, and no
/// other: a server in 10.0.0.0/8 must not send this machine to its own loopback. <see cref="AddressClass.Forbidden"/> is never open.
/// </summary>
[Flags]
public enum FetchReach
{
    /// <summary>Public addresses only.</summary>
    Public = 0,

    /// <summary>This machine too.</summary>
    Loopback = 1,

    /// <summary>Private networks too.</summary>
    PrivateNetworks = 2,

    /// <summary>All that can be opened: the user allows it.</summary>
    Anywhere = Loopback | PrivateNetworks | Reserved,

    /// <summary>Addresses that are set aside.</summary>
    Reserved = 4,
}

/// <summary>What opens what.</summary>
public static class FetchReaches
{
    /// <summary>What a server at an address opens.</summary>
    public static FetchReach OpenedBy(IPAddress? server) => server is null ? FetchReach.Public : AddressScope.Classify(server) switch
    {
        AddressClass.Loopback => FetchReach.Loopback,
        AddressClass.Private => FetchReach.PrivateNetworks,
        _ => FetchReach.Public,
    };

    /// <summary>
    /// What an endpoint opens. Through a proxy only an address that was written is known; whoever answers for a name may say anything.
    /// </summary>
    /// <param name="host">The host as it was written.</param>
    /// <param name="server">Where the connection went; null through a proxy.</param>
    /// <param name="isProxied">True when a proxy made the connection.</param>
    public static FetchReach OpenedBy(string host, IPAddress? server, bool isProxied) =>
        OpenedBy(!isProxied ? server : IPAddress.TryParse(host, out IPAddress? literal) ? literal : null);

    /// <summary>True when an address may be connected to.</summary>
    public static bool Allows(this FetchReach reach, IPAddress address) => AddressScope.Classify(address) switch
    {
        AddressClass.Global => true,
        AddressClass.Reserved => reach.HasFlag(FetchReach.Reserved),
        AddressClass.Private => reach.HasFlag(FetchReach.PrivateNetworks),
        AddressClass.Loopback => reach.HasFlag(FetchReach.Loopback),
        _ => false,
    };
}

using System.Net;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Endpoints;

namespace TlsTrust.Connections.Downloads;

/// <summary>Says where a URL that somebody else wrote may lead.</summary>
internal static class UrlGuard
{
    /// <summary>2,048 characters: longer URLs occur in no public CA's certificates.</summary>
    public const int MaxUrlLength = 2048;

    // The "bad ports" of the Fetch standard (https://fetch.spec.whatwg.org/#port-blocking): servers there take an HTTP request for
    // commands.
    private static readonly HashSet<int> BlockedPorts =
    [
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115,
            117, 119,
        123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
            989, 990,
        993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    ];

    /// <summary>The URL, where it is an http or https one of sane length; null for anything else.</summary>
    public static Uri? HttpUri(string url) =>
        url.Length <= MaxUrlLength && Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0
            ? uri : null;

    /// <summary>Refuses ports at which no web server is.</summary>
    public static void CheckPort(Uri uri)
    {
        if (BlockedPorts.Contains(uri.Port))
        {
            throw new RefusedAddressException(FetchOutcome.BlockedPort,
                $"port {uri.Port} is one that browsers block: no web server is there");
        }
    }

    /// <summary>
    /// Refuses a name with an address that is not open. One among several is enough: a name that answers with both is how a guard is
    /// slipped past.
    /// </summary>
    public static void Check(string host, IReadOnlyList<IPAddress> addresses, FetchReach reach)
    {
        foreach (IPAddress address in addresses)
        {
            if (!reach.Allows(address))
            {
                throw new RefusedAddressException(FetchOutcome.PrivateAddress, IPAddress.TryParse(host.Trim('[', ']'), out _)
                    ? $"{address} {Words(address)}"
                    : $"{host} has the address {address}, which {Words(address)}");
            }
        }
    }

    /// <summary>Refuses a name that does not resolve here and that a proxy would find inside.</summary>
    public static void CheckUnresolved(string host, FetchReach reach)
    {
        // Behind a proxy, public names often resolve only there; what such an inside name leads to can't be told.
        if (reach != FetchReach.Anywhere && !PublicHost.IsPublicName(host))
        {
            throw new RefusedAddressException(FetchOutcome.PrivateAddress, $"{host} is not a public name");
        }
    }

    private static string Words(IPAddress address) => AddressScope.Classify(address) switch
    {
        AddressClass.Forbidden => "is link-local or gives out a machine's credentials; nothing is ever fetched there",
        AddressClass.Loopback => "is this machine and not a public address",
        AddressClass.Reserved => "is set aside and not a public address",
        _ => "is not a public address",
    };
}

#pragma warning disable CA1032, CA1064 // travels through HttpClient and is caught by the fetcher; nobody else sees it
internal sealed class RefusedAddressException(FetchOutcome outcome, string message) : Exception(message)
{
    internal FetchOutcome Outcome { get; } = outcome;
}
#pragma warning restore CA1032, CA1064

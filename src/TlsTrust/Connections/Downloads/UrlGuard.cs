using System.Net;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Endpoints;

namespace TlsTrust.Connections.Downloads;

/// <summary>Says where a URL that somebody else wrote may lead.</summary>
internal static class UrlGuard
{
    /// <summary>2,048 characters: longer URLs occur in no public CA's certificates.</summary>
    public const int MaxUrlLength = 2048;

    /// <summary>The URL, where it is an http or https one of sane length; null for anything else.</summary>
    public static Uri? HttpUri(string url) =>
        url.Length <= MaxUrlLength && Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0
            ? uri : null;

    /// <summary>Refuses ports at which no web server is.</summary>
    public static void CheckPort(Uri uri)
    {
        if (BlockedPorts.Contain(uri.Port))
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

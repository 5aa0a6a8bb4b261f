using System.Net;

namespace TlsTrust.ErrorTexts.Hosts;

/// <summary>A host that a line names.</summary>
/// <param name="Index">Where in the line.</param>
/// <param name="Endpoint">The host, and the port as far as it is named.</param>
/// <param name="HasPort">True where the text names port or scheme, false where 443 is assumed.</param>
/// <param name="Strength">How plainly: <see cref="Bare"/>, <see cref="Url"/>, <see cref="Framed"/> or <see cref="Upstream"/>.</param>
internal sealed record HostMention(int Index, Endpoint Endpoint, bool HasPort, int Strength)
{
    /// <summary><c>host:port</c> somewhere in a line.</summary>
    internal const int Bare = 1;

    /// <summary>A URL.</summary>
    internal const int Url = 2;

    /// <summary>Behind words such as "could not resolve host:".</summary>
    internal const int Framed = 3;

    /// <summary>What a proxy says of the server behind it.</summary>
    internal const int Upstream = 4;

    /// <summary>True for an IP address: a client that names it connected there, and asked for a name.</summary>
    internal bool IsAddress => IPAddress.TryParse(Endpoint.HostName, out _);

    /// <summary>True for 0.0.0.0 and ::, on which a server listens and to which nobody connects.</summary>
    internal bool IsUnspecified => IPAddress.TryParse(Endpoint.HostName, out IPAddress? address)
        && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>True when both can be the same endpoint: the same host, or an address beside a name.</summary>
    internal bool FitsWith(HostMention other) =>
        IsAddress != other.IsAddress
            ? !HasPort || !other.HasPort || Endpoint.Port == other.Endpoint.Port
            : Endpoint.HostName == other.Endpoint.HostName && (!HasPort || !other.HasPort || Endpoint.Port == other.Endpoint.Port);

    /// <summary>What both say together: the name of one, the port of the one that names it.</summary>
    internal HostMention Join(HostMention later)
    {
        HostMention named = IsAddress && !later.IsAddress ? later : this;
        if (named.HasPort)
        {
            return named;
        }

        HostMention ported = HasPort ? this : later;
        return ported.HasPort && ported.Endpoint.HostName == named.Endpoint.HostName ? ported
            : ported.HasPort ? named with { Endpoint = Endpoint.Parse(named.Endpoint.HostName, ported.Endpoint.Port), HasPort = true }
            : named;
    }
}

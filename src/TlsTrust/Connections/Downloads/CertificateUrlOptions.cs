using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Proxies;

namespace TlsTrust.Connections.Downloads;

/// <summary>How URLs that are written in certificates are fetched: they were chosen by whoever made the certificate.</summary>
public sealed record CertificateUrlOptions
{
    /// <summary>
    /// 10 s for one fetch with all its redirects: a CA's server answers in well under one; more would make a scan wait on an attacker's
    /// server.
    /// </summary>
    public static readonly TimeSpan DefaultFetchTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Time limit of one fetch, redirects included.</summary>
    public TimeSpan FetchTimeout { get; init; } = DefaultFetchTimeout;

    /// <summary>Opens to every fetch all that can be opened: <see cref="FetchReach.Anywhere"/>.</summary>
    public bool AllowPrivateAddress { get; init; }

    /// <summary>Which proxy to use for which host, as for endpoints.</summary>
    public ProxySetting Proxy { get; init; } = ProxySetting.None;

    /// <summary>Who answers for names.</summary>
    public INameResolver Resolver { get; init; } = SystemNameResolver.Instance;

    /// <summary>Who opens sockets.</summary>
    public ISocketDialer Dialer { get; init; } = SystemSocketDialer.Instance;
}

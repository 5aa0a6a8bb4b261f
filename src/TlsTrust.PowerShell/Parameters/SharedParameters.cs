using System.Management.Automation;
using TlsTrust.Clients;
using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Proxies;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>What a parameter means that several cmdlets have: the same in each of them.</summary>
internal static class SharedParameters
{
    /// <summary><c>-TrustStore</c>: a file or directory in place of the store of a client with the platform's defaults.</summary>
    public static TrustStore Store(TlsTrustCommand command, string? trustStore)
    {
        TrustStore store = trustStore is null
            ? TrustStores.Default(ProcessEnvironment.Instance)
            : TrustStores.Open(FilePaths.One(command, trustStore, command.ThrowTerminatingError));
        command.WriteVerbose($"trust store: {store.Name}, {store.Anchors.Count} anchors");
        return store;
    }

    /// <summary>Whose store that is: a given one stands for every client's.</summary>
    public static AnchorScope StoreOf(string? trustStore) =>
        trustStore is null ? AnchorScopes.Of(ProcessEnvironment.Instance.Platform) : AnchorScope.EveryClient;

    /// <summary>
    /// <c>-SearchPath</c>: files and folders with certificates that may complete a chain, and are not trusted; and, in every cmdlet, the
    /// intermediates that were imported.
    /// </summary>
    public static IReadOnlyList<IssuerSource> AtHand(TlsTrustCommand command, string[] searchPath) =>
    [
        .. FilePaths.Resolve(command, searchPath, literal: false, command.ThrowTerminatingError).Select(MachineSources.OfPath),
        .. IssuerCache.Of(ProcessEnvironment.Instance) is { } cache ? [cache.Imported()] : Array.Empty<IssuerSource>(),
    ];

    /// <summary><c>-At</c>: a time in place of now, UTC; null where it was not given.</summary>
    public static DateTime? At(TlsTrustCommand command, DateTime at) =>
        command.MyInvocation.BoundParameters.ContainsKey(nameof(At)) ? at.ToUniversalTime() : null;

    /// <summary><c>-TimeoutSeconds</c>: a limit for the whole of one item, downloads included; null where it was not given.</summary>
    public static TimeSpan? Limit(int timeoutSeconds) => timeoutSeconds > 0 ? TimeSpan.FromSeconds(timeoutSeconds) : null;

    /// <summary>A connection within that limit: no phase of it ends before the whole does.</summary>
    public static ConnectionOptions Within(ConnectionOptions connection, TimeSpan? limit) => limit is not { } time
        ? connection
        : connection with { ResolveTimeout = time, ConnectTimeout = time, HandshakeTimeout = time, TotalTimeout = time };

    /// <summary>Downloads within that limit.</summary>
    public static CertificateUrlOptions Within(CertificateUrlOptions urls, TimeSpan? limit) =>
        limit is { } time && time < urls.FetchTimeout ? urls with { FetchTimeout = time } : urls;

    /// <summary><c>-Proxy</c>, <c>-ProxyCredential</c> and <c>-NoProxy</c>; what the environment says where none is given.</summary>
    public static ProxySetting Proxies(TlsTrustCommand command, string? proxy = null, PSCredential? credential = null, bool noProxy = false)
    {
        if (proxy is not null && noProxy)
        {
            command.Stop(ErrorId.InvalidCombination, "-Proxy and -NoProxy contradict each other.", "Give one of them.", null);
        }

        ProxySetting proxies = noProxy ? ProxySetting.None : ProxySetting.FromEnvironment(ProcessEnvironment.Instance.GetVariable);
        if (proxy is not null)
        {
            if (!ProxyServer.TryParse(proxy, out ProxyServer? server, out string? error))
            {
                // The text itself may hold a password, so it is no target.
                command.Stop(ErrorId.InvalidEndpoint, error!, "Give http://host:port; user name and password by -ProxyCredential.", null);
            }

            proxies = ProxySetting.Always(server!);
        }

        return credential is null ? proxies : proxies.With(credential.GetNetworkCredential());
    }
}

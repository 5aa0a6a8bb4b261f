using System.Net;

namespace TlsTrust.Connections.Proxies;

/// <summary>Which proxy stands between this machine and which endpoint.</summary>
public abstract class ProxySetting
{
    private protected ProxySetting()
    {
    }

    /// <summary>No proxy for anybody.</summary>
    public static ProxySetting None { get; } = new FixedProxy(null);

    /// <summary>One proxy for everybody.</summary>
    /// <param name="server">The proxy.</param>
    public static ProxySetting Always(ProxyServer server) => new FixedProxy(server);

    /// <summary>
    /// What <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c> say, read as curl reads them (curl manual, "Environment").
    /// </summary>
    /// <param name="variable">Gives the value of an environment variable, or null.</param>
    public static ProxySetting FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new EnvironmentProxy(variable);
    }

    /// <summary>The proxy for an endpoint, or null to connect directly.</summary>
    /// <param name="endpoint">Where a connection is wanted.</param>
    /// <param name="fault">Why the setting that applies cannot be used, without its password; null when all is well.</param>
    public abstract ProxyServer? ServerFor(Endpoint endpoint, out string? fault);

    /// <summary>The proxy for an endpoint, or null to connect directly, also where the setting cannot be used.</summary>
    /// <param name="endpoint">Where a connection is wanted.</param>
    public ProxyServer? ServerFor(Endpoint endpoint) => ServerFor(endpoint, out _);

    /// <summary>The same proxies, with this user name and password where the setting brings none of its own.</summary>
    /// <param name="credential">What to answer when a proxy asks.</param>
    public ProxySetting With(NetworkCredential credential) => new CredentialProxy(this, credential);

    private sealed class CredentialProxy(ProxySetting inner, NetworkCredential credential) : ProxySetting
    {
        public override ProxyServer? ServerFor(Endpoint endpoint, out string? fault) =>
            inner.ServerFor(endpoint, out fault) is { } server ? server with { Credential = server.Credential ?? credential } : null;
    }

    private sealed class FixedProxy(ProxyServer? server) : ProxySetting
    {
        public override ProxyServer? ServerFor(Endpoint endpoint, out string? fault)
        {
            fault = null;
            return server;
        }
    }
}

using System.Net;

namespace TlsTrust.Connections;

/// <summary>Which proxy stands between this machine and which endpoint.</summary>
public abstract class ProxySetting
{
    /// <summary>No proxy for anybody.</summary>
    public static ProxySetting None { get; } = new Direct();

    /// <summary>The proxy for an endpoint, or null to connect directly.</summary>
    public abstract ProxyServer? ServerFor(Endpoint endpoint);

    private sealed class Direct : ProxySetting
    {
        public override ProxyServer? ServerFor(Endpoint endpoint) => null;
    }
}

/// <summary>One HTTP proxy.</summary>
/// <param name="HostName">Its host: A-labels or an IP literal without brackets.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsTls">True when the proxy itself is reached over TLS.</param>
/// <param name="Credential">User name and password; null for none. Never printed.</param>
public sealed record ProxyServer(string HostName, int Port, bool IsTls, NetworkCredential? Credential)
{
    /// <summary><c>http://proxy.example:3128</c>: without user name and password.</summary>
    public override string ToString() => new UriBuilder(IsTls ? "https" : "http", HostName, Port).Uri.GetLeftPart(UriPartial.Authority);
}

using System.Globalization;
using System.Net;

namespace TlsTrust.Connections.Proxies;

/// <summary>One HTTP proxy.</summary>
public sealed record ProxyServer
{
    // What curl assumes where a proxy names no port (--proxy: "If the port number is not specified, it is assumed to be 1080", 443 for
    // https).
    private const int DefaultPort = 1080;
    private const int DefaultTlsPort = 443;

    /// <summary>Host: A-labels, or an IP literal without brackets.</summary>
    public required string HostName { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>
    /// <c>http</c>, or <c>https</c> for a proxy that is itself reached over TLS; another scheme is one that is not spoken.
    /// </summary>
    public string Scheme { get; init; } = "http";

    /// <summary>User name and password; null for none. Never printed.</summary>
    public NetworkCredential? Credential { get; init; }

    /// <summary>Where the setting comes from, for messages: <c>HTTPS_PROXY</c>; null when it was given directly.</summary>
    public string? Source { get; init; }

    /// <summary>True when an HTTP CONNECT can be sent to it.</summary>
    internal bool IsSupported => Scheme is "http" or "https";

    /// <summary>
    /// Reads <c>proxy:3128</c>, <c>http://user:password@proxy:3128</c> and the like; user name and password may be percent-encoded.
    /// </summary>
    /// <param name="text">What was set.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="error">Why there is none; without the text itself, which may hold a password.</param>
    public static bool TryParse(string? text, out ProxyServer? proxy, out string? error)
    {
        proxy = null;
        error = null;
        string rest = (text ?? "").Trim();
        int schemeEnd = rest.IndexOf("://", StringComparison.Ordinal);
        string scheme = schemeEnd < 0 ? "http" : rest[..schemeEnd].ToLowerInvariant();
        rest = schemeEnd < 0 ? rest : rest[(schemeEnd + 3)..];
        int pathStart = rest.AsSpan(rest.LastIndexOf('@') + 1).IndexOfAny("/?#");
        rest = pathStart < 0 ? rest : rest[..(rest.LastIndexOf('@') + 1 + pathStart)];
        NetworkCredential? credential = null;
        int at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            string[] parts = rest[..at].Split(':', 2);
            credential = new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
            rest = rest[(at + 1)..];
        }

        Endpoint endpoint = Endpoint.Parse(rest, scheme == "https" ? DefaultTlsPort : DefaultPort);
        if (endpoint.Error is not null)
        {
            error = $"The proxy is not usable: {endpoint.Error}";
            return false;
        }

        proxy = new ProxyServer { HostName = endpoint.HostName, Port = endpoint.Port, Scheme = scheme, Credential = credential };
        return true;
    }

    /// <summary><c>http://proxy.example:3128</c>: without user name and password.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Scheme}://{(HostName.Contains(':', StringComparison.Ordinal) ? $"[{HostName}]" : HostName)}:{Port}");
}

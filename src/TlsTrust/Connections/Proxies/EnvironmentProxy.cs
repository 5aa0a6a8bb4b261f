namespace TlsTrust.Connections.Proxies;

/// <summary>
/// Proxy variables as curl reads them: the scheme's own in lower, then upper case, then those for all; an empty value counts as none.
/// </summary>
internal sealed class EnvironmentProxy : ProxySetting
{
    private readonly Func<string, string?> _variable;
    private readonly NoProxyList _exceptions;

    public EnvironmentProxy(Func<string, string?> variable)
    {
        _variable = variable;
        _exceptions = new NoProxyList(First("no_proxy", "NO_PROXY").Value);
    }

    public override ProxyServer? ServerFor(Endpoint endpoint, out string? fault)
    {
        fault = null;
        if (_exceptions.Contains(endpoint.HostName))
        {
            return null;
        }

        // A plain host:port, and TLS that has no scheme of its own, is asked for as https is.
        string scheme = endpoint.Scheme is null or "tls" or "ssl" ? "https" : endpoint.Scheme;

        // HTTP_PROXY in upper case can be set by whoever sends a header to a CGI program (CVE-2016-5385): curl does not read it.
        string upper = scheme == "http" ? "http_proxy" : $"{scheme.ToUpperInvariant()}_PROXY";
        (string name, string? value) = First($"{scheme}_proxy", upper, "all_proxy", "ALL_PROXY");
        if (value is null)
        {
            return null;
        }

        if (!ProxyServer.TryParse(value, out ProxyServer? server, out string? reason))
        {
            fault = $"{reason} It is set by the variable {name}.";
            return null;
        }

        return server! with { Source = name };
    }

    private (string Name, string? Value) First(params string[] names)
    {
        foreach (string name in names)
        {
            if (_variable(name) is { Length: > 0 } value)
            {
                return (name, value);
            }
        }

        return ("", null);
    }
}

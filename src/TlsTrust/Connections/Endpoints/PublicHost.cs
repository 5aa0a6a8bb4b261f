using System.Net;

namespace TlsTrust.Connections.Endpoints;

/// <summary>Whether a name is one that the public name service would answer for anybody.</summary>
internal static class PublicHost
{
    // RFC 6761, 6762, 7686, 8375, 9476, and the private-use suffixes that networks really use.
    private static readonly string[] SpecialUse =
    [
        "localhost", "test", "invalid", "example", "example.com", "example.net", "example.org", "local", "onion", "alt", "arpa",
        "internal", "lan", "corp", "home", "intranet", "private", "localdomain", "intra", "domain", "svc", "consul", "docker", "workgroup",
    ];

    /// <summary>True for a name of several labels outside the special-use domains; never for an IP literal.</summary>
    public static bool IsPublicName(string host)
    {
        string name = host.TrimEnd('.');
        return name.Contains('.', StringComparison.Ordinal)
            && !IPAddress.TryParse(name, out _)
            && !EndsInNumber(name)
            && !SpecialUse.Any(suffix => name.Equals(suffix, StringComparison.OrdinalIgnoreCase)
                || name.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase));
    }

    // WHATWG URL §3.5: a host whose last label is a number is an IPv4 address in some spelling; no top-level domain is one.
    private static bool EndsInNumber(string name)
    {
        string last = name[(name.LastIndexOf('.') + 1)..];
        return last.All(char.IsAsciiDigit)
            || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && last[2..].All(char.IsAsciiHexDigit));
    }
}

using System.Net;

namespace TlsTrust.Connections.Endpoints;

/// <summary>Whether a name is one that the public name service would answer for anybody.</summary>
internal static class PublicHost
{
    // RFC 6761, 6762, 7686, 8375, 9476, and the private-use suffixes that networks really use.
    private static readonly string[] _specialUse =
    [
        "localhost", "test", "invalid", "example", "example.com", "example.net", "example.org", "local", "onion", "alt", "arpa",
        "internal", "lan", "corp", "home", "intranet", "private", "localdomain",
    ];

    /// <summary>True for a name of several labels outside the special-use domains; never for an IP literal.</summary>
    public static bool IsPublicName(string host)
    {
        string name = host.TrimEnd('.');
        return name.Contains('.', StringComparison.Ordinal)
            && !IPAddress.TryParse(name, out _)
            && !_specialUse.Any(suffix => name.Equals(suffix, StringComparison.OrdinalIgnoreCase)
                || name.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase));
    }
}

using System.Globalization;
using System.Net;

namespace TlsTrust.Connections.Proxies;

/// <summary>
/// The hosts that need no proxy, as curl's noproxy.c matches them: <c>*</c> alone, names with their subdomains, addresses, and CIDR blocks.
/// </summary>
internal sealed class NoProxyList
{
    private static readonly char[] Separators = [',', ' ', '\t'];

    private readonly string[] _entries;
    private readonly bool _isEverything;

    public NoProxyList(string? value)
    {
        _isEverything = value == "*";
        _entries = (value ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>True when a host is to be connected to directly.</summary>
    /// <param name="host">Name or IP literal without brackets.</param>
    public bool Contains(string host)
    {
        if (_isEverything)
        {
            return true;
        }

        return IPAddress.TryParse(host, out IPAddress? address)
            ? _entries.Any(entry => Covers(entry.Trim('[', ']'), address))
            : _entries.Any(entry => Covers(entry, host));
    }

    private static bool Covers(string entry, string host)
    {
        // One leading and one trailing dot say nothing; the suffix counts only at a label's border.
        string suffix = entry.StartsWith('.') ? entry[1..] : entry;
        suffix = suffix.EndsWith('.') ? suffix[..^1] : suffix;
        return suffix.Length > 0
            && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            && (host.Length == suffix.Length || host[^(suffix.Length + 1)] == '.');
    }

    private static bool Covers(string entry, IPAddress address)
    {
        int slash = entry.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? entry : entry[..slash], out IPAddress? network)
            || network.AddressFamily != address.AddressFamily)
        {
            return false;
        }

        byte[] wanted = network.GetAddressBytes();
        byte[] given = address.GetAddressBytes();
        int bits = wanted.Length * 8;
        if (slash >= 0
            && (!int.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits)
                || bits > wanted.Length * 8))
        {
            return false;
        }

        // curl takes /0 for no mask at all: 0.0.0.0/0 is that one address.
        bits = bits == 0 ? wanted.Length * 8 : bits;
        for (int i = 0; i < bits; i++)
        {
            int mask = 0x80 >> (i % 8);
            if ((wanted[i / 8] & mask) != (given[i / 8] & mask))
            {
                return false;
            }
        }

        return true;
    }
}

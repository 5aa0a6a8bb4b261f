using System.Globalization;
using System.Net;

namespace TlsTrust.Connections.Endpoints;

/// <summary>
/// A line of a list as people have them: an endpoint, with a comment behind it; a line of a hosts file, an address with its names; a line
/// of an inventory, a host with <c>key=value</c> beside it; host and port apart. Blank lines, comments and headings of groups are no
/// endpoints.
/// </summary>
public static class EndpointLine
{
    // Far above any list's line. A longer one is no line of a list, and is not taken apart.
    private const int LongestLine = 65_536;

    // Names in every hosts file that stand for no server.
    private static readonly string[] NoServers =
        ["localhost", "localhost.localdomain", "broadcasthost", "ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix",
            "ip6-allnodes", "ip6-allrouters", "ip6-allhosts"];

    // An inventory may hold what opens the host: it stays where it is.
    private static readonly string[] Secrets = ["pass", "secret", "token", "key", "credential"];

    /// <summary>The endpoints of a line; none for a blank one, a comment and a heading.</summary>
    /// <param name="line">One line, without its end.</param>
    public static IReadOnlyList<Endpoint> Read(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string text = WithoutComment(line).Trim();
        if (text.Length == 0 || IsHeading(text))
        {
            return [];
        }

        if (text.Length > LongestLine)
        {
            return [Endpoint.Parse(text)];
        }

        string[] fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 1)
        {
            return [Endpoint.Parse(text)];
        }

        if (fields.Length == 2 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return [Endpoint.Parse(
                $"{(fields[0].Contains(':', StringComparison.Ordinal) && !fields[0].StartsWith('[') ? $"[{fields[0]}]" : fields[0])}:" +
                $"{fields[1]}")];
        }

        if (IPAddress.TryParse(fields[0], out IPAddress? address) && !fields.Any(field => field.Contains('=', StringComparison.Ordinal)))
        {
            return [.. fields.Skip(1).Where(name => !NoServers.Contains(name, StringComparer.OrdinalIgnoreCase))
                .Select(name => Endpoint.Parse(name) with { Address = address.ToString() })];
        }

        if (fields.Skip(1).All(field => field.IndexOf('=', StringComparison.Ordinal) > 0))
        {
            return [OfInventory(fields)];
        }

        return [Endpoint.Parse(text)];
    }

    private static Endpoint OfInventory(string[] fields)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        foreach (string field in fields.Skip(1))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            values.TryAdd(field[..equals], field[(equals + 1)..].Trim('"', '\''));
        }

        // Where the inventory connects to: an address is pinned, a name is what the server is known by there.
        Endpoint endpoint = Endpoint.Parse(fields[0]);
        if (values.GetValueOrDefault("ansible_host") is { Length: > 0 } host)
        {
            endpoint = IPAddress.TryParse(host, out _) && endpoint.Error is null ? endpoint with { Address = host } : Endpoint.Parse(host);
        }

        return endpoint with { Tag =
            new(values.Where(value => !Secrets.Any(secret => value.Key.Contains(secret, StringComparison.OrdinalIgnoreCase)))) };
    }

    // "[web]" and "[web:children]" head a part of an inventory; "[::1]" and "[::1]:443" are addresses.
    private static bool IsHeading(string text) =>
        text[0] == '[' && text[^1] == ']' && !IPAddress.TryParse(text[1..^1], out _);

    private static string WithoutComment(string line)
    {
        string text = line.TrimStart();
        if (text.StartsWith('#') || text.StartsWith(';'))
        {
            return "";
        }

        // A "#" inside a word may be a part of a URL.
        int comment = IndexOfComment(line);
        return comment < 0 ? line : line[..comment];
    }

    private static int IndexOfComment(string line)
    {
        for (int i = 1; i < line.Length; i++)
        {
            if (line[i] == '#' && char.IsWhiteSpace(line[i - 1]))
            {
                return i;
            }
        }

        return -1;
    }
}

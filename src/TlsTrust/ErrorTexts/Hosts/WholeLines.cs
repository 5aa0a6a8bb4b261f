namespace TlsTrust.ErrorTexts.Hosts;

/// <summary>Hosts that only the line as a whole tells.</summary>
internal static class WholeLines
{
    /// <summary>The host that is all of a line, as dialogs show it.</summary>
    internal static HostMention? Alone(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> host = line.Trim();
        bool isHost = host.Length is > 3 and <= HostMentions.LongestAuthority && HostMentions.IsName(host, hasPort: false)
            && !host.Contains(':');
        for (int i = 0; i < host.Length && isHost; i++)
        {
            isHost = HostMentions.IsHostCharacter(host[i]);
        }

        return isHost ? HostMentions.Mention(0, host.ToString(), hasPort: false, null, HostMention.Bare) : null;
    }

    /// <summary>
    /// nginx: <c>server: own, request: …, upstream: "https://192.0.2.1:443/x", host: "asked"</c>. It connects to the upstream; where the
    /// host asked for is not the server's own name, it is the name that the upstream is asked for.
    /// </summary>
    internal static HostMention? Upstream(ReadOnlySpan<char> line)
    {
        const string Words = "upstream: \"";
        int at = line.IndexOf(Words, StringComparison.Ordinal);
        int scheme = at < 0 ? -1 : line[(at + Words.Length)..].IndexOf("://", StringComparison.Ordinal);
        if (scheme is < 1 or > 16)
        {
            return null;
        }

        int colon = at + Words.Length + scheme;
        HostMention? address = HostMentions.FromUrl(line, colon, colon + 3);
        int host = line.IndexOf(", host: \"", StringComparison.Ordinal);
        int own = line.IndexOf(", server: ", StringComparison.Ordinal);
        if (address is null || host < 0 || own < 0)
        {
            return address is null ? null : address with { Strength = HostMention.Upstream };
        }

        // "upstream SSL certificate does not match "name"": what proxy_ssl_name says is asked for.
        const string NameWords = "does not match \"";
        int named = line.IndexOf(NameWords, StringComparison.Ordinal);
        if (named >= 0 && HostMentions.After(line, named + NameWords.Length - 1) is { } name && address.IsAddress)
        {
            return address with
            {
                Endpoint = Endpoint.Parse(name.Endpoint.HostName, address.Endpoint.Port), Strength = HostMention.Upstream,
            };
        }

        HostMention? asked = HostMentions.After(line, host + ", host: \"".Length - 1);
        ReadOnlySpan<char> server = line[(own + ", server: ".Length)..];
        server = server[..Math.Max(0, server.IndexOfAny(", "))];
        return asked is null || server.Equals(asked.Endpoint.HostName, StringComparison.OrdinalIgnoreCase) || !address.IsAddress
            ? address with { Strength = HostMention.Upstream }
            : address with { Endpoint = Endpoint.Parse(asked.Endpoint.HostName, address.Endpoint.Port), Strength = HostMention.Upstream };
    }
}

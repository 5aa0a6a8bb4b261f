using System.Buffers;
using System.Globalization;
using System.Net;
using TlsTrust.Connections.Endpoints;
using TlsTrust.ErrorTexts.Reading;

namespace TlsTrust.ErrorTexts.Hosts;

/// <summary>
/// Finds the hosts that a line names: URLs, <c>host:port</c>, and what stands beside words such as "could not resolve host:". Linear in the
/// line.
/// </summary>
internal static class HostMentions
{
    private const int DnsPort = 53;

    /// <summary>More than any name (253), port and bracket need; keeps each look back and ahead constant.</summary>
    internal const int LongestAuthority = 300;

    // Punctuation, and an address in brackets: a word between the two would make the port that of something else.
    private static readonly SearchValues<char> BetweenHostAndPort = SearchValues.Create(" '\"`«»“”„’,()[]<>.:=\r\n0123456789abcdefABCDEF");

    /// <summary>Adds all mentions of a line.</summary>
    /// <param name="text">The line, and some of what follows it.</param>
    /// <param name="length">Characters of the line itself.</param>
    /// <param name="mentions">Where to.</param>
    internal static void Find(ReadOnlySpan<char> text, int length, List<HostMention> mentions)
    {
        for (int colon = text[..length].IndexOf(':'); colon >= 0;)
        {
            HostMention? found = AuthorityStart(text, colon) is int start and > 0 ? FromUrl(text, colon, start)
                : colon + 1 < text.Length && char.IsAsciiDigit(text[colon + 1]) ? FromHostAndPort(text, colon)
                : null;
            if (found is not null)
            {
                mentions.Add(found);
            }

            int next = text[(colon + 1)..length].IndexOf(':');
            colon = next < 0 ? -1 : colon + 1 + next;
        }
    }

    /// <summary>The host that begins at an index.</summary>
    internal static HostMention? After(ReadOnlySpan<char> text, int index)
    {
        if (index >= text.Length)
        {
            return null;
        }

        int start = index;
        while (start < text.Length && start - index < 8 && PlainText.Plain(text[start]) is ' ' or '\'' or '(' or '<' or '=' or '\\' or '/')
        {
            start++;
        }

        if (start < text.Length && text[start] == '[')
        {
            start++;
        }

        int end = start;
        while (end < text.Length && end - start < LongestAuthority && IsHostCharacter(text[end]))
        {
            end++;
        }

        ReadOnlySpan<char> host = text[start..end].TrimEnd("._-");
        if (end < text.Length && text[end] == ':' && end + 1 < text.Length && (char.IsAsciiDigit(text[end + 1]) || text[end + 1] == '/'))
        {
            // host:port and URLs are found as such, but a single word before a port is only a host behind words that say so.
            return text[end + 1] == '/' || !IsSingleWord(host) ? null : Ported(text, start, host, end);
        }

        int? port = PortAfter(text, end);
        return IsName(host, port is not null) ? Mention(start, host.ToString(), port is not null, port, HostMention.Framed) : null;
    }

    /// <summary>The host that ends at an index.</summary>
    internal static HostMention? Before(ReadOnlySpan<char> text, int index)
    {
        int end = index;
        while (end > 0 && index - end < 3 && PlainText.Plain(text[end - 1]) is '\'' or ' ' or ')')
        {
            end--;
        }

        int start = end;
        while (start > 0 && end - start < LongestAuthority && IsHostCharacter(text[start - 1]))
        {
            start--;
        }

        ReadOnlySpan<char> host = text[start..end].Trim("-.");
        return IsName(host, hasPort: false) ? Mention(start, host.ToString(), hasPort: false, null, HostMention.Framed) : null;
    }

    private static HostMention? Ported(ReadOnlySpan<char> text, int start, ReadOnlySpan<char> host, int colon) =>
        PortAt(text, colon + 1, out int port) && host.Length > 0 && !Digits(host)
            ? Mention(start, host.ToString(), hasPort: true, port, HostMention.Framed) : null;

    /// <summary>Index behind "://"; 0 where there is none.</summary>
    private static int AuthorityStart(ReadOnlySpan<char> text, int colon) =>
        text[colon..].StartsWith("://", StringComparison.Ordinal) ? colon + 3 : 0;

    internal static HostMention? FromUrl(ReadOnlySpan<char> text, int colon, int start)
    {
        int schemeStart = colon;
        while (schemeStart > 0 && colon - schemeStart < 16 && char.IsAsciiLetterOrDigit(text[schemeStart - 1]))
        {
            schemeStart--;
        }

        string scheme = text[schemeStart..colon].ToString();
        bool isOther = !HostWords.Schemes.Contains(scheme);
        if (isOther && (schemeStart == colon || HostWords.PlainWeb.Contains(scheme)))
        {
            return null;
        }

        int end = start;
        while (end < text.Length && end - start < LongestAuthority && IsAuthority(text[end]))
        {
            end++;
        }

        ReadOnlySpan<char> authority = text[start..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..].TrimEnd(".:,)…");
        authority = authority.Contains('[') ? authority : authority.TrimEnd(']'); // a URL in brackets
        if (authority.StartsWith("tcp(", StringComparison.Ordinal))
        {
            authority = authority["tcp(".Length..]; // how Go names the address of a MySQL server
        }

        if (isOther)
        {
            // jdbc:hive2://host:10000, and whatever else names its port.
            return authority.LastIndexOf(':') > authority.LastIndexOf(']')
                ? Mention(schemeStart, authority.ToString(), hasPort: true, null, HostMention.Url) : null;
        }

        if (HostWords.PlainSchemes.TryGetValue(scheme, out int port))
        {
            HostMention? plain = Mention(schemeStart, authority.ToString(), hasPort: true, port, HostMention.Url);
            return plain is null ? null : plain with { HasPort = port != WellKnownService.HttpsPort || !plain.Endpoint.IsDefaultPort };
        }

        HostMention? mention = Mention(schemeStart, $"{scheme}://{authority}", hasPort: true, null, HostMention.Url);

        // What starts with TLS at once is the same endpoint with and without its scheme.
        return mention is { Endpoint.StartTls: StartTlsProtocol.None } ? mention with { Endpoint = mention.Endpoint with { Scheme = null } }
            : mention;
    }

    private static bool IsAuthority(char c) => c > ' ' && !char.IsWhiteSpace(c)
        && c is not ('/' or '\\' or '?' or '#' or '"' or '\'' or '`' or '<' or '>' or ',' or ';' or '|' or '’' or '”' or '{' or '}' or '('
            or ')');

    private static HostMention? FromHostAndPort(ReadOnlySpan<char> text, int colon)
    {
        if (!PortAt(text, colon + 1, out int port))
        {
            return null;
        }

        int start = colon;
        if (colon > 0 && text[colon - 1] is ']' or '|')
        {
            char open = text[colon - 1] == ']' ? '[' : '|'; // wget: |127.0.0.1|:443, Postfix: name[127.0.0.1]:25
            int from = Math.Max(0, colon - 60);
            int at = colon < 2 ? -1 : text[from..(colon - 1)].LastIndexOf(open);
            if (at < 0)
            {
                return null;
            }

            start = from + at;
            ReadOnlySpan<char> inside = text[(start + 1)..(colon - 1)];
            int nameStart = start;
            while (nameStart > 0 && start - nameStart < LongestAuthority && IsHostCharacter(text[nameStart - 1]))
            {
                nameStart--;
            }

            ReadOnlySpan<char> name = text[nameStart..start];
            if (IsName(name, hasPort: false) && IPAddress.TryParse(inside, out _))
            {
                return Mention(nameStart, name.ToString(), hasPort: true, port, HostMention.Framed);
            }

            return Mention(start, inside.Contains(':') ? $"[{inside}]:{port}"
                : $"{inside}:{port}", hasPort: true, port, HostMention.Bare, mustBeAddress: true);
        }

        while (start > 0 && colon - start < LongestAuthority && IsHostCharacter(text[start - 1]))
        {
            start--;
        }

        ReadOnlySpan<char> host = text[start..colon].Trim("-.");
        char before = start > 0 ? text[start - 1] : ' ';
        bool named = before == ':'
            && (Ends(text, start, "ipv4:") || Ends(text, start, "dns:") || Ends(text, start, "host:") || Ends(text, start, "server:")
                || Ends(text, start, "tcp:"));
        named |= Ends(text, start, "unspecified/"); // DnsEndPoint of .NET
        // Java: name/127.0.0.1:443
        bool slashed = before == '/' && start > 1 && (IsHostCharacter(text[start - 2]) || text[start - 2] == ' ');
        if (host.Length == 0 || (before is '\\' or ':' && !named) || (before == '/' && !slashed && !named) || Listens(text, start)
            || (port == DnsPort && Ends(text, start, " on "))) // "lookup x on 192.0.2.53:53" of Go
        {
            return null;
        }

        if (slashed && IPAddress.TryParse(host, out _))
        {
            int nameStart = start - 1;
            while (nameStart > 0 && IsHostCharacter(text[nameStart - 1]))
            {
                nameStart--;
            }

            ReadOnlySpan<char> name = text[nameStart..(start - 1)];
            return IsName(name, hasPort: false) && !IPAddress.TryParse(name, out _)
                ? Mention(nameStart, name.ToString(), hasPort: true, port, HostMention.Framed)
                : Mention(start, $"{host}:{port}", hasPort: true, port, HostMention.Bare);
        }

        if ((before == '/' && !named) || !IsPlausible(host, port, text, start, colon))
        {
            return null;
        }

        return Mention(start, $"{host}:{port}", hasPort: true, port, HostMention.Bare);
    }

    /// <summary>"listening on 192.0.2.1:443" is no host that anybody failed to reach.</summary>
    private static bool Listens(ReadOnlySpan<char> text, int start) =>
        Ends(text, start, "listening on ") || Ends(text, start, "running on ") || Ends(text, start, "started on ")
            || Ends(text, start, "serving on ") || Ends(text, start, "listen on ");

    private static bool PortAt(ReadOnlySpan<char> text, int start, out int port)
    {
        int end = start;
        while (end < text.Length && end - start <= 5 && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        char following = end < text.Length ? text[end] : ' ';
        bool isEnd = !char.IsLetterOrDigit(following) && following is not ('_' or '%')
            && !(following == '-' && end + 1 < text.Length && text[end + 1] == '>')
            && !(following == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))
            && !(following == ':' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]));
        port = 0;
        return isEnd && int.TryParse(text[start..end], NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= 65535;
    }

    private static bool IsPlausible(ReadOnlySpan<char> host, int port, ReadOnlySpan<char> text, int start, int colon)
    {
        if (IPAddress.TryParse(host, out _) && host.Count('.') == 3)
        {
            return true;
        }

        if (host.StartsWith("..", StringComparison.Ordinal) || host.Contains("..", StringComparison.Ordinal) || host.Contains('_'))
        {
            return false;
        }

        if (IsSingleWord(host))
        {
            // A single word before a number may be anything: it needs a frame that says host.
            int end = colon + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            bool bracketed = start > 0 && text[start - 1] == '(' && end < text.Length && text[end] == ')';
            return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (host.IndexOfAnyInRange('a', 'z') >= 0
                    && (bracketed || Ends(text, start, "connect to ") || Ends(text, start, "connection to ")
                    || Ends(text, start, "connecting to ") || Ends(text, start, "-connect ") || Ends(text, start, "dns:")));
        }

        ReadOnlySpan<char> last = host[(host.LastIndexOf('.') + 1)..];
        foreach (char c in last)
        {
            if (!char.IsAsciiLetter(c) && c != '-')
            {
                return false;
            }
        }

        // org.example.Selector:616 is a class and a line of it.
        bool isClass = last.Length > 0 && char.IsAsciiLetterUpper(last[0]) && last.IndexOfAnyInRange('a', 'z') >= 0;
        bool isOther = isClass || HostWords.FileEndings.Contains(last.ToString());
        return last.Length >= 2 && (!isOther || HostWords.TlsPorts.Contains(port));
    }

    private static bool IsSingleWord(ReadOnlySpan<char> host) => !host.Contains('.');

    private static bool Digits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool Ends(ReadOnlySpan<char> text, int end, string words) =>
        end >= words.Length && text[..end].EndsWith(words, StringComparison.OrdinalIgnoreCase);

    /// <summary>"host (127.0.0.1) port 443", "host', port=443", "host port 443 after", and over two lines "host',  port: 443".</summary>
    private static int? PortAfter(ReadOnlySpan<char> text, int index)
    {
        int limit = Math.Min(text.Length, index + 64);
        int word = text[index..limit].IndexOf("port", StringComparison.OrdinalIgnoreCase);
        if (word < 0 || text.Slice(index, word).IndexOfAnyExcept(BetweenHostAndPort) >= 0)
        {
            return Tuple(text, index);
        }

        int start = index + word + 4;
        while (start < limit && text[start] is ' ' or '=' or ':' or '\'' or '"')
        {
            start++;
        }

        return PortAt(text, start, out int port) ? port : null;
    }

    /// <summary>Erlang: {'host', 443}; Python: ('host', 443).</summary>
    private static int? Tuple(ReadOnlySpan<char> text, int index)
    {
        int start = index;
        while (start < text.Length && start - index < 4 && PlainText.Plain(text[start]) is '\'' or ',' or ' ')
        {
            start++;
        }

        bool isTuple = start > index && text[index..start].Contains(',') && PortAt(text, start, out int _);
        return isTuple && PortAt(text, start, out int port)
            && (text[..index].LastIndexOfAny('{', '(') >= Math.Max(0, index - LongestAuthority)) ? port : null;
    }

    /// <summary>A name of several labels, localhost or an address: single words are words.</summary>
    internal static bool IsName(ReadOnlySpan<char> host, bool hasPort)
    {
        if (host.Length == 0 || Digits(host) || host.Contains("..", StringComparison.Ordinal) || !char.IsAsciiLetterOrDigit(host[0]))
        {
            return false;
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.Contains(':'))
        {
            return true;
        }

        if (!host.Contains('.'))
        {
            return hasPort;
        }

        ReadOnlySpan<char> last = host[(host.LastIndexOf('.') + 1)..];
        return host.IndexOfAnyInRange('a', 'z') < 0 && host.IndexOfAnyInRange('A', 'Z') < 0
            ? IPAddress.TryParse(host, out _) && host.Count('.') == 3
            : last.Length > 1 && !Digits(last) && (hasPort || !HostWords.FileEndings.Contains(last.ToString()));
    }

    internal static bool IsHostCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    internal static HostMention? Mention(int index, string text, bool hasPort, int? port, int strength, bool mustBeAddress = false)
    {
        Endpoint endpoint = Endpoint.Parse(text, port);
        if (endpoint.Error is not null)
        {
            return null;
        }

        HostMention mention = new(index, endpoint, hasPort, strength);
        return mustBeAddress && !mention.IsAddress ? null : mention;
    }
}

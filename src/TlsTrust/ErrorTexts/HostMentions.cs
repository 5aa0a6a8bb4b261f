using System.Buffers;
using System.Globalization;

namespace TlsTrust.ErrorTexts;

/// <summary>Finds the hosts that a text names: URLs, <c>host:port</c>, and what follows words such as "could not resolve host:". Linear in the text.</summary>
internal static class HostMentions
{
    /// <summary>More than any name (253), port and bracket need; keeps each look back and ahead constant.</summary>
    private const int LongestAuthority = 300;

    private static readonly HashSet<string> _schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        "https", "wss", "ftps", "ldap", "ldaps", "imap", "imaps", "pop3", "pop3s", "smtp", "smtps", "amqps", "mqtts", "rediss",
        "postgres", "postgresql", "mysql", "tls", "ssl", "h2",
    };

    // Line numbers of source files look like ports.
    private static readonly HashSet<string> _fileEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        "java", "kt", "kts", "scala", "groovy", "gradle", "clj", "py", "pyx", "rb", "php", "pl", "pm", "js", "mjs", "cjs", "ts", "tsx", "jsx",
        "vue", "go", "rs", "c", "cc", "cpp", "cxx", "h", "hpp", "m", "mm", "swift", "cs", "fs", "vb", "ps1", "psm1", "sh", "bash", "lua", "ex",
        "exs", "erl", "hs", "ml", "dart", "r", "jl", "sql", "yml", "yaml", "json", "xml", "toml", "ini", "conf", "cfg", "log", "txt", "md",
        "html", "css", "tf", "hcl", "proto", "dll", "exe", "so", "jar", "pem", "crt",
    };

    // Some of those endings are countries; there these ports, rare as line numbers, make the difference.
    private static readonly HashSet<int> _tlsPorts = [443, 465, 563, 587, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 6697];

    // Punctuation, and an address in brackets: a word between the two would make the port that of something else.
    private static readonly SearchValues<char> _betweenHostAndPort = SearchValues.Create(" '\",()<>.:\r\n0123456789abcdefABCDEF");

    /// <summary>All mentions, in the order of the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="named">Where words end that a host follows, or begin that follow a host.</param>
    /// <param name="isDocumentation">Hosts that are named only to say where help is.</param>
    /// <param name="maximum">No more than these.</param>
    internal static List<HostMention> Find(string text, IEnumerable<(int Index, bool HostFollows)> named, Func<string, bool> isDocumentation, int maximum)
    {
        List<HostMention> mentions = [];

        void Add(HostMention? mention)
        {
            if (mention is not null && mentions.Count < maximum && !isDocumentation(mention.Endpoint.HostName))
            {
                mentions.Add(mention);
            }
        }

        for (int colon = text.IndexOf(':', StringComparison.Ordinal); colon >= 0; colon = text.IndexOf(':', colon + 1))
        {
            if (AuthorityStart(text, colon) is int start and > 0)
            {
                Add(FromUrl(text, colon, start));
            }
            else if (colon + 1 < text.Length && char.IsAsciiDigit(text[colon + 1]))
            {
                Add(FromHostAndPort(text, colon));
            }
        }

        foreach ((int index, bool hostFollows) in named)
        {
            Add(hostFollows ? After(text, index) : Before(text, index));
        }

        mentions.Sort(static (left, right) => left.Index.CompareTo(right.Index));
        return mentions;
    }

    /// <summary>Index behind "://", also as JSON writes it; 0 where there is none.</summary>
    private static int AuthorityStart(string text, int colon) =>
        string.CompareOrdinal(text, colon, "://", 0, 3) == 0 ? colon + 3
        : string.CompareOrdinal(text, colon, @":\/\/", 0, 5) == 0 ? colon + 5
        : 0;

    private static HostMention? FromUrl(string text, int colon, int start)
    {
        int schemeStart = colon;
        while (schemeStart > 0 && colon - schemeStart < 16 && char.IsAsciiLetterOrDigit(text[schemeStart - 1]))
        {
            schemeStart--;
        }

        string scheme = text[schemeStart..colon];
        if (!_schemes.Contains(scheme))
        {
            return null;
        }

        int end = start;
        while (end < text.Length && end - start < LongestAuthority && IsAuthority(text[end]))
        {
            end++;
        }

        string authority = text[start..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..].TrimEnd('.', ':', ',', ')');
        HostMention? mention = Mention(schemeStart, $"{scheme}://{authority}", hasPort: true, null);

        // What starts with TLS at once is the same endpoint with and without its scheme.
        return mention is { Endpoint.StartTls: StartTlsProtocol.None } ? mention with { Endpoint = mention.Endpoint with { Scheme = null } } : mention;
    }

    private static bool IsAuthority(char c) => c > ' ' && !char.IsWhiteSpace(c) && c is not ('/' or '\\' or '?' or '#' or '"' or '\'' or '`' or '<' or '>' or ',' or ';' or '|' or '’' or '”' or '\x1b' or '{' or '}');

    private static HostMention? FromHostAndPort(string text, int colon)
    {
        int end = colon + 1;
        while (end < text.Length && end - colon <= 6 && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        char following = end < text.Length ? text[end] : ' ';
        bool isEnd = !char.IsLetterOrDigit(following) && following is not ('_' or '%') && !(following == '-' && end + 1 < text.Length && text[end + 1] == '>');
        if (!isEnd || !int.TryParse(text.AsSpan(colon + 1, end - colon - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is 0 or > 65535)
        {
            return null;
        }

        int start = colon;
        if (colon > 0 && text[colon - 1] is ']' or '|')
        {
            char open = text[colon - 1] == ']' ? '[' : '|'; // wget: |127.0.0.1|:443
            start = text.LastIndexOf(open, colon - 2 < 0 ? 0 : colon - 2, Math.Min(60, Math.Max(colon - 1, 0)));
            if (start < 0)
            {
                return null;
            }

            return Mention(start, open == '[' ? text[start..end] : $"{text[(start + 1)..(colon - 1)]}:{port}", hasPort: true, port, mustBeAddress: true);
        }

        while (start > 0 && colon - start < LongestAuthority && IsHostCharacter(text[start - 1]))
        {
            start--;
        }

        string host = text[start..colon].Trim('-', '.');
        char before = start > 0 ? text[start - 1] : ' ';
        if (host.Length == 0 || before is '/' or '\\' or ':' || EndsWith(text, start, " on ") || !IsPlausible(host, port, text, start, following))
        {
            return null;
        }

        return Mention(start, $"{host}:{port}", hasPort: true, port);
    }

    private static bool IsPlausible(string host, int port, string text, int start, char following)
    {
        string[] labels = host.Split('.');
        if (labels.Length == 4 && labels.All(static label => byte.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            return true;
        }

        if (labels.Any(static label => label.Length == 0))
        {
            return false;
        }

        string last = labels[^1];
        if (labels.Length == 1)
        {
            // A single word before a number may be anything: it needs a frame that says host.
            return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (host.Any(char.IsAsciiLetter) && ((start > 0 && text[start - 1] == '(' && following == ')')
                    || EndsWith(text, start, "connect to ") || EndsWith(text, start, "connection to ") || EndsWith(text, start, "connecting to ") || EndsWith(text, start, "-connect ")));
        }

        return last.Length >= 2 && last.All(static c => char.IsAsciiLetter(c) || c == '-') && (!_fileEndings.Contains(last) || _tlsPorts.Contains(port));
    }

    private static bool EndsWith(string text, int end, string words) =>
        end >= words.Length && string.Compare(text, end - words.Length, words, 0, words.Length, StringComparison.OrdinalIgnoreCase) == 0;

    private static HostMention? After(string text, int index)
    {
        int start = index;
        while (start < text.Length && start - index < 8 && PlainText.Plain(text[start]) is ' ' or '\'' or '"' or '(' or '<')
        {
            start++;
        }

        int end = start;
        while (end < text.Length && end - start < LongestAuthority && (IsHostCharacter(text[end]) || text[end] is '[' or ']'))
        {
            end++;
        }

        string host = text[start..end].TrimEnd('.', '-');
        char following = end < text.Length ? text[end] : ' ';
        if (following is ':' && end + 1 < text.Length && (char.IsAsciiDigit(text[end + 1]) || text[end + 1] == '/'))
        {
            return null; // host:port and URLs are found as such
        }

        int? port = PortAfter(text, end);

        // libpq's words: behind any port of its own there is PostgreSQL, which speaks before TLS.
        string scheme = EndsWith(text, index, "connection to server at ") ? "postgresql://" : "";
        return IsName(host, port is not null) ? Mention(start, scheme + host, hasPort: port is not null, port) : null;
    }

    /// <summary>"host (127.0.0.1) port 443", "host', port=443", "host port 443 after", and over two lines "host',  port: 443".</summary>
    private static int? PortAfter(string text, int index)
    {
        int limit = Math.Min(text.Length, index + 64);
        int word = text.IndexOf("port", index, limit - index, StringComparison.Ordinal);
        if (word < 0 || text.AsSpan(index, word - index).IndexOfAnyExcept(_betweenHostAndPort) >= 0)
        {
            return null;
        }

        int start = word + 4;
        while (start < limit && text[start] is ' ' or '=' or ':' or '\'')
        {
            start++;
        }

        int end = start;
        while (end < text.Length && end - start < 6 && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return int.TryParse(text.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65535 ? port : null;
    }

    private static HostMention? Before(string text, int index)
    {
        int end = index;
        while (end > 0 && index - end < 2 && PlainText.Plain(text[end - 1]) is '\'' or '"')
        {
            end--;
        }

        int start = end;
        while (start > 0 && end - start < LongestAuthority && IsHostCharacter(text[start - 1]))
        {
            start--;
        }

        string host = text[start..end].Trim('-', '.');
        return IsName(host, hasPort: false) ? Mention(start, host, hasPort: false, null) : null;
    }

    /// <summary>A name of several labels, localhost or an address: single words are words.</summary>
    private static bool IsName(string host, bool hasPort)
    {
        if (host.Length == 0 || host.All(char.IsAsciiDigit))
        {
            return false;
        }

        return hasPort || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.Contains(':', StringComparison.Ordinal)
            || (host.Contains('.', StringComparison.Ordinal) && host.Any(char.IsAsciiLetter) ? !_fileEndings.Contains(host[(host.LastIndexOf('.') + 1)..]) : host.Count(static c => c == '.') == 3);
    }

    private static bool IsHostCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static HostMention? Mention(int index, string text, bool hasPort, int? port, bool mustBeAddress = false)
    {
        Endpoint endpoint = Endpoint.Parse(text, port);
        if (endpoint.Error is not null)
        {
            return null;
        }

        HostMention mention = new(index, endpoint, hasPort);
        return mustBeAddress && !mention.IsAddress ? null : mention;
    }
}

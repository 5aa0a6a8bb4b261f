using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.Extensions;

/// <summary>Where a name is in relation to subtrees of its kind.</summary>
internal enum SubtreeAnswer
{
    /// <summary>There is no subtree of its kind.</summary>
    Unconstrained,

    /// <summary>It is in none of them.</summary>
    Outside,

    /// <summary>It is in one of them.</summary>
    Within,

    /// <summary>It, or a subtree of its kind, can't be read: neither surely permitted nor surely not excluded.</summary>
    Unreadable,
}

/// <summary>How names are read where RFC 5280 leaves room.</summary>
internal enum SubtreeReading
{
    /// <summary>A wildcard is within only when every name it covers is.</summary>
    Permitting,

    /// <summary>A wildcard is within when one name it covers is (CVE-2025-61727).</summary>
    Excluding,
}

/// <summary>
/// Subtrees of RFC 5280 §4.2.1.10, sorted so that a name costs as much as it has labels, however many there are of them:
/// thousands of names against thousands of subtrees are a known way to burn a validator's time.
/// </summary>
internal sealed class SubtreeSet
{
    private readonly DomainSet _dns = new();
    private readonly DomainSet _wildcardParents = new();
    private readonly DomainSet _uriHosts = new();
    private readonly DomainSet _emailHosts = new();
    private readonly HashSet<(string Local, string Host)> _mailboxes = [];
    private readonly List<ReadOnlyMemory<byte>> _addresses = [];
    private readonly List<DistinguishedName> _directories = [];
    private readonly int _kinds;
    private readonly int _unreadableKinds;

    internal SubtreeSet(IReadOnlyList<GeneralName> subtrees)
    {
        foreach (GeneralName subtree in subtrees)
        {
            int bit = 1 << (int)subtree.Kind;
            _kinds |= bit;
            if (!TryAdd(subtree))
            {
                _unreadableKinds |= bit;
            }
        }
    }

    /// <summary>Whether a DNS name or mailbox is one.</summary>
    internal static bool IsReadable(GeneralName name) =>
        name.Kind == GeneralNameKind.Email ? IsMailbox(name.Text)
            : DnsName.IsValid(DnsName.IsWildcard(name.Text) ? name.Text.AsSpan(2) : name.Text.AsSpan().TrimEnd('.'));

    internal SubtreeAnswer Find(GeneralName name, SubtreeReading reading)
    {
        int bit = 1 << (int)name.Kind;
        if ((_kinds & bit) == 0)
        {
            return SubtreeAnswer.Unconstrained;
        }

        if ((_unreadableKinds & bit) != 0)
        {
            return SubtreeAnswer.Unreadable;
        }

        return name.Kind switch
        {
            GeneralNameKind.Dns => FindDns(name.Text, reading),
            GeneralNameKind.Email => FindEmail(name.Text),
            GeneralNameKind.Uri => FindUri(name.Text),
            GeneralNameKind.IpAddress => FindAddress(name.Content.Span),
            _ => Answer(_directories.Exists(directory => name.DirectoryName!.IsWithin(directory))),
        };
    }

    private bool TryAdd(GeneralName subtree)
    {
        string text = subtree.Kind is GeneralNameKind.Dns or GeneralNameKind.Email or GeneralNameKind.Uri ? subtree.Text : "";
        switch (subtree.Kind)
        {
            case GeneralNameKind.Dns:
                // A leading period, which RFC 5280 has for URIs only, asks clients for at least one more label.
                if (text.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
                {
                    _wildcardParents.Hosts.Add(text[(dot + 1)..]);
                }

                return _dns.TryAdd(text, hostsCoverDomains: true);
            case GeneralNameKind.Uri:
                return _uriHosts.TryAdd(text, hostsCoverDomains: false);
            case GeneralNameKind.Email when text.LastIndexOf('@') is >= 0 and var at:
                _mailboxes.Add((Unquote(text[..at]), HostKey(text[(at + 1)..])));
                return IsMailbox(text);
            case GeneralNameKind.Email:
                return _emailHosts.TryAdd(text, hostsCoverDomains: false);
            case GeneralNameKind.IpAddress:
                _addresses.Add(subtree.Content);
                return subtree.Content.Length is 8 or 32 && IsPrefixMask(subtree.Content.Span[(subtree.Content.Length / 2)..]);
            case GeneralNameKind.Directory:
                _directories.Add(subtree.DirectoryName!);
                return true;
            default:
                // RFC 5280 asks for no more kinds, and for a refusal where a constraint can't be applied.
                return false;
        }
    }

    private SubtreeAnswer FindDns(string name, SubtreeReading reading)
    {
        bool isWildcard = DnsName.IsWildcard(name);
        string parent = isWildcard ? name[2..] : name.EndsWith('.') ? name[..^1] : name;
        if (!DnsName.IsValid(parent))
        {
            // What is no DNS name is never permitted; as an exclusion its letters count for what they are.
            return reading != SubtreeReading.Permitting || _dns.CoversAll ? Answer(_dns.Contains(name)) : SubtreeAnswer.Unreadable;
        }

        return isWildcard
            ? Answer(_dns.ContainsBelow(parent) || (reading == SubtreeReading.Excluding && _wildcardParents.Hosts.Contains(parent)))
            : Answer(_dns.Contains(parent));
    }

    /// <summary>A mailbox, a host (all mailboxes on it), or a period and a domain (all mailboxes below it).</summary>
    private SubtreeAnswer FindEmail(string name)
    {
        if (!IsMailbox(name))
        {
            return SubtreeAnswer.Unreadable;
        }

        int at = name.LastIndexOf('@');
        string host = name[(at + 1)..];
        return Answer(_emailHosts.Contains(host) || _mailboxes.Contains((Unquote(name[..at]), HostKey(host))));
    }

    /// <summary>
    /// The host of a URI against a host, or a period and a domain. A URI without a host name, or with an address, can't be constrained.
    /// </summary>
    private SubtreeAnswer FindUri(string name) =>
        FindHost(name) is { Length: > 0 } host && DnsName.IsValid(host) && !System.Net.IPAddress.TryParse(host, out _)
            ? Answer(_uriHosts.Contains(host)) : SubtreeAnswer.Unreadable;

    /// <summary>Address and mask; IPv4 and IPv6 have nothing to do with each other.</summary>
    private SubtreeAnswer FindAddress(ReadOnlySpan<byte> address)
    {
        if (address.Length is not (4 or 16))
        {
            return SubtreeAnswer.Unreadable;
        }

        foreach (ReadOnlyMemory<byte> subtree in _addresses)
        {
            if (subtree.Length == address.Length * 2 && IsWithin(address, subtree.Span))
            {
                return SubtreeAnswer.Within;
            }
        }

        return SubtreeAnswer.Outside;
    }

    private static bool IsWithin(ReadOnlySpan<byte> address, ReadOnlySpan<byte> subtree)
    {
        for (int i = 0; i < address.Length; i++)
        {
            if (((address[i] ^ subtree[i]) & subtree[address.Length + i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>RFC 5280 §4.2.1.10: in the style of RFC 4632, ones and then zeros.</summary>
    private static bool IsPrefixMask(ReadOnlySpan<byte> mask)
    {
        bool ended = false;
        foreach (byte octet in mask)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                bool isSet = (octet >> bit & 1) != 0;
                if (isSet && ended)
                {
                    return false;
                }

                ended |= !isSet;
            }
        }

        return true;
    }

    /// <summary>RFC 3986 §3.2: what is between <c>//</c> and the path, without user and port.</summary>
    private static string? FindHost(string uri)
    {
        int authority = uri.IndexOf("://", StringComparison.Ordinal);
        if (authority < 1)
        {
            return null;
        }

        string rest = uri[(authority + 3)..];
        int end = rest.AsSpan().IndexOfAny('/', '?', '#');
        rest = end >= 0 ? rest[..end] : rest;
        rest = rest[(rest.LastIndexOf('@') + 1)..];
        int port = rest.StartsWith('[') ? -1 : rest.LastIndexOf(':');
        return port < 0 || rest.AsSpan(port + 1).ContainsAnyExceptInRange('0', '9') ? rest : rest[..port];
    }

    private static SubtreeAnswer Answer(bool within) => within ? SubtreeAnswer.Within : SubtreeAnswer.Outside;

    private static string HostKey(string host) => host.ToUpperInvariant();

    private static bool IsMailbox(string text) =>
        text.LastIndexOf('@') is > 0 and var at && IsLocalPart(text.AsSpan(0, at)) && DnsName.IsValid(text.AsSpan(at + 1));

    /// <summary>RFC 5321 §4.1.2 and RFC 6531 §3.3: quoted, or atoms between single periods.</summary>
    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (local.Length >= 2 && local[0] == '"' && local[^1] == '"')
        {
            return true;
        }

        const string Atom = "!#$%&'*+-/=?^_`{|}~.";
        foreach (char c in local)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c < 0x80 && !Atom.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal);
    }

    private static string Unquote(string local) =>
        local.Length >= 2 && local[0] == '"' && local[^1] == '"' ? local[1..^1].Replace("\\", "", StringComparison.Ordinal) : local;

    /// <summary>Hosts and domains, found by walking up the labels of a name.</summary>
    private sealed class DomainSet
    {
        private readonly HashSet<string> _domains = new(StringComparer.OrdinalIgnoreCase);

        internal HashSet<string> Hosts { get; } = new(StringComparer.OrdinalIgnoreCase);

        internal bool CoversAll { get; private set; }

        internal bool TryAdd(string constraint, bool hostsCoverDomains)
        {
            if (constraint.Length == 0)
            {
                CoversAll = true;
                return true;
            }

            string name = constraint[0] == '.' ? constraint[1..] : constraint;
            if (constraint[0] != '.')
            {
                Hosts.Add(name);
            }

            if (constraint[0] == '.' || hostsCoverDomains)
            {
                _domains.Add(name);
            }

            return DnsName.IsValid(name);
        }

        internal bool Contains(string name) => CoversAll || Hosts.Contains(name) || IsBelowDomain(name);

        /// <summary>Whether everything below a name is in the set.</summary>
        internal bool ContainsBelow(string parent) => CoversAll || _domains.Contains(parent) || IsBelowDomain(parent);

        private bool IsBelowDomain(string name)
        {
            for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0 && _domains.Count > 0; dot = name.IndexOf('.', dot + 1))
            {
                if (_domains.Contains(name[(dot + 1)..]))
                {
                    return true;
                }
            }

            return false;
        }
    }
}

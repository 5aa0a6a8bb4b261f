using System.Net;
using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>Whether a name is in a subtree.</summary>
internal enum SubtreeAnswer
{
    /// <summary>It is not.</summary>
    Outside,

    /// <summary>It is.</summary>
    Within,

    /// <summary>Name or constraint can't be read: neither permitted nor surely not excluded.</summary>
    Unreadable,
}

/// <summary>Compares names with subtrees of their kind, RFC 5280 §4.2.1.10.</summary>
internal static class NameSubtree
{
    internal static SubtreeAnswer Compare(GeneralName name, GeneralName subtree, bool isExcluding) => name.Kind switch
    {
        GeneralNameKind.Dns => CompareDns(name.Text, subtree.Text, isExcluding),
        GeneralNameKind.Email => CompareEmail(name.Text, subtree.Text, isExcluding),
        GeneralNameKind.Uri => CompareUri(name.Text, subtree.Text),
        GeneralNameKind.IpAddress => CompareAddress(name.Content.Span, subtree.Content.Span),
        GeneralNameKind.Directory => name.DirectoryName!.IsWithin(subtree.DirectoryName!) ? SubtreeAnswer.Within : SubtreeAnswer.Outside,
        // RFC 5280 asks for no more kinds; a constraint that can't be applied must refuse (§4.2.1.10, last paragraph).
        _ => SubtreeAnswer.Unreadable,
    };

    /// <summary>
    /// A name is within a subtree when labels can be added on the left to get it. A wildcard stands for every name it covers:
    /// it is within a permitted subtree only when all are, and within an excluded one when one is (CVE-2025-61727).
    /// </summary>
    private static SubtreeAnswer CompareDns(string name, string subtree, bool isExcluding)
    {
        if (subtree.Length == 0)
        {
            return SubtreeAnswer.Within;
        }

        string constraint = subtree[0] == '.' ? subtree[1..] : subtree;
        bool isWildcard = name.StartsWith("*.", StringComparison.Ordinal);
        string parent = isWildcard ? name[2..] : name;
        if (!HostNameMatcher.IsDnsName(constraint) || !HostNameMatcher.IsDnsName(parent.EndsWith('.') ? parent[..^1] : parent))
        {
            return SubtreeAnswer.Unreadable;
        }

        if (isWildcard)
        {
            bool all = IsBelow(name, constraint);
            bool some = all || (isExcluding && constraint.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
                && string.Equals(constraint[(dot + 1)..], parent, StringComparison.OrdinalIgnoreCase));
            return all || some ? SubtreeAnswer.Within : SubtreeAnswer.Outside;
        }

        // With a leading period, which RFC 5280 has for URIs only, clients ask for at least one more label.
        bool same = subtree[0] != '.' && string.Equals(name, constraint, StringComparison.OrdinalIgnoreCase);
        return same || IsBelow(name, constraint) ? SubtreeAnswer.Within : SubtreeAnswer.Outside;
    }

    /// <summary>A mailbox, a host (all mailboxes on it), or a period and a domain (all mailboxes below it).</summary>
    private static SubtreeAnswer CompareEmail(string name, string subtree, bool isExcluding)
    {
        int at = name.LastIndexOf('@');
        if (at < 1 || at == name.Length - 1)
        {
            return SubtreeAnswer.Unreadable;
        }

        string host = name[(at + 1)..];
        int constraintAt = subtree.LastIndexOf('@');
        if (constraintAt >= 0)
        {
            bool sameHost = string.Equals(host, subtree[(constraintAt + 1)..], StringComparison.OrdinalIgnoreCase);
            string local = Unquote(name[..at]);
            string wanted = Unquote(subtree[..constraintAt]);
            return sameHost && string.Equals(local, wanted, StringComparison.Ordinal) ? SubtreeAnswer.Within : SubtreeAnswer.Outside;
        }

        if (subtree.Length == 0)
        {
            return SubtreeAnswer.Within;
        }

        bool within = subtree[0] == '.' ? IsBelow(host, subtree[1..]) : string.Equals(host, subtree, StringComparison.OrdinalIgnoreCase);
        _ = isExcluding;
        return within ? SubtreeAnswer.Within : SubtreeAnswer.Outside;
    }

    /// <summary>The host of a URI against a host, or a period and a domain. A URI without a host name, or with an address, can't be constrained and is refused.</summary>
    private static SubtreeAnswer CompareUri(string name, string subtree)
    {
        if (FindHost(name) is not { Length: > 0 } host || HostNameMatcher.TryParseAddress(host, out _) || !HostNameMatcher.IsDnsName(host))
        {
            return SubtreeAnswer.Unreadable;
        }

        if (subtree.Length == 0)
        {
            return SubtreeAnswer.Within;
        }

        bool within = subtree[0] == '.' ? IsBelow(host, subtree[1..]) : string.Equals(host, subtree, StringComparison.OrdinalIgnoreCase);
        return within ? SubtreeAnswer.Within : SubtreeAnswer.Outside;
    }

    /// <summary>Address and mask, which must be a prefix; IPv4 and IPv6 have nothing to do with each other.</summary>
    private static SubtreeAnswer CompareAddress(ReadOnlySpan<byte> address, ReadOnlySpan<byte> subtree)
    {
        if (address.Length is not (4 or 16) || subtree.Length is not (8 or 32))
        {
            return SubtreeAnswer.Unreadable;
        }

        if (address.Length * 2 != subtree.Length)
        {
            return SubtreeAnswer.Outside;
        }

        ReadOnlySpan<byte> mask = subtree[address.Length..];
        bool within = true;
        for (int i = 0; i < address.Length; i++)
        {
            within &= (address[i] & mask[i]) == (subtree[i] & mask[i]);
        }

        return within ? SubtreeAnswer.Within : SubtreeAnswer.Outside;
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
        if (rest.StartsWith('['))
        {
            return rest;
        }

        int port = rest.LastIndexOf(':');
        return port >= 0 ? rest[..port] : rest;
    }

    private static bool IsBelow(string name, string domain) =>
        name.Length > domain.Length + 1 && name[name.Length - domain.Length - 1] == '.' && name.EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    private static string Unquote(string local) =>
        local.Length >= 2 && local[0] == '"' && local[^1] == '"' ? local[1..^1].Replace("\\", "", StringComparison.Ordinal) : local;
}

using System.Net;
using TlsTrust.Certificates;

namespace TlsTrust.Paths;

/// <summary>
/// Whether a certificate is for a host: RFC 9525, RFC 6125 §6.4. Only the subject alternative name counts, never the common
/// name; a wildcard stands for exactly one whole left-most label; addresses match addresses and nothing else; an
/// internationalised name must be given as A-labels.
/// </summary>
public static class HostNameMatcher
{
    /// <summary>True when the certificate's subject alternative name covers the host, a DNS name or an IP literal.</summary>
    public static bool Match(string host, Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.SubjectAlternativeName is { } names && Match(host, names.DnsNames, names.IpAddresses);
    }

    /// <summary>True when one of the names covers the host, a DNS name or an IP literal.</summary>
    public static bool Match(string host, IEnumerable<string> dnsNames, IEnumerable<IPAddress> ipAddresses)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(dnsNames);
        ArgumentNullException.ThrowIfNull(ipAddresses);
        if (TryParseAddress(host, out IPAddress? address))
        {
            return ipAddresses.Any(candidate => candidate.GetAddressBytes().AsSpan().SequenceEqual(address!.GetAddressBytes()));
        }

        string wanted = WithoutTrailingDot(host);
        return IsDnsName(wanted) && dnsNames.Any(pattern => MatchDnsName(pattern, wanted));
    }

    /// <summary>The names of a certificate that a client could ask for and be right; wildcards as they are.</summary>
    public static IReadOnlyList<string> NamesThatWouldWork(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.SubjectAlternativeName is { } names
            ? [.. names.DnsNames.Where(static n => IsDnsName(n.StartsWith("*.", StringComparison.Ordinal) ? n[2..] : n)), .. names.IpAddresses.Select(static a => a.ToString())]
            : [];
    }

    /// <summary>An IP literal, also in the brackets of a URI; anything that merely looks like one is a name.</summary>
    internal static bool TryParseAddress(string host, out IPAddress? address)
    {
        string literal = host.Length > 2 && host[0] == '[' && host[^1] == ']' ? host[1..^1] : host;
        address = null;
        bool mayBeV6 = literal.Contains(':', StringComparison.Ordinal);
        bool isDottedQuad = !mayBeV6 && literal.Split('.') is { Length: 4 } parts
            && parts.All(static p => p.Length is >= 1 and <= 3 && p.All(char.IsAsciiDigit) && (p.Length == 1 || p[0] != '0'));
        return (mayBeV6 || isDottedQuad) && !literal.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(literal, out address);
    }

    /// <summary>Letters, digits, hyphens and (as every client allows) underscores; labels of 1 to 63, 253 in all (RFC 1034 §3.5).</summary>
    internal static bool IsDnsName(string name)
    {
        if (name.Length is 0 or > 253)
        {
            return false;
        }

        string[] labels = name.Split('.');
        return labels.All(static label => label.Length is >= 1 and <= 63 && label[0] != '-' && label[^1] != '-'
            && label.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    private static bool MatchDnsName(string pattern, string host)
    {
        if (string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!pattern.StartsWith("*.", StringComparison.Ordinal) || !IsDnsName(pattern[2..]) || !pattern.AsSpan(2).Contains('.'))
        {
            return false;
        }

        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && host.AsSpan(dot + 1).Equals(pattern.AsSpan(2), StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutTrailingDot(string host) => host.EndsWith('.') ? host[..^1] : host;
}

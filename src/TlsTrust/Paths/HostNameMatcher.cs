using System.Buffers;
using System.Net;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths;

/// <summary>
/// Whether a certificate is for a host: RFC 9525, RFC 6125 §6.4. Only the subject alternative name counts, never the common
/// name; a wildcard stands for exactly one whole left-most label; addresses match addresses and nothing else; an
/// internationalised name must be given as A-labels.
/// </summary>
public static class HostNameMatcher
{
    private static readonly SearchValues<char> ForbiddenInHosts = SearchValues.Create("[]^<>|\\/?#%");

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
        return IsHost(wanted) && dnsNames.Any(pattern => MatchDnsName(pattern, wanted));
    }

    /// <summary>The names of a certificate that a client could ask for and be right; wildcards as they are.</summary>
    public static IReadOnlyList<string> NamesThatWouldWork(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.SubjectAlternativeName is { } names
            ? [.. names.DnsNames.Where(static n => DnsName.IsValid(DnsName.IsWildcard(n) ? n[2..] : n)),
                .. names.IpAddresses.Select(static a => a.ToString())]
            : [];
    }

    /// <summary>An IP literal, without brackets; anything that merely looks like one is a name.</summary>
    internal static bool TryParseAddress(string host, out IPAddress? address)
    {
        address = null;
        bool mayBeV6 = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[')
            && !host.Contains('%', StringComparison.Ordinal);
        bool isDottedQuad = !mayBeV6 && host.Split('.') is { Length: 4 } parts
            && parts.All(static p => p.Length is >= 1 and <= 3 && p.All(char.IsAsciiDigit) && (p.Length == 1 || p[0] != '0'));
        return (mayBeV6 || isDottedQuad) && IPAddress.TryParse(host, out address);
    }

    /// <summary>
    /// Not everything that is no DNS name is refused: a name that is matched letter by letter is what the user asked for. But
    /// what a URL forbids in a host (WHATWG URL §3.5) is, and a name whose last label is a number: a mistyped address.
    /// </summary>
    private static bool IsHost(string host)
    {
        ReadOnlySpan<char> last = host.AsSpan(host.LastIndexOf('.') + 1);
        bool isNumeric = last.Length > 0 && !last.ContainsAnyExceptInRange('0', '9');
        return host.Length > 0 && !isNumeric && !host.AsSpan().ContainsAny(ForbiddenInHosts);
    }

    /// <summary>RFC 6125 §6.4.1 and §6.4.3. The whole left-most label is the wildcard, and two labels or more follow it.</summary>
    private static bool MatchDnsName(string pattern, string host)
    {
        if (!pattern.Contains('*', StringComparison.Ordinal))
        {
            return string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase);
        }

        if (!DnsName.IsWildcard(pattern) || !DnsName.IsValid(pattern.AsSpan(2)) || !pattern.AsSpan(2).Contains('.'))
        {
            return false;
        }

        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && host.AsSpan(dot + 1).Equals(pattern.AsSpan(2), StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutTrailingDot(string host) => host.EndsWith('.') ? host[..^1] : host;
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.OpenSsl;

/// <summary>
/// Host names as <c>X509_check_host</c> of OpenSSL 3.x matches them without flags (<c>crypto/x509/v3_utl.c</c>): a wildcard may be part of
/// the first label.
/// </summary>
internal static class OpenSslHostName
{
    /// <summary>The common name counts where the SAN has no DNS name.</summary>
    internal static bool Match(string host, Certificate certificate)
    {
        IEnumerable<string> names = certificate.SubjectAlternativeName is { DnsNames: { Count: > 0 } dnsNames } ? dnsNames
            : certificate.Subject.RelativeNames.SelectMany(static r => r).Where(static a => a.Oid == AttributeNames.CommonName)
                .Select(static a => a.Value);
        return names.Any(name => Match(name, host));
    }

    private static bool Match(string pattern, string host)
    {
        int star = FindStar(pattern);
        if (star < 0)
        {
            return pattern.Equals(host, StringComparison.OrdinalIgnoreCase);
        }

        // What the star stands for: at least one character where it is the whole label, and no part of an A-label.
        string suffix = pattern[(star + 1)..];
        bool isWholeLabel = star == 0 && suffix.StartsWith('.');
        int length = host.Length - star - suffix.Length;
        return length >= (isWholeLabel ? 1 : 0)
            && host.StartsWith(pattern[..star], StringComparison.OrdinalIgnoreCase)
                && host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            && (isWholeLabel || !host.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
            && host.AsSpan(star, length) is var covered && (covered is "*" || IsLabel(covered));
    }

    /// <summary>
    /// <c>valid_star</c>: one, at an end of the first label, with two dots behind it, and only letters, digits and hyphens around it. -1
    /// for none.
    /// </summary>
    private static int FindStar(string pattern)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0 || pattern.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
        {
            return -1;
        }

        string[] labels = pattern.Split('.');
        bool isAtEnd = star == 0 || star == labels[0].Length - 1;
        bool isName = labels.Skip(1).All(static l => l.Length > 0) && labels.All(static l => !l.StartsWith('-') && !l.EndsWith('-'))
            && IsLabel(pattern.Remove(star, 1).Replace(".", "", StringComparison.Ordinal));
        return isAtEnd && labels.Length > 2 && isName ? star : -1;
    }

    private static bool IsLabel(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }
}

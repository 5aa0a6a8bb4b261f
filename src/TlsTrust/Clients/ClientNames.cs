using System.Net;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;

namespace TlsTrust.Clients;

/// <summary>Whether a client finds the host it asked for in a certificate, the common name included where it looks there.</summary>
internal static class ClientNames
{
    /// <summary>Yes, no, or unknown where only the common name would do and no source says whether it counts.</summary>
    /// <param name="profile">How the client treats names and the common name; the latter null where not known.</param>
    /// <param name="leaf">The server's certificate.</param>
    /// <param name="host">The name asked for; null asks for none.</param>
    /// <param name="byCommonName">True when the answer comes from the common name.</param>
    internal static Habit Match(ClientProfile profile, Certificate leaf, string? host, out bool byCommonName)
    {
        byCommonName = false;
        CommonNameHabit? habit = profile.CommonName;
        bool isLimited = profile.NameLimits is { Underscore: true } or { UnderscoreInWildcard: true }
            && host?.Contains('_', StringComparison.Ordinal) == true;
        if (host is null || (isLimited ? MatchesWithin(profile.NameLimits!, leaf, host) : HostNameMatcher.Match(host, leaf))
            || (!isLimited && profile.LaxNames is { } lax && MatchesLaxly(lax, leaf, host)))
        {
            return Habit.Yes;
        }

        SubjectAlternativeName? names = leaf.SubjectAlternativeName;
        bool looks;
        if (HostNameMatcher.TryParseAddress(host, out IPAddress? address))
        {
            byCommonName = leaf.Subject.CommonName is { } text && IPAddress.TryParse(text, out IPAddress? named) && named.Equals(address);
            looks = habit is null || habit.Ip switch
            {
                CommonNameForAddress.NoNames => names is null || (names.DnsNames.Count == 0 && names.IpAddresses.Count == 0),
                CommonNameForAddress.NoIpNames => names is null || names.IpAddresses.Count == 0,
                _ => false,
            };
        }
        else
        {
            byCommonName = leaf.Subject.CommonName is { } name && HostNameMatcher.Match(host, [name], []);
            looks = (habit is null || habit.Dns) && (names is null || names.DnsNames.Count == 0)
                && !(habit is { NotBesideAddresses: true } && names?.IpAddresses.Count > 0);
        }

        byCommonName &= looks;
        return !byCommonName ? Habit.No : habit is null ? Habit.Unknown : Habit.Yes;
    }

    // Only names without a wildcard are left for a host with an underscore, or none.
    private static bool MatchesWithin(SourcedNameLimits limits, Certificate leaf, string host) =>
        !limits.Underscore
        && HostNameMatcher.Match(host, (leaf.SubjectAlternativeName?.DnsNames ?? []).Where(name => !DnsName.IsWildcard(name)), []);

    private static bool MatchesLaxly(SourcedNames lax, Certificate leaf, string host)
    {
        IReadOnlyList<string> names = leaf.SubjectAlternativeName?.DnsNames ?? [];
        return (lax.TrailingDot && HostNameMatcher.Match(host, names.Where(name => name.EndsWith('.')).Select(name => name[..^1]), []))
            || (lax.BareWildcard && names.Contains("*") && !host.Contains('.', StringComparison.Ordinal))
            || (!HostNameMatcher.TryParseAddress(host, out _) && names.Any(name => MatchesWildcard(lax, name, host)));
    }

    private static bool MatchesWildcard(SourcedNames lax, string name, string host)
    {
        string[] labels = name.Split('.'), asked = host.Split('.');
        if (!name.Contains('*', StringComparison.Ordinal) || labels.Length != asked.Length || labels.Length < 2
            || (!lax.TopWildcard && labels.Length == 2))
        {
            return false;
        }

        for (int i = 0; i < labels.Length; i++)
        {
            bool isTaken = labels[i].Equals(asked[i], StringComparison.OrdinalIgnoreCase)
                || (labels[i] == "*" && (i == 0 || lax.AnyWildcard))
                || (lax.PartWildcard && (i == 0 || lax.AnyWildcard)
                    && (!lax.AtEndsOnly || labels[i].StartsWith('*') || labels[i].EndsWith('*')) && IsPartMatch(labels[i], asked[i]));
            if (!isTaken)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPartMatch(string label, string asked) =>
        label.Split('*') is [{ } before, { } after] && label.Length > 1 && asked.Length >= before.Length + after.Length
        && !asked.StartsWith("xn--", StringComparison.OrdinalIgnoreCase)
        && asked.StartsWith(before, StringComparison.OrdinalIgnoreCase) && asked.EndsWith(after, StringComparison.OrdinalIgnoreCase);
}

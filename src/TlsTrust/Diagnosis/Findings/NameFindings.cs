using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>
/// Whether the certificate is for the name asked for (RFC 9525): the wrong name, or the right one in the wrong kind of entry.
/// </summary>
internal static class NameFindings
{
    /// <summary>5 names are shown and looked up; a certificate may have hundreds.</summary>
    public const int MaxNames = 5;

    public static IEnumerable<Finding> Of(Certificate leaf, string? hostName, NamelessAnswer? nameless = null)
    {
        bool hasNames = leaf.SubjectAlternativeName is { } names && (names.DnsNames.Count > 0 || names.IpAddresses.Count > 0);

        // A CA that nobody asks for by name, one of a store, needs none.
        if (!hasNames && !(leaf.IsCA && hostName is null))
        {
            yield return new Finding
            {
                Id = FindingId.NoSubjectAltName,
                Severity = Severity.Warning,
                Depth = 0,
                Message = $"The certificate {leaf.Subject} has no subject alternative name; a common name alone counts no more.",
                Evidence = ["no DNS name or IP address in a subjectAltName extension", leaf.Subject.CommonName is { } common
                    ? $"the common name is {common}" : "there is no common name"],
                Remedy = "Have the certificate issued again with the names in the subject alternative name.",
                RemedyFor = RemedyParty.Server,
            };
        }

        if (hostName is null || IsCovered(hostName, leaf))
        {
            yield break;
        }

        bool isAddress = HostNameMatcher.TryParseAddress(hostName, out _);
        IReadOnlyList<string> wouldWork = [.. HostNameMatcher.NamesThatWouldWork(leaf).Where(name => name != hostName)];
        string[] entries = [.. Entries(leaf)];
        (string Entry, string Fault)? wrongKind = WrongKind(leaf, hostName, isAddress);
        bool isDefault = wrongKind is null && NamelessFindings.IsDefault(nameless, leaf);
        string needed = isAddress ? $"an IP address entry (iPAddress {hostName})" : $"a DNS entry {hostName}";
        yield return new Finding
        {
            Id = FindingId.NameMismatch,
            Severity = Severity.Error,
            Depth = 0,
            Message = wrongKind is { } found
                ? $"The certificate names {hostName} in an entry that does not count: {found.Entry} {found.Fault}."
                : leaf.IsSelfSigned && !leaf.IsCA ? $"The certificate is not for {hostName} but {leaf}, signed by itself: " +
                    $"{(isDefault ? $"the server shows it to whoever names no host, and has nothing for {hostName}."
                        : nameless is null ? $"asked for {hostName}, the server answered as it does for any name it does not know."
                        : $"the server's host for {hostName} has it.")}"
                : wouldWork.Count > 0 ? $"The certificate is not for {hostName}, but for {Some(wouldWork)}" +
                    $"{(isDefault ? ": the server shows it to whoever names no host." : ".")}"
                : entries.Length > 0
                    ? $"The certificate is not for {hostName}; its entries {Some(entries)} are names that no client asks for."
                : $"The certificate is not for {hostName}, nor for any other name.",
            Evidence =
            [
                $"entries of the certificate: {(entries.Length > 0 ? Some(entries) : "none")}",
                $"name asked for: {hostName}, which needs {needed}",
                .. NamelessFindings.Facts(nameless, leaf, hostName),
                .. wrongKind is null && leaf.Subject.CommonName is { } cn && !hasNames ? new[] { $"the common name {cn} does not count" }
                    : [],
            ],
            Remedy = wrongKind is null && (leaf.IsSelfSigned || isDefault)
                ? $"Set up the virtual host for {hostName} at the server, with a certificate for it; -HostName asks for another name."
                : $"Have the certificate issued again with {needed}"
                + (wrongKind is null && wouldWork.Count > 0 ? $", or use a name that it is for; -HostName checks another name." : "."),
            RemedyFor = RemedyParty.Server,
        };
    }

    /// <summary>The names that a client could ask for here: five at most, a wildcard by the first label of the name asked for.</summary>
    public static IReadOnlyList<string> ToLookUp(Certificate leaf, string hostName)
    {
        string label = HostNameMatcher.TryParseAddress(hostName, out _) || !hostName.Contains('.', StringComparison.Ordinal) ? "www"
            : hostName[..hostName.IndexOf('.', StringComparison.Ordinal)];
        return [.. HostNameMatcher.NamesThatWouldWork(leaf)
            .Where(name => !HostNameMatcher.TryParseAddress(name, out _))
            .Select(name => DnsName.IsWildcard(name) ? label + name[1..] : name)
            .Where(name => name != hostName)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(MaxNames)];
    }

    // OpenSSL lets a wildcard stand for letters, digits and hyphens only; what it refuses, curl's neighbours refuse.
    public static bool IsCovered(string hostName, Certificate leaf) =>
        HostNameMatcher.Match(hostName, leaf)
            && (HostNameMatcher.TryParseAddress(hostName, out _) || OpenSslHostName.Match(hostName.TrimEnd('.'), leaf));

    private static (string Entry, string Fault)? WrongKind(Certificate leaf, string hostName, bool isAddress)
    {
        SubjectAlternativeName? names = leaf.SubjectAlternativeName;
        foreach (string entry in names?.DnsNames ?? [])
        {
            string? fault = entry.Equals(hostName, StringComparison.OrdinalIgnoreCase) && isAddress
                ? "is an address in a DNS entry, where clients look for names"
                : entry.Equals(hostName + ".", StringComparison.OrdinalIgnoreCase) ? "ends in a dot"
                : WithoutScheme(entry) is { } bare && Same(WithoutPort(bare), hostName) ? "is a URL, and a DNS entry holds a host name only"
                : WithoutPort(entry) is { } host && host != entry && Same(host, hostName) ? "holds a port, and certificates are for hosts"
                : DnsName.IsWildcard(entry) && hostName.Contains('_', StringComparison.Ordinal)
                    && HostNameMatcher.Match(hostName, [entry], []) ? "is a wildcard, which does not stand for an underscore"
                : entry.Contains('*', StringComparison.Ordinal) && !DnsName.IsWildcard(entry) && IsPartialMatch(entry, hostName)
                    ? "has a wildcard within a label, which most clients do not take"
                : DnsName.IsWildcard(entry) && hostName.EndsWith(entry[1..], StringComparison.OrdinalIgnoreCase)
                    ? "is a wildcard, which stands for one label only"
                : null;
            if (fault is not null)
            {
                return ($"DNS:{entry}", fault);
            }
        }

        GeneralName? url =
            names?.Names.FirstOrDefault(name =>
                name.Kind == GeneralNameKind.Uri && WithoutScheme(name.Text) is { } rest && Same(WithoutPort(rest), hostName));
        return url is not null ? ($"URI:{url.Text}", "is a URI, which clients do not look at") : null;
    }

    private static IEnumerable<string> Entries(Certificate leaf) =>
        leaf.SubjectAlternativeName is not { } names ? []
            : [.. names.DnsNames.Select(name => name.Length > 0 ? name : "(an empty one)"),
                .. names.IpAddresses.Select(address => address.ToString()),
                    .. names.Names.Where(name => name.Kind == GeneralNameKind.Uri).Select(name => name.Text)];

    private static string? WithoutScheme(string entry) =>
        entry.IndexOf("://", StringComparison.Ordinal) is > 0 and var at ? entry[(at + 3)..].Split('/')[0] : null;

    private static string WithoutPort(string entry) =>
        entry.LastIndexOf(':') is > 0 and var colon && entry.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? entry[..colon]
            : entry;

    private static bool Same(string entry, string hostName) => entry.Equals(hostName, StringComparison.OrdinalIgnoreCase);

    private static bool IsPartialMatch(string entry, string hostName)
    {
        int star = entry.IndexOf('*', StringComparison.Ordinal);
        return hostName.Length >= entry.Length - 1
            && hostName.StartsWith(entry[..star], StringComparison.OrdinalIgnoreCase)
                && hostName.EndsWith(entry[(star + 1)..], StringComparison.OrdinalIgnoreCase);
    }

    private static string Some(IReadOnlyList<string> names) =>
        names.Count <= MaxNames ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MaxNames))} and {names.Count - MaxNames} more";
}

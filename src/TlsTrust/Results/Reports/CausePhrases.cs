using System.Globalization;

namespace TlsTrust.Results.Reports;

/// <summary>The words of which <see cref="CauseTable"/> makes the phrase and the next command of a cause.</summary>
internal static class CausePhrases
{
    // A name as long as this still leaves room for the words around it on one line of a table.
    private const int LongestName = 36;

    internal static string Trusted(EndpointReport report)
    {
        string until = report.ValidUntil is { } end ? $"valid until {Day(end)}" : "trusted";
        string[] warnings =
            [.. report.Findings.Where(finding => finding.Severity == Severity.Warning).Select(finding => finding.Id.ToString()).Distinct()];
        return warnings.Length == 0 ? until : $"{until}, with {string.Join(", ", warnings)}";
    }

    internal static string Expired(EndpointReport report)
    {
        if (Said(report) is not { } late)
        {
            return "expired";
        }

        int days = -late.DaysLeft;
        return Invariant($"expired {(days < 1 ? "today" : days == 1 ? "a day ago" : $"{days} days ago")}: {Name(late.Subject)}");
    }

    internal static string NotYetValid(EndpointReport report) =>
        Said(report) is { } early ? $"not valid before {Day(early.NotBefore)}: {Name(early.Subject)}" : "not valid yet";

    internal static string WrongName(EndpointReport report)
    {
        ResultList<string> names = Leaf(report)?.Names ?? [];
        return names.Count switch
        {
            0 => $"certificate not for {Name(report.HostName)}",
            1 => $"certificate for {Name(names[0])}",
            _ => Invariant($"certificate for {Name(names[0])} and {names.Count - 1} more"),
        };
    }

    internal static string Nothing(EndpointReport report) => "";

    internal static string FindRoot(EndpointReport report) =>
        $"Test-TlsEndpoint {report.Endpoint} | Find-MissingIssuer -IncludeRoot | Format-List";

    internal static string ShowChain(EndpointReport report) => $"Get-CertificateChain {report.Endpoint}";

    internal static ChainCertificate? Leaf(EndpointReport report) => report.Presented.FirstOrDefault() ?? report.BuiltPath.FirstOrDefault();

    internal static ChainCertificate? Last(EndpointReport report) => report.BuiltPath.LastOrDefault() ?? Leaf(report);

    // The certificate that the deciding finding is about.
    internal static ChainCertificate? Said(EndpointReport report) =>
        report.Findings.FirstOrDefault(finding => (int)finding.Id == (int)report.Cause) is { Depth: >= 0 and int depth }
            && depth < report.BuiltPath.Count
            ? report.BuiltPath[depth]
            : Leaf(report);

    internal static string Place(ChainCertificate? found) =>
        found is null ? "found nowhere"
        : found.Origin.StartsWith("http", StringComparison.Ordinal) ? "found by AIA"
        : $"found in {Shorten(found.Origin)}";

    internal static string Name(string? name) => name is null ? "a certificate" : Shorten(ShortName.Of(name));

    // The end of a path or a name tells more than its middle.
    private static string Shorten(string text)
    {
        if (text.Length <= LongestName)
        {
            return text;
        }

        // Never between the two halves of one letter.
        int head = LongestName / 2;
        int tail = text.Length - (LongestName / 2);
        head -= char.IsHighSurrogate(text[head - 1]) ? 1 : 0;
        tail += char.IsLowSurrogate(text[tail]) ? 1 : 0;
        return $"{text[..head]}…{text[tail..]}";
    }

    private static string Day(DateTime date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

using System.Globalization;

namespace TlsTrust.Results;

/// <summary>
/// What a table says of each cause: a phrase that names the thing, and the command that a person runs next. One row a cause; a test demands
/// all.
/// </summary>
internal static class CausePhrases
{
    // A name as long as this still leaves room for the words around it on one line of a table.
    private const int LongestName = 36;

    private static readonly Dictionary<Cause, Row> Rows = new()
    {
        [Cause.None] = new(static report => Trusted(report), static _ => ""),
        [Cause.MissingIntermediate] = new(
            static report => $"missing {Name(report.MissingIssuer?.Subject)}, {Place(report.MissingIssuer)}",
            static report => $"Test-TlsEndpoint {report.Endpoint} | Repair-PemBundle ./server.pem -AddMissing"),
        [Cause.MissingPublicRoot] =
            new(static report => $"public root {Name(Last(report)?.Subject)} not in the store", static _ => "Get-TrustBundleEnvironment"),
        [Cause.PrivateRoot] = new(static report => $"root {Name(Last(report)?.Subject)} not in the store", Root),
        [Cause.Interception] = new(static report => $"intercepted: issued under {Name(Last(report)?.Subject)}", Root),
        [Cause.StaleIssuer] = new(static report => $"another key under the name {Name(Said(report)?.Issuer)}", Chain),
        [Cause.IssuerUnknown] = new(static report => $"issuer {Name(Last(report)?.Issuer)} not found", Chain),
        [Cause.SelfSigned] = new(static report => $"self-signed: {Name(Leaf(report)?.Subject)}", Chain),
        [Cause.Expired] = new(Expired, Chain),
        [Cause.NotYetValid] =
            new(static report =>
                Said(report) is { } early ? $"not valid before {Day(early.NotBefore)}: {Name(early.Subject)}" : "not valid yet", Chain),
        [Cause.ClockSkew] = new(static _ => "the clock of this machine is wrong", static _ => "Get-Date -AsUTC"),
        [Cause.NameMismatch] = new(WrongName, Chain),
        [Cause.Revoked] = new(static report => $"revoked: {Name(Said(report)?.Subject)}", Chain),
        [Cause.WrongUsage] = new(static report => $"{Name(Said(report)?.Subject)} is not for servers", Chain),
        [Cause.NotCa] = new(static report => $"{Name(Said(report)?.Subject)} is no CA", Chain),
        [Cause.PathLength] = new(static report => $"path longer than {Name(Said(report)?.Subject)} allows", Chain),
        [Cause.NameConstraint] = new(static report => $"name not allowed by {Name(Said(report)?.Subject)}", Chain),
        [Cause.BadSignature] = new(static report => $"signature on {Name(Said(report)?.Subject)} is false", Chain),
        [Cause.WeakSignature] =
            new(static report => $"weak signature ({Said(report)?.SignatureAlgorithm}) on {Name(Said(report)?.Subject)}", Chain),
        [Cause.WeakKey] = new(static report => $"weak key ({Said(report)?.PublicKey}) of {Name(Said(report)?.Subject)}", Chain),
        [Cause.CriticalExtension] = new(static report => $"unknown critical extension in {Name(Said(report)?.Subject)}", Chain),
        [Cause.Malformed] =
            new(static report =>
                Said(report) is { } malformed ? $"{Name(malformed.Subject)} is malformed" : "a certificate that can't be read", Chain),
        [Cause.StoreUnusable] = new(static _ => "the trust store can't be used", static _ => "Get-TrustBundleEnvironment"),
        [Cause.NameNotResolved] = new(static report => $"name {Name(report.HostName)} not found", static _ => ""),
        [Cause.ConnectionRefused] = new(static report => Invariant($"nothing listens on port {report.Port}"), static _ => ""),
        [Cause.ConnectionTimedOut] = new(static report => Invariant($"no answer from port {report.Port}"), static _ => ""),
        [Cause.NetworkUnreachable] = new(static _ => "no route to the address", static _ => ""),
        [Cause.ConnectionReset] = new(static _ => "cut off before TLS was up", static _ => ""),
        [Cause.ProxyRefused] =
            new(static report => $"refused by the proxy {report.ViaProxy}", static report =>
                $"Test-TlsEndpoint {report.Endpoint} -NoProxy"),
        [Cause.ProxyAuthenticationRequired] =
            new(static _ => "the proxy wants a password", static report =>
                $"Test-TlsEndpoint {report.Endpoint} -ProxyCredential (Get-Credential)"),
        [Cause.StartTlsRefused] = new(static _ => "offers no STARTTLS", static _ => ""),
        [Cause.NotTls] = new(static _ => "does not speak TLS on this port", static _ => ""),
        [Cause.HandshakeTimedOut] = new(static _ => "silent in the handshake", static _ => ""),
        [Cause.ProtocolVersion] = new(static _ => "nothing newer than TLS 1.1", static _ => ""),
        [Cause.HandshakeRefused] = new(static _ => "refuses the handshake", static _ => ""),
        [Cause.UnrecognizedName] = new(static report => $"no certificate there for {Name(report.HostName)}", static _ => ""),
        [Cause.ClientCertificateRequired] =
            new(static _ => "wants a client certificate", static report =>
                $"Test-TlsEndpoint {report.Endpoint} -ClientCertificate ./client.pfx"),
    };

    /// <summary>The causes that have a row.</summary>
    public static IReadOnlyCollection<Cause> Known => Rows.Keys;

    /// <summary>A phrase that names the thing; the sentence is <see cref="EndpointReport.Summary"/>.</summary>
    public static string Why(EndpointReport report) =>
        report is { Verdict: not Verdict.Trusted, Cause: Cause.None } || !Rows.TryGetValue(report.Cause, out Row? row) ? report.Summary
            : row.Why(report);

    /// <summary>What to run next; empty where no command helps.</summary>
    public static string Next(EndpointReport report) => Rows.TryGetValue(report.Cause, out Row? row) ? row.Next(report) : "";

    private static string Trusted(EndpointReport report)
    {
        string until = report.ValidUntil is { } end ? $"valid until {Day(end)}" : "trusted";
        string[] warnings =
            [.. report.Findings.Where(finding => finding.Severity == Severity.Warning).Select(finding => finding.Id.ToString()).Distinct()];
        return warnings.Length == 0 ? until : $"{until}, with {string.Join(", ", warnings)}";
    }

    private static string Expired(EndpointReport report)
    {
        if (Said(report) is not { } late)
        {
            return "expired";
        }

        int days = -late.DaysLeft;
        return Invariant($"expired {(days < 1 ? "today" : days == 1 ? "a day ago" : $"{days} days ago")}: {Name(late.Subject)}");
    }

    private static string WrongName(EndpointReport report)
    {
        ResultList<string> names = Leaf(report)?.Names ?? [];
        return names.Count switch
        {
            0 => $"certificate not for {Name(report.HostName)}",
            1 => $"certificate for {Name(names[0])}",
            _ => Invariant($"certificate for {Name(names[0])} and {names.Count - 1} more"),
        };
    }

    private static string Root(EndpointReport report) =>
        $"Test-TlsEndpoint {report.Endpoint} | Find-MissingIssuer -IncludeRoot | Format-List";

    private static string Chain(EndpointReport report) => $"Get-CertificateChain {report.Endpoint}";

    private static ChainCertificate? Leaf(EndpointReport report) => report.Presented.FirstOrDefault() ?? report.BuiltPath.FirstOrDefault();

    private static ChainCertificate? Last(EndpointReport report) => report.BuiltPath.LastOrDefault() ?? Leaf(report);

    // The certificate that the deciding finding is about.
    private static ChainCertificate? Said(EndpointReport report) =>
        report.Findings.FirstOrDefault(finding => (int)finding.Id == (int)report.Cause) is { Depth: >= 0 and int depth }
            && depth < report.BuiltPath.Count
            ? report.BuiltPath[depth]
            : Leaf(report);

    private static string Place(ChainCertificate? found) =>
        found is null ? "found nowhere"
        : found.Origin.StartsWith("http", StringComparison.Ordinal) ? "found by AIA"
        : $"found in {Shorten(found.Origin)}";

    private static string Name(string? name) => name is null ? "a certificate" : Shorten(ShortName.Of(name));

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

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Row(Func<EndpointReport, string> Why, Func<EndpointReport, string> Next);
}

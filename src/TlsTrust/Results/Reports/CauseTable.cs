using static TlsTrust.Results.Reports.CausePhrases;

namespace TlsTrust.Results.Reports;

/// <summary>Where on the way to a trusted connection a cause stands.</summary>
internal enum CauseStage
{
    /// <summary>Connection and handshake.</summary>
    Connection,

    /// <summary>The trust store in use.</summary>
    Store,

    /// <summary>The chain that arrived.</summary>
    Chain,
}

/// <summary>All that is particular to a cause, but for its text in <c>about_TlsTrust_Causes</c>.</summary>
/// <param name="Id">The cause.</param>
/// <param name="Stage">Where it stands.</param>
/// <param name="OpenSslCodes">The X509_V_ERR numbers that OpenSSL says for it; empty where it says none.</param>
/// <param name="Why">A phrase for a table that names the thing; the sentence is <see cref="EndpointReport.Summary"/>.</param>
/// <param name="Next">The command to run next; empty where none helps.</param>
internal sealed record CauseRow(
    Cause Id, CauseStage Stage, IReadOnlyList<int> OpenSslCodes, Func<EndpointReport, string> Why, Func<EndpointReport, string> Next);

/// <summary>
/// The causes, one row each, in the order in which faults have to be fixed: a later one can't be judged, or does not matter, until an
/// earlier one is gone.
/// </summary>
internal static class CauseTable
{
    /// <summary>20 and 21: no issuer; 19 and 2: a root, or what is above an anchor, is not in the store.</summary>
    private static readonly int[] NoIssuer = [20, 21, 19, 2];

    // By number; -1 for what has no row.
    private static readonly int[] Ranks = new int[(int)Enum.GetValues<FindingId>().Max() + 1];

    static CauseTable()
    {
        Array.Fill(Ranks, -1);
        for (int rank = 0; rank < All.Count; rank++)
        {
            Ranks[(int)All[rank].Id] = rank;
        }
    }

    /// <summary>The rows by rank.</summary>
    internal static IReadOnlyList<CauseRow> All { get; } =
    [
        new(Cause.NameNotResolved, CauseStage.Connection, [],
            static report => $"name {Name(report.HostName)} not found", Nothing),
        new(Cause.ConnectionRefused, CauseStage.Connection, [],
            static report => Invariant($"nothing listens on port {report.Port}"), Nothing),
        new(Cause.ConnectionTimedOut, CauseStage.Connection, [],
            static report => Invariant($"no answer from port {report.Port}"), Nothing),
        new(Cause.NetworkUnreachable, CauseStage.Connection, [],
            static _ => "no route to the address", Nothing),
        new(Cause.ConnectionReset, CauseStage.Connection, [],
            static _ => "cut off before TLS was up", Nothing),
        new(Cause.ProxyAuthenticationRequired, CauseStage.Connection, [],
            static _ => "the proxy wants a password",
            static report => $"Test-TlsEndpoint {report.Endpoint} -ProxyCredential (Get-Credential)"),
        new(Cause.ProxyRefused, CauseStage.Connection, [],
            static report => $"refused by the proxy {report.ViaProxy}",
            static report => $"Test-TlsEndpoint {report.Endpoint} -NoProxy"),
        new(Cause.StartTlsRefused, CauseStage.Connection, [],
            static _ => "offers no STARTTLS", Nothing),
        new(Cause.NotTls, CauseStage.Connection, [],
            static _ => "does not speak TLS on this port", Nothing),
        new(Cause.HandshakeTimedOut, CauseStage.Connection, [],
            static _ => "silent in the handshake", Nothing),
        new(Cause.ProtocolVersion, CauseStage.Connection, [],
            static _ => "nothing newer than TLS 1.1", Nothing),
        new(Cause.UnrecognizedName, CauseStage.Connection, [],
            static report => $"no certificate there for {Name(report.HostName)}", Nothing),
        new(Cause.ClientCertificateRequired, CauseStage.Connection, [],
            static _ => "wants a client certificate",
            static report => $"Test-TlsEndpoint {report.Endpoint} -ClientCertificate ./client.pfx"),
        new(Cause.HandshakeRefused, CauseStage.Connection, [],
            static _ => "refuses the handshake", Nothing),

        new(Cause.StoreUnusable, CauseStage.Store, [20, 21, 19, 18, 2],
            static _ => "the trust store can't be used", static _ => "Get-TrustBundleEnvironment"),

        // OpenSSL takes a certificate with an extension or a key that it can't read for nobody's issuer (20) and nobody's child.
        new(Cause.Malformed, CauseStage.Chain, [13, 14, 6, 20, 49, 66, 67, 78],
            static report => Said(report) is { } malformed ? $"{Name(malformed.Subject)} is malformed" : "a certificate that can't be read",
            ShowChain),
        new(Cause.BadSignature, CauseStage.Chain, [7, 4],
            static report => $"signature on {Name(Said(report)?.Subject)} is false", ShowChain),

        // The path.
        new(Cause.SelfSigned, CauseStage.Chain, [18, 20],
            static report => $"self-signed: {Name(Leaf(report)?.Subject)}", ShowChain),
        new(Cause.MissingIntermediate, CauseStage.Chain, NoIssuer,
            static report => $"missing {Name(report.MissingIssuer?.Subject)}, {Place(report.MissingIssuer)}",
            static report => $"Test-TlsEndpoint {report.Endpoint} | Repair-PemBundle ./server.pem -AddMissing"),
        new(Cause.MissingPublicRoot, CauseStage.Chain, NoIssuer,
            static report => $"public root {Name(Last(report)?.Subject)} not in the store", static _ => "Get-TrustBundleEnvironment"),
        new(Cause.Interception, CauseStage.Chain, NoIssuer,
            static report => $"intercepted: issued under {Name(Last(report)?.Subject)}", FindRoot),
        new(Cause.PrivateRoot, CauseStage.Chain, [.. NoIssuer, 18, 28],
            static report => $"root {Name(Last(report)?.Subject)} not in the store", FindRoot),
        new(Cause.StaleIssuer, CauseStage.Chain, [.. NoIssuer, 7, 18],
            static report => $"another key under the name {Name(Said(report)?.Issuer)}", ShowChain),
        new(Cause.IssuerUnknown, CauseStage.Chain, [.. NoIssuer, 22, 7],
            static report => $"issuer {Name(Last(report)?.Issuer)} not found", ShowChain),

        // Rules on the best path.
        new(Cause.NotCa, CauseStage.Chain, [79, 24, 32],
            static report => $"{Name(Said(report)?.Subject)} is no CA", ShowChain),
        new(Cause.PathLength, CauseStage.Chain, [25, 22],
            static report => $"path longer than {Name(Said(report)?.Subject)} allows", ShowChain),
        new(Cause.NameConstraint, CauseStage.Chain, [47, 48, 51, 52, 53, 1],
            static report => $"name not allowed by {Name(Said(report)?.Subject)}", ShowChain),
        new(Cause.CriticalExtension, CauseStage.Chain, [34, 40, 90, 91],
            static report => $"unknown critical extension in {Name(Said(report)?.Subject)}", ShowChain),
        new(Cause.WrongUsage, CauseStage.Chain, [26, 39, 43],
            static report => $"{Name(Said(report)?.Subject)} is not for servers", ShowChain),
        new(Cause.WeakSignature, CauseStage.Chain, [68],
            static report => $"weak signature ({Said(report)?.SignatureAlgorithm}) on {Name(Said(report)?.Subject)}", ShowChain),
        new(Cause.WeakKey, CauseStage.Chain, [66, 67, 94],
            static report => $"weak key ({Said(report)?.PublicKey}) of {Name(Said(report)?.Subject)}", ShowChain),

        new(Cause.Revoked, CauseStage.Chain, [23],
            static report => $"revoked: {Name(Said(report)?.Subject)}", ShowChain),
        new(Cause.ClockSkew, CauseStage.Chain, [9, 10],
            static _ => "the clock of this machine is wrong", static _ => "Get-Date -AsUTC"),
        new(Cause.Expired, CauseStage.Chain, [10],
            Expired, ShowChain),
        new(Cause.NotYetValid, CauseStage.Chain, [9],
            NotYetValid, ShowChain),
        new(Cause.NameMismatch, CauseStage.Chain, [62, 64],
            WrongName, ShowChain),
    ];

    /// <summary>The row of a cause; the one of findings that are no causes has no codes and the last rank.</summary>
    internal static CauseRow Of(Cause cause) =>
        Ranks[(int)cause] is >= 0 and var rank ? All[rank]
            : new CauseRow(cause, CauseStage.Chain, [], static report => report.Summary, Nothing);

    /// <summary>What a table says of a report.</summary>
    internal static string Why(EndpointReport report) =>
        report is { Verdict: Verdict.Trusted, Cause: Cause.None } ? Trusted(report) : Of(report.Cause).Why(report);

    /// <summary>What to run next after a report.</summary>
    internal static string Next(EndpointReport report) => Of(report.Cause).Next(report);

    /// <summary>The cause that an OpenSSL code stands for where nothing else was found; the most particular one.</summary>
    internal static Cause OfCode(int code) => code switch
    {
        6 => Cause.Malformed,
        7 => Cause.BadSignature,
        18 => Cause.SelfSigned,
        2 or 19 or 20 or 21 or 22 => Cause.IssuerUnknown,
        _ => All.LastOrDefault(row => row.OpenSslCodes.Contains(code))?.Id ?? Cause.IssuerUnknown,
    };

    /// <summary>Errors by rank, then warnings, then information; within one rank from the leaf upwards.</summary>
    internal static ResultList<Finding> Sort(IEnumerable<Finding> findings) =>
        [.. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => Rank(finding.Id)).ThenBy(finding => finding.Depth)];

    private static int Rank(FindingId id) => Ranks[(int)id] is >= 0 and var rank ? rank : All.Count + (int)id;
}

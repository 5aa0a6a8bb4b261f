namespace TlsTrust.Diagnosis.Findings;

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
internal sealed record CauseRow(Cause Id, CauseStage Stage, IReadOnlyList<int> OpenSslCodes);

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
        Connection(Cause.NameNotResolved),
        Connection(Cause.ConnectionRefused),
        Connection(Cause.ConnectionTimedOut),
        Connection(Cause.NetworkUnreachable),
        Connection(Cause.ConnectionReset),
        Connection(Cause.ProxyAuthenticationRequired),
        Connection(Cause.ProxyRefused),
        Connection(Cause.StartTlsRefused),
        Connection(Cause.NotTls),
        Connection(Cause.HandshakeTimedOut),
        Connection(Cause.ProtocolVersion),
        Connection(Cause.UnrecognizedName),
        Connection(Cause.ClientCertificateRequired),
        Connection(Cause.HandshakeRefused),

        new(Cause.StoreUnusable, CauseStage.Store, [20, 21, 19, 18, 2]),

        // OpenSSL takes a certificate with an extension or a key that it can't read for nobody's issuer (20) and nobody's child.
        Chain(Cause.Malformed, 13, 14, 6, 20, 49, 66, 67, 78),
        Chain(Cause.BadSignature, 7, 4),

        // The path.
        Chain(Cause.SelfSigned, 18, 20),
        Chain(Cause.MissingIntermediate, NoIssuer),
        Chain(Cause.MissingPublicRoot, NoIssuer),
        Chain(Cause.Interception, NoIssuer),
        Chain(Cause.PrivateRoot, [.. NoIssuer, 18, 28]),
        Chain(Cause.StaleIssuer, [.. NoIssuer, 7, 18]),
        Chain(Cause.IssuerUnknown, [.. NoIssuer, 22, 7]),

        // Rules on the best path.
        Chain(Cause.NotCa, 79, 24, 32),
        Chain(Cause.PathLength, 25, 22),
        Chain(Cause.NameConstraint, 47, 48, 51, 52, 53, 1),
        Chain(Cause.CriticalExtension, 34, 40, 90, 91),
        Chain(Cause.WrongUsage, 26, 39, 43),
        Chain(Cause.WeakSignature, 68),
        Chain(Cause.WeakKey, 66, 67, 94),

        Chain(Cause.Revoked, 23),
        Chain(Cause.ClockSkew, 9, 10),
        Chain(Cause.Expired, 10),
        Chain(Cause.NotYetValid, 9),
        Chain(Cause.NameMismatch, 62, 64),
    ];

    /// <summary>The row of a cause; the one of findings that are no causes has no codes and the last rank.</summary>
    internal static CauseRow Of(Cause cause) =>
        Ranks[(int)cause] is >= 0 and var rank ? All[rank] : new CauseRow(cause, CauseStage.Chain, []);

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

    private static CauseRow Connection(Cause cause) => new(cause, CauseStage.Connection, []);

    private static CauseRow Chain(Cause cause, params int[] codes) => new(cause, CauseStage.Chain, codes);
}

namespace TlsTrust.Diagnosis.Findings;

/// <summary>Which of several faults is the one to fix first: a later one cannot be judged, or does not matter, until an earlier one is gone.</summary>
internal static class CauseRanking
{
    private static readonly FindingId[] _order =
    [
        // connection and handshake
        FindingId.NameNotResolved, FindingId.ConnectionRefused, FindingId.ConnectionTimedOut, FindingId.NetworkUnreachable,
        FindingId.ConnectionReset, FindingId.ProxyAuthenticationRequired, FindingId.ProxyRefused, FindingId.StartTlsRefused,
        FindingId.NotTls, FindingId.HandshakeTimedOut, FindingId.ProtocolVersion, FindingId.UnrecognizedName,
        FindingId.ClientCertificateRequired, FindingId.HandshakeRefused,

        FindingId.StoreUnusable,
        FindingId.Malformed, FindingId.BadSignature,

        // the path
        FindingId.SelfSigned, FindingId.MissingIntermediate, FindingId.MissingPublicRoot, FindingId.Interception,
        FindingId.PrivateRoot, FindingId.IssuerUnknown,

        // rules on the best path
        FindingId.NotCa, FindingId.PathLength, FindingId.NameConstraint, FindingId.CriticalExtension, FindingId.WrongUsage,
        FindingId.WeakSignature, FindingId.WeakKey,

        FindingId.Revoked,
        FindingId.ClockSkew, FindingId.Expired, FindingId.NotYetValid,
        FindingId.NameMismatch,
    ];

    /// <summary>Errors by rank, then warnings, then information; within one rank from the leaf upwards.</summary>
    public static ResultList<Finding> Sort(IEnumerable<Finding> findings) =>
        [.. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => Rank(finding.Id)).ThenBy(finding => finding.Depth)];

    /// <summary>The cause a sorted list of findings amounts to.</summary>
    /// <param name="sorted">What <see cref="Sort"/> returned.</param>
    public static Cause CauseOf(IReadOnlyList<Finding> sorted) =>
        sorted.Count > 0 && sorted[0].Severity == Severity.Error ? (Cause)(int)sorted[0].Id
        : sorted.Any(finding => finding is { Id: FindingId.Interception, Severity: Severity.Warning }) ? Cause.Interception
        : Cause.None;

    private static int Rank(FindingId id)
    {
        int rank = Array.IndexOf(_order, id);
        return rank >= 0 ? rank : _order.Length + (int)id;
    }
}

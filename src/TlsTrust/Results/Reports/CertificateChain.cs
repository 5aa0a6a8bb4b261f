using TlsTrust.Results;

namespace TlsTrust;

/// <summary>
/// A chain as it was presented and as it can be built, with the verdict on it. Plain values, so that it survives jobs, remoting, Clixml and
/// JSON.
/// </summary>
public sealed record CertificateChain : IResult
{
    /// <summary>Version of this shape, for readers of stored JSON.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Where it is from: an endpoint, a file, a store, the pipeline.</summary>
    public required string Origin { get; init => field = ShownText.Of(value); }

    /// <summary>The name that the certificate has to cover; empty when none was asked for.</summary>
    public string HostName { get; init => field = ShownText.Of(value); } = "";

    /// <summary>The answer.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The one cause to fix first.</summary>
    public required Cause Cause { get; init; }

    /// <summary>One sentence that a ticket could hold.</summary>
    public required string Summary { get; init => field = ShownText.Of(value); }

    /// <summary>All that was found, the most important first.</summary>
    public ResultList<Finding> Findings { get; init; } = [];

    /// <summary>The ids of <see cref="Findings"/>, separated by a comma and a space, for tables and CSV.</summary>
    public string FindingIds => string.Join(", ", Findings.Select(finding => finding.Id).Distinct());

    /// <summary>X509_V_ERR_* code of the first error an OpenSSL client reports; 0 is ok; null where there is no chain.</summary>
    public int? OpenSslCode { get; init; }

    /// <summary>OpenSSL's words for <see cref="OpenSslCode"/>.</summary>
    public string? OpenSslError { get; init => field = ShownText.OfNullable(value); }

    /// <summary>Depth at which OpenSSL reports it.</summary>
    public int? ErrorDepth { get; init; }

    /// <summary>The certificates as they were sent or stand in the file, in that order.</summary>
    public ResultList<ChainCertificate> Presented { get; init; } = [];

    /// <summary>The path that the verdict is about, leaf first; completed by what was found, where something was missing.</summary>
    public ResultList<ChainCertificate> BuiltPath { get; init; } = [];

    /// <summary>What distinguishes <see cref="Presented"/> from what should have been sent.</summary>
    public required ChainDifference Difference { get; init; }

    /// <summary>With <c>-All</c>: every valid path, and every partial one with the reason it ends.</summary>
    public ResultList<ChainPath> Paths { get; init; } = [];

    /// <summary>The certificate that the server should have sent, or the root the store lacks, where it was found.</summary>
    public ChainCertificate? MissingIssuer { get; init; }

    /// <summary>End of validity of the leaf, UTC.</summary>
    public DateTime? NotAfter { get; init; }

    /// <summary>What is known of revocation.</summary>
    public string RevocationStatus { get; init => field = ShownText.Of(value); } = "not asked";

    /// <summary>What each kind of client would make of it.</summary>
    public ResultList<ClientVerdict> Clients { get; init; } = [];

    /// <summary>The trust store in use.</summary>
    public required string AnchorStore { get; init => field = ShownText.Of(value); }

    /// <summary>
    /// Where anchors were added to a store: that store and the files they are from, so that it can be judged with them again; else empty.
    /// </summary>
    public ResultList<string> AnchorParts { get; init; } = [];

    /// <summary>The time the chain was judged for, UTC.</summary>
    public required DateTime CheckedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Origin}: {Verdict}{(Cause == Cause.None ? "" : $" ({Cause})")}";
}

/// <summary>One path from the leaf upwards.</summary>
public sealed record ChainPath
{
    /// <summary>Leaf first.</summary>
    public required ResultList<ChainCertificate> Certificates { get; init; }

    /// <summary>True when it satisfies every rule.</summary>
    public required bool IsValid { get; init; }

    /// <summary>Why it ends where it ends: the anchor it reaches, or what is in the way.</summary>
    public required string End { get; init => field = ShownText.Of(value); }

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(" <- ", Certificates)}: {End}";
}

/// <summary>What distinguishes what was sent from what should have been: leaf, then each issuer in order, without the root.</summary>
public sealed record ChainDifference
{
    /// <summary>Certificates between leaf and root that are needed and were not sent.</summary>
    public ResultList<ChainCertificate> Missing { get; init; } = [];

    /// <summary>Certificates that were sent and are no part of the path.</summary>
    public ResultList<ChainCertificate> Unused { get; init; } = [];

    /// <summary>Positions at which a certificate was sent again.</summary>
    public ResultList<int> Duplicates { get; init; } = [];

    /// <summary>True when the certificates of the path were not sent in its order.</summary>
    public bool IsOutOfOrder { get; init; }

    /// <summary>Positions of what was sent, in the order in which it should be sent.</summary>
    public ResultList<int> ExpectedOrder { get; init; } = [];

    /// <summary>True when the root was sent, which no client needs.</summary>
    public bool RootSent { get; init; }

    /// <summary>True when the path ends before a root, so that more may be missing than is known.</summary>
    public bool EndsEarly { get; init; }

    /// <summary>True when exactly what is needed was sent, in order.</summary>
    public bool IsExact =>
        ExpectedOrder.Count > 0 && !EndsEarly && Missing.Count == 0 && Unused.Count == 0 && Duplicates.Count == 0 && !IsOutOfOrder
            && !RootSent;

    /// <inheritdoc/>
    public override string ToString()
    {
        List<string> parts = [];
        Count(Missing.Count, "missing");
        Count(Unused.Count, "unused");
        Count(Duplicates.Count, "sent twice");
        if (IsOutOfOrder)
        {
            parts.Add("out of order");
        }

        if (RootSent)
        {
            parts.Add("root sent");
        }

        if (EndsEarly)
        {
            parts.Add("an issuer was not found");
        }

        return IsExact ? "as it should be" : parts.Count == 0 ? "nothing that can be judged" : string.Join(", ", parts);

        void Count(int count, string what)
        {
            if (count > 0)
            {
                parts.Add($"{count} {what}");
            }
        }
    }
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Connections.Downloads;

namespace TlsTrust.Revocation;

/// <summary>What to find out about a path's revocation.</summary>
public sealed record RevocationQuery
{
    /// <summary>
    /// The path, leaf first. The last certificate is the anchor: it is trusted by itself and not asked about; it only vouches for the one
    /// below.
    /// </summary>
    public required IReadOnlyList<Certificate> Path { get; init; }

    /// <summary>How far to go.</summary>
    public required RevocationMode Mode { get; init; }

    /// <summary>The time to judge freshness for.</summary>
    public required DateTime At { get; init; }

    /// <summary>The answer that came inside the handshake, about the leaf; empty for none.</summary>
    public ReadOnlyMemory<byte> StapledOcsp { get; init; }

    /// <summary>CRLs at hand.</summary>
    public IReadOnlyList<CertificateRevocationList> Crls { get; init; } = [];

    /// <summary>What requests may go to beside public addresses.</summary>
    public FetchReach Reach { get; init; }
}

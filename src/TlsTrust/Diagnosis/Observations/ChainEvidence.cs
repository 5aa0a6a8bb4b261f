using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Clients;
using TlsTrust.Paths;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Observations;

/// <summary>A certificate that was not presented and was found elsewhere; its key verifies a certificate of the chain.</summary>
/// <param name="Certificate">The certificate. It completes paths; it is never an anchor.</param>
/// <param name="Origin">Where it was found: a file and line, a store, a URL.</param>
public sealed record FoundCertificate(Certificate Certificate, CertificateOrigin Origin)
{
    /// <summary><see cref="Origin"/> for people.</summary>
    public string Source => Origin.ToString();

    /// <summary>True when it came by AIA.</summary>
    public bool Downloaded => Origin.Kind == CertificateOriginKind.Download;
}

/// <summary>Another clock than this machine's.</summary>
/// <param name="Time">What it said, UTC.</param>
/// <param name="Source">Whose it is, for people.</param>
/// <param name="IsLowerBound">True when the real time is that or later: a signed timestamp. False when it is a clock that was read
/// now.</param>
public sealed record OtherClock(DateTime Time, string Source, bool IsLowerBound);

/// <summary>All that a chain is judged from. Judging is a pure function of it.</summary>
public sealed record ChainEvidence
{
    /// <summary>The certificates as presented, the server's first, that could be read.</summary>
    public required IReadOnlyList<Certificate> Presented { get; init; }

    /// <summary>
    /// Where each presented certificate came from; as long as <see cref="Presented"/>, or empty where a server sent them.
    /// </summary>
    public IReadOnlyList<CertificateOrigin> Origins { get; init; } = [];

    /// <summary>What was presented and could not be read, with its position.</summary>
    public IReadOnlyList<UnreadableCertificate> Unreadable { get; init; } = [];

    /// <summary>
    /// True when the platform's own TLS gave up inside the handshake, as most clients do over a certificate that can't be read, wherever it
    /// stands.
    /// </summary>
    public bool UnreadableStopsHandshake { get; init; }

    /// <summary>The name that the certificate has to cover; null where none was asked for.</summary>
    public string? HostName { get; init; }

    /// <summary>What the server shows to a client that sends no SNI; null where that was not asked.</summary>
    public NamelessAnswer? WithoutServerName { get; init; }

    /// <summary>True when that name and the address behind it are public, so that a publicly known CA is to be expected.</summary>
    public bool IsPublicHost { get; init; }

    /// <summary>The trust store in use.</summary>
    public required TrustStore Store { get; init; }

    /// <summary>Which clients that store is the one of.</summary>
    public AnchorScope StoreOf { get; init; } = AnchorScope.EveryClient;

    /// <summary>The publicly known roots: names, never trust.</summary>
    public required PublicRootSet PublicRoots { get; init; }

    /// <summary>The time to judge at, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>True when <see cref="At"/> is this machine's clock and not a time the user chose.</summary>
    public bool AtIsClock { get; init; }

    /// <summary>Other clocks that were seen on the way.</summary>
    public IReadOnlyList<OtherClock> OtherClocks { get; init; } = [];

    /// <summary>What the first certificate is to be used for.</summary>
    public Purpose Purpose { get; init; }

    /// <summary>Which rules are errors.</summary>
    public PathPolicy Policy { get; init; }

    /// <summary>Issuers that were found beside what was presented.</summary>
    public IReadOnlyList<FoundCertificate> Found { get; init; } = [];

    /// <summary>What was asked for issuers and what it gave, one a line.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];

    /// <summary>True when issuers may be downloaded.</summary>
    public bool DownloadsAllowed { get; init; } = true;

    /// <summary>What was found out about revocation, one for each certificate asked about; empty when not asked.</summary>
    public IReadOnlyList<RevocationResult> Revocation { get; init; } = [];

    /// <summary>Other public hosts of this run whose chains end in the same root.</summary>
    public IReadOnlyList<string> OtherHostsUnderSameRoot { get; init; } = [];

    /// <summary>Days before the end of validity from which <see cref="FindingId.ExpiringSoon"/> is reported.</summary>
    public int WarnDays { get; init; } = 30;
}

/// <summary>A presented certificate that could not be read.</summary>
/// <param name="Position">Where it stands, 0 for the server's own.</param>
/// <param name="Fault">Why not.</param>
public sealed record UnreadableCertificate(int Position, DerFault Fault);

using TlsTrust.Clients;
using TlsTrust.Connections.Downloads;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.MailExchangers;
using TlsTrust.Issuers;
using TlsTrust.Paths;
using TlsTrust.Revocation;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis;

/// <summary>How endpoints are tested.</summary>
public sealed record EndpointTestOptions
{
    /// <summary>32: enough that waiting for slow servers costs nothing, few enough for a home router's table of connections.</summary>
    public const int DefaultThrottleLimit = 32;

    /// <summary>How to connect.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>Test every address of a name, one report for each.</summary>
    public bool AllAddresses { get; init; }

    /// <summary>
    /// Takes each endpoint for a mail domain and tests the hosts that take its mail, one report for each; null to test the endpoints
    /// themselves.
    /// </summary>
    public MailExchangerLookup? MailExchangers { get; init; }

    /// <summary>
    /// Connections to each endpoint, each a fresh one: more than one finds nodes behind a balancer that serve different chains. Still one
    /// report, about the worst that was seen.
    /// </summary>
    public int Repeat { get; init; } = 1;

    /// <summary>The trust store in use.</summary>
    public required TrustStore Store { get; init; }

    /// <summary>Which clients that store is the one of.</summary>
    public AnchorScope StoreOf { get; init; } = AnchorScope.EveryClient;

    /// <summary>
    /// Where this process switches verification off for other programs, one sentence each; reported, since "it works there" is then no
    /// proof.
    /// </summary>
    public IReadOnlyList<string> InsecureSettings { get; init; } = [];

    /// <summary>The publicly known roots; they name, they are not trusted.</summary>
    public PublicRootSet PublicRoots { get; init; } = PublicRootSet.BuiltIn;

    /// <summary>
    /// Certificates at hand that are not trusted and may complete a chain: given files, other stores of this machine; read when first
    /// needed.
    /// </summary>
    public IReadOnlyList<IssuerSource> AtHand { get; init; } = [];

    /// <summary>Leave the URLs in certificates alone.</summary>
    public bool NoDownload { get; init; }

    /// <summary>How the URLs in certificates are fetched.</summary>
    public CertificateUrlOptions Urls { get; init; } = new();

    /// <summary>Whether revocation is looked at.</summary>
    public RevocationMode Revocation { get; init; }

    /// <summary>The time to judge at, UTC; null for <see cref="Clock"/>'s.</summary>
    public DateTime? At { get; init; }

    /// <summary>This machine's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Days before the end of validity from which a certificate counts as expiring soon.</summary>
    public int WarnDays { get; init; } = 30;

    /// <summary>
    /// Digests of the certificates that the server should serve, SHA-256 or SHA-1 in upper-case hexadecimal; none where any will do.
    /// </summary>
    public IReadOnlyList<string> ExpectedCertificates { get; init; } = [];

    /// <summary>Reports come in the order of the endpoints; a slow one then holds those behind it up.</summary>
    public bool Ordered { get; init; }

    /// <summary>How many endpoints are tested at a time.</summary>
    public int ThrottleLimit { get; init; } = DefaultThrottleLimit;

    /// <summary>Which rules are errors.</summary>
    public Paths.PathPolicy Policy { get; init; }

    /// <summary>Told what is going on, one line each, from any thread; null for nobody.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>
    /// The same, for the time that a report was judged for. Where this machine's clock was found to be wrong, it stays that clock's time.
    /// </summary>
    public EndpointTestOptions AsOf(EndpointReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Cause == Cause.ClockSkew ? this with { At = null, Clock = new StoppedClock(report.CheckedAt) }
            : this with { At = report.CheckedAt };
    }

    private sealed class StoppedClock(DateTime now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(now);
    }
}

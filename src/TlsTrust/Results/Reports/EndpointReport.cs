using TlsTrust.Results;
using TlsTrust.Results.Reports;

namespace TlsTrust;

/// <summary>
/// What was found out about one endpoint: one verdict, one cause, the evidence and the remedies. Plain values, so that it survives jobs,
/// remoting, Clixml, JSON and CSV.
/// </summary>
public sealed record EndpointReport : MachineResult
{
    /// <summary>Version of this shape, for readers of stored JSON.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>
    /// What was asked for, in a form that can be asked for again: <c>www.example.org:443</c>, <c>smtp://mail.example.org:25</c>.
    /// </summary>
    public required string Endpoint { get; init => field = ShownText.Of(value); }

    /// <summary>The name that was sent as SNI and that the certificate has to cover.</summary>
    public required string HostName { get; init => field = ShownText.Of(value); }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>The address that was connected to; null where no connection came about or a proxy made it.</summary>
    public string? RemoteAddress { get; init => field = ShownText.OfNullable(value); }

    /// <summary>All addresses the name resolved to.</summary>
    public ResultList<string> ResolvedAddresses { get; init; } = [];

    /// <summary>The proxy that was used, without its password; null for a direct connection.</summary>
    public string? ViaProxy { get; init => field = ShownText.OfNullable(value); }

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

    /// <summary>X509_V_ERR_* code of the first error an OpenSSL client reports; 0 is ok; null where no chain arrived.</summary>
    public int? OpenSslCode { get; init; }

    /// <summary>OpenSSL's words for <see cref="OpenSslCode"/>.</summary>
    public string? OpenSslError { get; init => field = ShownText.OfNullable(value); }

    /// <summary>Depth at which OpenSSL reports it.</summary>
    public int? ErrorDepth { get; init; }

    /// <summary>Negotiated protocol, <c>TLS 1.3</c>; null without a handshake.</summary>
    public string? Protocol { get; init => field = ShownText.OfNullable(value); }

    /// <summary>Negotiated cipher suite by its IANA name.</summary>
    public string? CipherSuite { get; init => field = ShownText.OfNullable(value); }

    /// <summary>Negotiated application protocol (ALPN), null where none.</summary>
    public string? ApplicationProtocol { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The certificates as the server sent them, in wire order.</summary>
    public ResultList<ChainCertificate> Presented { get; init; } = [];

    /// <summary>How <see cref="Presented"/> is known: read from the handshake's bytes, or as the platform reports it.</summary>
    public string? PresentedFrom { get; init => field = ShownText.OfNullable(value); }

    /// <summary>The path that the verdict is about, leaf first; incomplete where no path was found.</summary>
    public ResultList<ChainCertificate> BuiltPath { get; init; } = [];

    /// <summary>The certificate that the server should have sent, or the root the store lacks, where it was found.</summary>
    public ChainCertificate? MissingIssuer { get; init; }

    /// <summary>
    /// The certificate that the server shows to a client that sends no SNI, the one of its default host; null where that was not asked: it
    /// is asked where <see cref="Presented"/> is not for <see cref="HostName"/>, and where all chains are wanted.
    /// </summary>
    public ChainCertificate? WithoutServerName { get; init; }

    /// <summary>End of validity of the server's certificate, UTC.</summary>
    public DateTime? NotAfter { get; init; }

    /// <summary>
    /// The earliest end of validity on the path used, UTC: the server's certificate is often not the first to end. Null where no
    /// certificate arrived.
    /// </summary>
    public DateTime? ValidUntil => BuiltPath.Count > 0 ? BuiltPath.Min(certificate => certificate.NotAfter) : NotAfter;

    /// <summary>Whole days from the time of judgement to <see cref="ValidUntil"/>; negative when past.</summary>
    public int? DaysLeft => ValidUntil is { } end ? (int)Math.Floor((end - CheckedAt).TotalDays) : null;

    /// <summary>Subject of the server's certificate; null where none arrived.</summary>
    public string? Subject => Presented.Count > 0 ? Presented[0].Subject : null;

    /// <summary>A phrase that names what is wrong, for tables; the sentence is <see cref="Summary"/>.</summary>
    public string Why => CauseTable.Why(this);

    /// <summary>What to do first; empty where nothing needs doing.</summary>
    public string Remedy => Findings.FirstOrDefault(finding => finding.Remedy.Length > 0)?.Remedy ?? "";

    /// <summary>The command that a person runs next; empty where none helps.</summary>
    public string NextCommand => CauseTable.Next(this);

    /// <summary>What stood beside the endpoint in the list it came from, by column.</summary>
    public TagSet Tag { get; init; } = TagSet.Empty;

    /// <summary>True where this endpoint was all that was asked about: the table then also shows the remedy and the next command.</summary>
    public bool AskedAlone { get; init; }

    /// <summary>True when the server asked for a client certificate.</summary>
    public bool ClientCertificateRequested { get; init; }

    /// <summary>The names of the CAs whose client certificates the server accepts; empty where it named none.</summary>
    public ResultList<string> ClientCertificateIssuers { get; init; } = [];

    /// <summary>What is known of revocation: <c>not asked</c>, <c>good (stapled OCSP)</c> …</summary>
    public string RevocationStatus { get; init => field = ShownText.Of(value); } = "not asked";

    /// <summary>How long each phase took, in milliseconds.</summary>
    public ResultList<PhaseTiming> Timings { get; init; } = [];

    /// <summary>What each kind of client would make of it.</summary>
    public ResultList<ClientVerdict> Clients { get; init; } = [];

    /// <summary>The trust store in use: its files, directories or system store, and why these.</summary>
    public required string AnchorStore { get; init => field = ShownText.Of(value); }

    /// <summary>
    /// Where anchors were added to a store: that store and the files they are from, so that it can be judged with them again; else empty.
    /// </summary>
    public ResultList<string> AnchorParts { get; init; } = [];

    /// <summary>The time the chain was judged for, UTC.</summary>
    public required DateTime CheckedAt { get; init; }

    /// <summary>
    /// How far the machine's clock was ahead of the asking one's, negative where behind; null where the command ran here, or where the
    /// difference is smaller than what the way there takes.
    /// </summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>The TLS library of the machine that it was tested from, with its version; null where the command ran here.</summary>
    public string? TlsLibrary { get; init => field = ShownText.OfNullable(value); }

    /// <inheritdoc/>
    public override string Topic() => $"{Endpoint} {HostName} {RemoteAddress}";

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint}: {Verdict}{(Cause == Cause.None ? "" : $" ({Cause})")}";
}

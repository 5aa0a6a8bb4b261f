using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace TlsTrust.Connections.Handshakes;

/// <summary>What one connection showed: how far it came, and every byte of certificate that arrived.</summary>
public sealed record ConnectionEvidence
{
    /// <summary>What was asked for.</summary>
    public required Endpoint Endpoint { get; init; }

    /// <summary>The name that was sent as SNI and that the certificate has to cover; an IP literal is not sent.</summary>
    public required string ServerName { get; init; }

    /// <summary>All addresses the name resolved to; through a proxy what this machine's name service said, if it knew.</summary>
    public IReadOnlyList<IPAddress> ResolvedAddresses { get; init; } = [];

    /// <summary>
    /// The address that was connected to, or that was the only one to be tried; null where none of several answered, or where the proxy
    /// chose it.
    /// </summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>The proxy, <c>http://proxy.example:3128</c>, without its password; null for a direct connection.</summary>
    public string? ViaProxy { get; init; }

    /// <summary><see cref="Cause.None"/> when the handshake completed; else where and why it did not.</summary>
    public Cause Outcome { get; init; }

    /// <summary>What happened, as a sentence with addresses and times; empty when all went well.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Name of the TLS alert the server sent, as IANA spells it (<c>handshake_failure</c>); null where none came.</summary>
    public string? Alert { get; init; }

    /// <summary>The certificates as DER, in wire order, exactly as sent.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Presented { get; init; } = [];

    /// <summary>How <see cref="Presented"/> is known, for a person to read; empty where nothing arrived.</summary>
    public string PresentedFrom { get; init; } = "";

    /// <summary>
    /// True when <see cref="Presented"/> is what the wire carried for certain; false where the platform may have added or left out some.
    /// </summary>
    public bool PresentedIsExact { get; init; }

    /// <summary>Negotiated protocol; null without a ServerHello.</summary>
    public SslProtocols? Protocol { get; init; }

    /// <summary>Negotiated cipher suite; null without a ServerHello.</summary>
    public TlsCipherSuite? CipherSuite { get; init; }

    /// <summary>Negotiated application protocol (ALPN); null where none.</summary>
    public string? Alpn { get; init; }

    /// <summary>The OCSP response the server stapled for its own certificate, DER; null where none arrived.</summary>
    public ReadOnlyMemory<byte>? StapledOcsp { get; init; }

    /// <summary>
    /// True when the server may have stapled a response that is not in <see cref="StapledOcsp"/>: the platform's TLS does not show it, and
    /// what came encrypted is longer than without.
    /// </summary>
    internal bool MayBeStapled { get; init; }

    /// <summary>True when a handshake that shows a stapled response was made, and showed none.</summary>
    internal bool StapleIsAbsent { get; init; }

    /// <summary>True when the handshake failed since this platform's TLS knows no keys like the server's: other clients may.</summary>
    public bool KeyIsUnknownHere { get; init; }

    /// <summary>True when the server asked for a client certificate.</summary>
    public bool ClientCertificateRequested { get; init; }

    /// <summary>True when this side had a client certificate to give.</summary>
    public bool ClientCertificateGiven { get; init; }

    /// <summary>The names of the CAs whose client certificates the server accepts, as it sent them; empty where it named none.</summary>
    public IReadOnlyList<string> ClientCertificateIssuers { get; init; } = [];

    /// <summary>True when it was a limit of this side's TLS that ended the handshake, and no answer of the server.</summary>
    public bool IsOwnLimit { get; init; }

    /// <summary>What a server that speaks, but not TLS, said: its protocol and first line, printable characters only.</summary>
    public string? Spoke { get; init; }

    /// <summary>How long each phase took, in order.</summary>
    public IReadOnlyList<PhaseTiming> Timings { get; init; } = [];

    /// <summary>The server's or the proxy's own clock, UTC, where its plain-text replies told it (HTTP Date, SMTP greeting).</summary>
    public DateTime? ServerTime { get; init; }

    /// <summary>Chains for other kinds of keys than the one in <see cref="Presented"/>, where they were asked for.</summary>
    public IReadOnlyList<PresentedChain> OtherChains { get; init; } = [];

    /// <summary>What the server shows to a client that sends no SNI; null where that was not asked, or not answered.</summary>
    public NamelessAnswer? WithoutServerName { get; init; }

    /// <summary>
    /// What a further connection got in place of <see cref="Presented"/>: another chain for a key of the same kind, so from another node;
    /// empty where they agree.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OtherAnswer { get; init; } = [];

    /// <summary>Versions below TLS 1.2 that the server takes, where that was asked for or found out.</summary>
    public IReadOnlyList<SslProtocols> LegacyProtocols { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() =>
        Outcome == Cause.None ? $"{Endpoint}: {Presented.Count} certificates" : $"{Endpoint}: {Outcome}, {Detail}";
}

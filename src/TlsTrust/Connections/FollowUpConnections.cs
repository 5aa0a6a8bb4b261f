using System.Net;
using System.Security.Authentication;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;
using TlsTrust.Connections.Faults;
using TlsTrust.Connections.Handshakes;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections;

/// <summary>Further connections to the same address, for what the first one could not show.</summary>
internal sealed class FollowUpConnections
{
    private const int Tls10 = 0x0301;
    private const int Tls11 = 0x0302;

    private readonly TransportOpener _opener;
    private readonly ConnectionOptions _options;
    private readonly PhaseClock _clock;

    public FollowUpConnections(TransportOpener opener, ConnectionOptions options, PhaseClock clock)
    {
        _opener = opener;
        _options = options;
        _clock = clock;
    }

    /// <summary>Adds to the evidence what it lacks and what the options ask for; a read that fails adds nothing.</summary>
    public async Task<ConnectionEvidence> CompleteAsync(ConnectionEvidence evidence)
    {
        if (evidence.Presented.Count == 0)
        {
            // Only a server that spoke TLS is asked again: the others said all they have to say.
            bool mayShowMore = evidence.Outcome is Cause.None or Cause.HandshakeRefused or Cause.ProtocolVersion
                or Cause.ClientCertificateRequired;
            return mayShowMore ? await AfterRefusalAsync(evidence) : evidence;
        }

        bool wantsStaple = evidence.StapledOcsp is null
            && (_options.AskForStapledOcsp || evidence.MayBeStapled || MustBeStapled(evidence.Presented[0]));
        if (wantsStaple || !evidence.PresentedIsExact)
        {
            evidence = await ReadAgainAsync(evidence);
        }

        if (_options.AllChains)
        {
            evidence = await ReadOtherChainsAsync(evidence);
        }

        if (_options.ProbeLegacyProtocols)
        {
            evidence = await ProbeLegacyAsync(evidence);
        }

        return evidence;
    }

    /// <summary>What the server shows to a client that names no host; null where it could not be asked.</summary>
    public async Task<NamelessAnswer?> AskWithoutNameAsync(ConnectionEvidence evidence) =>
        await ReadAsync(evidence, Offer(evidence) with { ServerName = "" }) is not { } read ? null
        : read.Certificates.Count > 0 ? new NamelessAnswer { Certificates = read.Certificates }
        : new NamelessAnswer { Refusal = read.Alert is { } alert ? $"refuses the handshake with the alert {TlsAlert.NameOf(alert)}"
            : $"shows no certificate: {read.Fault ?? "it closed the connection"}" };

    /// <summary>The platform's TLS was refused or gave up: shows the chain all the same, and whether the version was the reason.</summary>
    private async Task<ConnectionEvidence> AfterRefusalAsync(ConnectionEvidence evidence)
    {
        ReadingHandshake? read = await ReadAsync(evidence, Offer(evidence) with { MinVersion = Tls10, OffersRareKeys = true });
        if (read?.Version is > ServerHello.Tls12 and { } newer && evidence.Outcome == Cause.ProtocolVersion)
        {
            // Where the platform's TLS ends at 1.2, a server of TLS 1.3 only is not to blame.
            evidence = evidence with { IsOwnLimit = true,
                Detail = $"{evidence.Detail} It speaks {ServerHello.NameOf(newer)}, which this platform's TLS does not." };
        }

        if (read?.Hello is not { } hello)
        {
            return evidence;
        }

        evidence = evidence with
        {
            Presented = read.Certificates,
            PresentedFrom = read.Certificates.Count > 0 ? ReadingHandshake.FromOwn : "",
            PresentedIsExact = read.Certificates.Count > 0,
            StapledOcsp = read.StapledOcsp,
            ClientCertificateRequested = evidence.ClientCertificateRequested || read.CertificateRequested,
            Protocol = ServerHello.ProtocolOf(hello.Version),
            CipherSuite = hello.CipherSuite,
        };
        if (read.Certificates.Count > 0 && Certificate.TryParse(read.Certificates[0], out Certificate? server, out _)
            && server.PublicKey.Kind is PublicKeyKind.MlDsa or PublicKeyKind.SlhDsa or PublicKeyKind.Gost)
        {
            return evidence with { KeyIsUnknownHere = true,
                Detail = $"{evidence.Detail} Its key is {server.PublicKey}, which this platform's TLS does not know; a client that does " +
                    $"may connect." };
        }

        if (hello.Version >= ServerHello.Tls12)
        {
            return evidence;
        }

        return evidence with
        {
            Outcome = Cause.ProtocolVersion,
            Detail = $"{evidence.Detail} Asked for anything from TLS 1.0 on, it chose {ServerHello.NameOf(hello.Version)}.",
            LegacyProtocols = [ServerHello.ProtocolOf(hello.Version)],
        };
    }

    private async Task<ConnectionEvidence> ReadAgainAsync(ConnectionEvidence evidence)
    {
        ReadingHandshake? read = await ReadAsync(evidence, Offer(evidence));
        if (read is null || !StartsAlike(read.Certificates, evidence.Presented))
        {
            // A server with several certificates, or several servers behind one address: what was read is not about this chain.
            return read is not null && HasKeyLike(read.Certificates, evidence.Presented)
                ? evidence with { OtherAnswer = read.Certificates } : evidence;
        }

        return evidence with
        {
            Presented = evidence.PresentedIsExact ? evidence.Presented : read.Certificates,
            PresentedFrom = evidence.PresentedIsExact ? evidence.PresentedFrom : ReadingHandshake.FromOwn,
            PresentedIsExact = true,
            StapledOcsp = evidence.StapledOcsp ?? read.StapledOcsp,
            StapleIsAbsent = evidence.StapledOcsp is null && read.StapledOcsp is null,
        };
    }

    // 1.3.6.1.5.5.7.1.24
    private static ReadOnlySpan<byte> TlsFeatureName => [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x18];

    // Hardly any certificate demands it: parsed again is only what holds the name of the demand.
    private static bool MustBeStapled(ReadOnlyMemory<byte> server) =>
        server.Span.IndexOf(TlsFeatureName) >= 0
        && Certificate.TryParse(server, out Certificate? certificate, out _) && certificate.MustBeStapled;

    private async Task<ConnectionEvidence> ReadOtherChainsAsync(ConnectionEvidence evidence)
    {
        List<PresentedChain> others = [];
        foreach (WantedKey key in new[] { WantedKey.Ecdsa, WantedKey.Rsa })
        {
            ReadingHandshake? read = await ReadAsync(evidence, Offer(evidence) with { Key = key });
            if (read is { Hello: { } hello, Certificates.Count: > 0 } && !StartsAlike(read.Certificates, evidence.Presented)
                && !others.Any(other => StartsAlike(other.Certificates, read.Certificates)))
            {
                others.Add(new PresentedChain
                {
                    KeyKind = key == WantedKey.Rsa ? "RSA" : "ECDSA",
                    Certificates = read.Certificates,
                    PresentedFrom = ReadingHandshake.FromOwn,
                    Protocol = ServerHello.ProtocolOf(hello.Version),
                    StapledOcsp = read.StapledOcsp,
                });
            }
        }

        return evidence with { OtherChains = others };
    }

    private async Task<ConnectionEvidence> ProbeLegacyAsync(ConnectionEvidence evidence)
    {
        List<SslProtocols> taken = [];
        foreach (int version in new[] { Tls10, Tls11 })
        {
            ReadingHandshake? read = await ReadAsync(evidence, Offer(evidence) with { MaxVersion = version, MinVersion = version });
            if (read?.Hello is { } hello && hello.Version == version)
            {
                taken.Add(ServerHello.ProtocolOf(version));
            }
        }

        return evidence with { LegacyProtocols = taken };
    }

    private ClientHello Offer(ConnectionEvidence evidence) => new()
    {
        ServerName = evidence.ServerName,
        ApplicationProtocols = [.. _options.ApplicationProtocols.Select(protocol => protocol.Protocol)],
    };

    private async Task<ReadingHandshake?> ReadAsync(ConnectionEvidence evidence, ClientHello offer)
    {
        try
        {
            IPAddress[] addresses = evidence.RemoteAddress is { } address ? [address] : [];
            Transport transport = await _opener.OpenAsync(addresses, _clock);
            await using (transport.Stream)
            {
                return await _clock.RunAsync(
                    "Reading",
                    _options.HandshakeTimeout,
                    token => ReadingHandshake.RunAsync(transport.Stream, offer, token),
                    within => new ConnectionFault(Cause.HandshakeTimedOut, within));
            }
        }
        catch (ConnectionFault)
        {
            // The first connection is the evidence; this one had nothing to add.
            return null;
        }
    }

    // A server with a certificate for each kind of key chooses by what it is offered; with two for one kind it is two servers.
    private static bool HasKeyLike(IReadOnlyList<ReadOnlyMemory<byte>> one, IReadOnlyList<ReadOnlyMemory<byte>> other) =>
        one.Count > 0 && other.Count > 0 && Certificate.TryParse(one[0], out Certificate? first, out _)
        && Certificate.TryParse(other[0], out Certificate? second, out _) && first.PublicKey.Kind == second.PublicKey.Kind;

    private static bool StartsAlike(IReadOnlyList<ReadOnlyMemory<byte>> one, IReadOnlyList<ReadOnlyMemory<byte>> other) =>
        one.Count > 0 && other.Count > 0 && one[0].Span.SequenceEqual(other[0].Span);
}

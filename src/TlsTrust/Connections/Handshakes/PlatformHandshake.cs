using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Connections.Faults;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections.Handshakes;

/// <summary>
/// The handshake by the platform's own TLS, with every certificate accepted: judging comes later, with our own rules. The bytes
/// under it are listened to, since the platform tells nothing of a handshake that fails.
/// </summary>
internal sealed class PlatformHandshake : IDisposable
{
    // In TLS 1.3 the server refuses a client without certificate only after the handshake; its alert is a round trip away, and the
    // handshake took one, or two.
    private static readonly TimeSpan ShortestRefusalWait = TimeSpan.FromMilliseconds(200);
    private const int HandshakesUntilRefusal = 3;

    /// <summary>Words for <see cref="ConnectionEvidence.PresentedFrom"/>.</summary>
    public const string FromWire = "read from the bytes of the handshake";

    /// <summary>
    /// Words for <see cref="ConnectionEvidence.PresentedFrom"/> under TLS 1.3 on Linux, where the list is that of the wire (measured, .NET
    /// 8 to 10).
    /// </summary>
    public const string FromOpenSsl = "as OpenSSL received them (TLS 1.3 encrypts them on the wire)";

    /// <summary>Words for <see cref="ConnectionEvidence.PresentedFrom"/> under TLS 1.3 elsewhere.</summary>
    public const string FromPlatform = "as the platform reports them; it may have added or reordered some";

    // .NET's TLS on macOS (Secure Transport) ends at 1.2 and takes a wish for more as an error.
    private static readonly SslProtocols Versions = OperatingSystem.IsMacOS() ? SslProtocols.Tls12
        : SslProtocols.Tls12 | SslProtocols.Tls13;

    // .NET's own list on Linux is a short one (ECDHE with GCM, ChaCha20 or CBC-SHA2): a server that has only others would be called
    // unreachable, though curl, Java and browsers speak with it. Elsewhere the platform's TLS decides, and takes no list.
    private static readonly CipherSuitesPolicy? Suites = OperatingSystem.IsLinux()
        ? new(Array.ConvertAll(ClientHello.CommonSuites, suite => (TlsCipherSuite)suite)) : null;

    private const int UnsupportedFunction = unchecked((int)0x80090302); // SEC_E_UNSUPPORTED_FUNCTION

    // Not every Windows can (Wine's can't), and says so when the ClientHello is out already: asked once, with nobody at the other end.
    private static readonly Lazy<bool> ForbidsResumption = new(CanForbidResumption);

    private readonly ConnectionOptions _options;
    private readonly string _serverName;
    private readonly ServerFlightReader _flight = new();
    private readonly RecordingStream _recording;
    private readonly Stream _inner;
    private List<ReadOnlyMemory<byte>> _reported = [];
    private bool _certificateRequested;
    private string[] _acceptedIssuers = [];

    public PlatformHandshake(Stream stream, string serverName, ConnectionOptions options)
    {
        _inner = stream;
        _recording = new RecordingStream(stream, _flight);
        _serverName = serverName;
        _options = options;
    }

    /// <summary>The first flight as far as it was in the clear.</summary>
    public ServerFlightReader Flight => _flight;

    private bool CertificateRequested => _certificateRequested || _flight.CertificateRequested;

    /// <summary>Leaves the stream below open: who dialled it closes it.</summary>
    public void Dispose() => _recording.Dispose();

    /// <summary>Completes the handshake.</summary>
    /// <exception cref="ConnectionFault">It did not complete; <see cref="Describe"/> tells how far it came.</exception>
    public async Task<ConnectionEvidence> RunAsync(ConnectionEvidence evidence, CancellationToken cancellationToken)
    {
        await using SslStream ssl = new(_recording, leaveInnerStreamOpen: true);
        Stopwatch handshake = Stopwatch.StartNew();
        try
        {
            await ssl.AuthenticateAsClientAsync(Authentication(), cancellationToken);
        }
        catch (CryptographicException) when (_flight.Hello is { IsRetry: false } && !cancellationToken.IsCancellationRequested)
        {
            // The platform's own chain builder choked on what was sent (.NET: MapOpenSsl30Code), after the handshake was through. Nobody
            // asked it: the chain is judged by our rules.
            return Describe(evidence);
        }
        catch (Exception error) when (IsPeersFault(error) && !cancellationToken.IsCancellationRequested)
        {
            throw await FaultAsync(error, cancellationToken);
        }

        handshake.Stop();
        long encrypted = ssl.SslProtocol == SslProtocols.Tls13 ? _flight.EncryptedBytes : 0;
        _recording.EndHandshake();
        _certificateRequested |= _options.ClientCertificate is not null && ssl.IsMutuallyAuthenticated;
        if (CertificateRequested && ssl.SslProtocol == SslProtocols.Tls13)
        {
            await AwaitRefusalAsync(ssl, HandshakesUntilRefusal * handshake.Elapsed, cancellationToken);
        }

        string alpn = ssl.NegotiatedApplicationProtocol.ToString();
        return Describe(evidence) with
        {
            Protocol = ssl.SslProtocol,
            CipherSuite = ssl.NegotiatedCipherSuite,
            Alpn = alpn.Length > 0 ? alpn : null,
            MayBeStapled = encrypted > 0 && _reported.Count > 0 && Certificate.TryParse(_reported[0], out Certificate? server, out _)
                && EncryptedFlight.HasRoomForStaple(encrypted, _reported, server.PublicKey, CertificateRequested),
        };
    }

    /// <summary>Adds what is known by now to the evidence.</summary>
    public ConnectionEvidence Describe(ConnectionEvidence evidence)
    {
        bool fromWire = _flight.Certificates.Count > 0;
        SslProtocols version = _flight.Hello is { IsRetry: false } hello ? ServerHello.ProtocolOf(hello.Version) : SslProtocols.None;
        return evidence with
        {
            Presented = fromWire ? _flight.Certificates : _reported,
            PresentedFrom = fromWire ? FromWire : _reported.Count == 0 ? "" : OperatingSystem.IsLinux() ? FromOpenSsl : FromPlatform,
            PresentedIsExact = fromWire || (_reported.Count > 0 && OperatingSystem.IsLinux()),
            Protocol = version == SslProtocols.None ? evidence.Protocol : version,
            CipherSuite = version == SslProtocols.None ? evidence.CipherSuite : _flight.Hello!.CipherSuite,
            StapledOcsp = _flight.StapledOcsp,
            ClientCertificateRequested = CertificateRequested,
            ClientCertificateGiven = _options.ClientCertificate is not null,
            ClientCertificateIssuers = _acceptedIssuers,
            Alert = _flight.Alert is { } alert ? TlsAlert.NameOf(alert) : evidence.Alert,
        };
    }

    // SslStream fails with many kinds of exceptions on hostile bytes (an empty handshake record gives IndexOutOfRangeException
    // in .NET 10): whatever comes out of it is what the peer's bytes made of it.
    private static bool IsPeersFault(Exception error) =>
        error is not (ConnectionFault or OperationCanceledException or OutOfMemoryException);

    private static bool CanForbidResumption()
    {
        if (!OperatingSystem.IsWindows())
        {
            return true;
        }

        using SslStream toNobody = new(new MemoryStream()); // what is written there is behind what could be read
        try
        {
            toNobody.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "", AllowTlsResume = false });
            return true;
        }
        catch (Exception error) when (IsPeersFault(error))
        {
            return error.GetBaseException() is not Win32Exception { NativeErrorCode: UnsupportedFunction };
        }
    }

    private SslClientAuthenticationOptions Authentication()
    {
        SslClientAuthenticationOptions tls = new()
        {
            TargetHost = IPAddress.TryParse(_serverName, out _) ? "" : _serverName,
            EnabledSslProtocols = Versions,
            CipherSuitesPolicy = Suites,
            AllowRenegotiation = false,

            // A resumed session carries no certificates.
            AllowTlsResume = !ForbidsResumption.Value,

            // The platform builds a chain before it asks us: it must neither fetch anything nor remember anything for that.
            CertificateChainPolicy = new X509ChainPolicy
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                VerificationFlags = X509VerificationFlags.AllFlags,
            },
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                _reported = certificate is null ? []
                    : ServersFirst(certificate.GetRawCertData(), chain?.ChainPolicy.ExtraStore.Select(each => each.RawData) ?? []);
                return true;
            },
        };
        if (_options.ClientCertificate is { } own)
        {
            tls.ClientCertificateContext = own.ToContext();
        }
        else
        {
            tls.LocalCertificateSelectionCallback = (_, _, _, remoteCertificate, acceptableIssuers) =>
            {
                // The first call comes before anything was received, to ask for a guess; the second tells that the server asked.
                _certificateRequested |= remoteCertificate is not null || acceptableIssuers.Length > 0;
                _acceptedIssuers = acceptableIssuers.Length > 0 ? acceptableIssuers : _acceptedIssuers;
                return null!;
            };
        }

        if (_options.ApplicationProtocols.Count > 0)
        {
            tls.ApplicationProtocols = [.. _options.ApplicationProtocols];
        }

        return tls;
    }

    /// <summary>
    /// The platform's list begins with the server's certificate on Linux, as it was sent; that of Windows is a store, in which it stands
    /// anywhere or, under Wine, not at all.
    /// </summary>
    internal static List<ReadOnlyMemory<byte>> ServersFirst(byte[] server, IEnumerable<byte[]> listed)
    {
        List<ReadOnlyMemory<byte>> all = [.. listed];
        if (all.Count == 0 || !all[0].Span.SequenceEqual(server))
        {
            all.RemoveAll(each => each.Span.SequenceEqual(server));
            all.Insert(0, server);
        }

        return all;
    }

    private async Task<ConnectionFault> FaultAsync(Exception error, CancellationToken cancellationToken)
    {
        if (_flight.IsNotTls)
        {
            return await NotTls.FaultAsync(_inner, _recording.Opening, cancellationToken);
        }

        if (_flight.Hello is { IsRetry: false, Version: < ServerHello.Tls12 } hello)
        {
            return new ConnectionFault(Cause.ProtocolVersion, $"The server chose {ServerHello.NameOf(hello.Version)}, and nothing newer.");
        }

        if ((_flight is { AlertIsFatal: true, Alert: { } inClear } ? inClear : OpenSslAlert.AlertIn(error)) is { } alert)
        {
            return OfAlert(alert);
        }

        if (_flight.Fault is { } fault)
        {
            return new ConnectionFault(Cause.HandshakeRefused, $"The handshake was given up: {fault}.") { IsHostile = true };
        }

        if (_recording.IsClosedByServer || HasSocketError(error))
        {
            return OfClosing(HasSocketError(error) ? "reset" : "closed");
        }

        return new ConnectionFault(Cause.HandshakeRefused, OwnLimit.Describe(PlatformWords.Of(error))) { IsOwnLimit = true };
    }

    private ConnectionFault OfAlert(byte alert)
    {
        Cause cause = TlsAlert.CauseOf(alert, CertificateRequested);
        string name = TlsAlert.NameOf(alert);
        string detail = cause switch
        {
            Cause.ProtocolVersion when ClientHello.OffersTls13(_recording.Greeting) =>
                $"The server answered TLS 1.2 and 1.3 with the alert {name}.",
            Cause.ProtocolVersion => $"The server answered TLS 1.2, the newest that this platform's TLS offers, with the alert {name}.",
            Cause.UnrecognizedName => $"The server does not know the name {_serverName} (alert {name}).",
            Cause.ClientCertificateRequired when _options.ClientCertificate is null =>
                $"The server wants a client certificate, and refused to go on without (alert {name}).",
            Cause.ClientCertificateRequired =>
                $"The server refused the client certificate {_options.ClientCertificate!.Certificate.Subject} (alert {name}).",
            _ => $"The server refused the handshake with the alert {name}.",
        };
        return new ConnectionFault(cause, detail) { Alert = name };
    }

    private ConnectionFault OfClosing(string how)
    {
        if (CertificateRequested)
        {
            string certificate = _options.ClientCertificate is { } own ? $"the client certificate {own.Certificate.Subject}"
                : "no client certificate";
            return new ConnectionFault(Cause.ClientCertificateRequired,
                $"The server asked for a client certificate, was given {certificate}, and {how} the connection.");
        }

        string when = _recording.HasReceived ? "in the middle of the handshake" : "after the ClientHello, without a word";
        return new ConnectionFault(Cause.ConnectionReset, $"The server {how} the connection {when}.");
    }

    private async Task AwaitRefusalAsync(SslStream ssl, TimeSpan longest, CancellationToken cancellationToken)
    {
        using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(longest > ShortestRefusalWait ? longest : ShortestRefusalWait);
        try
        {
            // A clean close is no refusal: a server that has nothing to say may end what was never begun.
            await ssl.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, wait.Token);
        }
        catch (Exception) when (wait.IsCancellationRequested)
        {
            // No refusal within the wait, or the limits of the attempt: the server asked without need, and the handshake is complete.
        }
        catch (Exception error) when (IsPeersFault(error))
        {
            throw OpenSslAlert.AlertIn(error) is { } alert ? OfAlert(alert) : OfClosing(HasSocketError(error) ? "reset" : "closed");
        }
    }

    private static bool HasSocketError(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is SocketException)
            {
                return true;
            }
        }

        return false;
    }
}

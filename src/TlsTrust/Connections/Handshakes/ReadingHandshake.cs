using System.Net.Sockets;
using System.Security.Cryptography;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections.Handshakes;

/// <summary>
/// A handshake of our own that goes only as far as the server's certificates, and is then left. It reads what the platform's TLS does
/// not show: exact bytes under TLS 1.3, stapled OCSP, chains of old servers, and the chain for each kind of key. Nothing is ever decided by
/// it: whether the server holds the key is proved by the platform's handshake only.
/// </summary>
internal sealed class ReadingHandshake
{
    /// <summary>Words for <see cref="ConnectionEvidence.PresentedFrom"/>.</summary>
    public const string FromOwn = "read from the bytes of a handshake of our own";

    private const int HeaderLength = 5;
    private const byte AlertRecord = 21;
    private const byte HandshakeRecord = 22;
    private const byte ApplicationDataRecord = 23;
    private const byte CertificateMessageType = 11;
    private const byte CertificateRequestMessage = 13;
    private const int MaxEncryptedRecord = (1 << 14) + 256;

    private readonly Stream _stream;
    private readonly ServerFlightReader _flight = new();
    private readonly List<byte[]> _transcript = [];
    private readonly List<ReadOnlyMemory<byte>> _certificates13 = [];
    private ReadOnlyMemory<byte>? _stapled13;
    private byte[] _pending = [];
    private long _total;

    private ReadingHandshake(Stream stream) => _stream = stream;

    /// <summary>What the server chose; null when no hello came.</summary>
    public ServerHello? Hello => _flight.Hello is { IsRetry: false } hello ? hello : null;

    /// <summary>The version it chose, also where it wants a key that can't be made here; null when no hello came.</summary>
    public int? Version => _flight.Hello?.Version;

    /// <summary>The certificates, DER, in wire order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates => _certificates13.Count > 0 ? _certificates13 : _flight.Certificates;

    /// <summary>The stapled OCSP response.</summary>
    public ReadOnlyMemory<byte>? StapledOcsp => _stapled13 ?? _flight.StapledOcsp;

    /// <summary>True when the server asked for a client certificate.</summary>
    public bool CertificateRequested { get; private set; }

    /// <summary>The alert the server sent.</summary>
    public byte? Alert { get; private set; }

    /// <summary>What breaks the protocol or a limit, in words.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads as far as the server goes; a server that goes nowhere is no error here.</summary>
    /// <param name="stream">A connection on which a ClientHello may be sent.</param>
    /// <param name="offer">What to offer; random bytes and key shares are filled in here.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public static async Task<ReadingHandshake> RunAsync(Stream stream, ClientHello offer, CancellationToken cancellationToken)
    {
        ReadingHandshake handshake = new(stream);
        try
        {
            await handshake.RunAsync(offer, cancellationToken);
        }
        catch (Exception error)
            when ((error is IOException or SocketException or ObjectDisposedException) && !cancellationToken.IsCancellationRequested)
        {
            handshake.Fault ??= "the server broke off the connection";
        }

        return handshake;
    }

    private async Task RunAsync(ClientHello offer, CancellationToken cancellationToken)
    {
        using KeySchedule first = KeySchedule.Create(KeySchedule.Groups[0])!;
        offer = offer with { Random = RandomNumberGenerator.GetBytes(32), SessionId = RandomNumberGenerator.GetBytes(32),
            Group = first.Group, KeyShare = first.PublicKey };
        await SendAsync(offer, cancellationToken);
        await ReadClearAsync(() => _flight.Hello is { Version: >= ServerHello.Tls13 }, cancellationToken);
        if (_flight.Hello is not { Version: >= ServerHello.Tls13 } hello)
        {
            CertificateRequested = _flight.CertificateRequested;
            return;
        }

        _transcript.Add(_flight.HelloMessage);
        if (!hello.IsRetry)
        {
            await ReadEncryptedAsync(first, hello, cancellationToken);
            return;
        }

        using KeySchedule? second = KeySchedule.Create(hello.Group == 0 ? first.Group : hello.Group);
        if (second is null)
        {
            Fault = $"the server wants a key of group 0x{hello.Group:X4}";
            return;
        }

        await SendAsync(offer with { Group = second.Group, KeyShare = second.PublicKey, Cookie = hello.Cookie }, cancellationToken);
        await ReadClearAsync(() => _flight.Hello is { IsRetry: false }, cancellationToken);
        if (Hello is { } answer)
        {
            _transcript.Add(_flight.HelloMessage);
            await ReadEncryptedAsync(second, answer, cancellationToken);
        }
    }

    private async Task SendAsync(ClientHello hello, CancellationToken cancellationToken)
    {
        byte[] message = hello.ToMessage();
        _transcript.Add(message);

        // The record says TLS 1.0, as all do (RFC 8446 §5.1).
        await _stream.WriteAsync(new byte[] { HandshakeRecord, 3, 1, (byte)(message.Length >> 8), (byte)message.Length }.Concat(message)
            .ToArray(), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    private async Task ReadClearAsync(Func<bool> isEnough, CancellationToken cancellationToken)
    {
        while (!isEnough() && !_flight.IsDone && Fault is null && Alert is null)
        {
            (byte[] header, byte[] payload) = await ReadRecordAsync(cancellationToken);
            if (header.Length == 0)
            {
                return;
            }

            _flight.Feed(header);
            _flight.Feed(payload);
            Fault = _flight.IsNotTls ? "the server does not speak TLS" : _flight.Fault;
            Alert = _flight.AlertIsFatal ? _flight.Alert : null;
        }
    }

    private async Task ReadEncryptedAsync(KeySchedule keys, ServerHello hello, CancellationToken cancellationToken)
    {
        RecordKey? key = keys.ServerHandshakeKey(hello.KeyShare, hello.CipherSuite, _transcript);
        if (hello.Group != keys.Group || key is null)
        {
            Fault = "the server's key share or cipher suite is not one of those offered";
            return;
        }

        while (Fault is null && Alert is null && _certificates13.Count == 0)
        {
            (byte[] header, byte[] payload) = await ReadRecordAsync(cancellationToken);
            if (header.Length == 0)
            {
                return;
            }

            if (header[0] == ApplicationDataRecord)
            {
                byte[]? content = key.Open(header, payload, out byte type);
                Fault = content is null ? "an encrypted record does not open" : null;
                Take(type, content ?? []);
            }
            else
            {
                // A change_cipher_spec for boxes in between, or an alert in the clear.
                Take(header[0] == AlertRecord ? AlertRecord : (byte)0, payload);
            }
        }
    }

    private void Take(byte type, byte[] content)
    {
        if (type == AlertRecord && content.Length == 2)
        {
            Alert = content[1];
        }
        else if (type == HandshakeRecord)
        {
            _pending = _pending.Length == 0 ? content : [.. _pending, .. content];
            while (Fault is null && _certificates13.Count == 0 && _pending.Length >= 4)
            {
                int length = (_pending[1] << 16) | (_pending[2] << 8) | _pending[3];
                if (length > ServerFlightReader.MaxHandshakeBytes)
                {
                    Fault = $"a handshake message announces {length} bytes";
                }
                else if (_pending.Length < 4 + length)
                {
                    return;
                }
                else
                {
                    TakeMessage(_pending[0], _pending.AsSpan(4, length));
                    _pending = _pending[(4 + length)..];
                }
            }
        }
    }

    private void TakeMessage(byte type, ReadOnlySpan<byte> body)
    {
        if (type == CertificateMessageType)
        {
            Fault = CertificateMessage.Read13(body, _certificates13, out _stapled13);
            Fault ??= _certificates13.Count == 0 ? "the server sent an empty Certificate message" : null;
        }

        CertificateRequested |= type == CertificateRequestMessage;
    }

    // Record by record: nothing behind the hello may be taken for clear text.
    private async Task<(byte[] Header, byte[] Payload)> ReadRecordAsync(CancellationToken cancellationToken)
    {
        byte[] header = new byte[HeaderLength];
        int filled = await _stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken);
        int length = (header[3] << 8) | header[4];
        if (filled < HeaderLength || header[1] != 3 || length > MaxEncryptedRecord
            || (_total += HeaderLength + length) > ServerFlightReader.MaxHandshakeBytes)
        {
            Fault = filled == 0 ? "the server closed the connection" : filled < HeaderLength || header[1] != 3
                ? "the server does not speak TLS" : "the handshake breaks a limit";
            return ([], []);
        }

        byte[] payload = new byte[length];
        await _stream.ReadExactlyAsync(payload, cancellationToken);
        return (header, payload);
    }
}

namespace TlsTrust.Connections.Wire;

/// <summary>
/// Listens to what a server sends and reads the part of the handshake that is in the clear: the hello, and up to TLS 1.2 also the
/// certificates, the stapled OCSP response, the request for a client certificate, and alerts.
/// </summary>
internal sealed class ServerFlightReader
{
    /// <summary>Bytes of one handshake. Real ones have a few thousand; a hostile server must not fill the memory.</summary>
    public const int MaxHandshakeBytes = 1 << 20;

    // RFC 5246 §6.2.3: 2^14 and at most 2048 for the protection.
    private const int MaxRecordLength = (1 << 14) + 2048;

    private const int HeaderLength = 5;
    private const byte ChangeCipherSpecRecord = 20;
    private const byte AlertRecord = 21;
    private const byte HandshakeRecord = 22;
    private const byte ApplicationDataRecord = 23;

    private const byte ServerHelloMessage = 2;
    private const byte CertificateMessageType = 11;
    private const byte CertificateRequestMessage = 13;
    private const byte ServerHelloDoneMessage = 14;
    private const byte CertificateStatusMessage = 22;

    private readonly byte[] _header = new byte[HeaderLength];
    private readonly List<ReadOnlyMemory<byte>> _certificates = [];
    private readonly byte[] _alert = new byte[2];
    private int _headerFilled;
    private int _alertFilled;
    private int _recordLeft;
    private int _records;
    private byte[] _message = [];
    private int _messageFilled;
    private bool _isEncrypted;

    /// <summary>All bytes so far.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>Of these, what came after the part that is in the clear.</summary>
    public long EncryptedBytes { get; private set; }

    /// <summary>True when the first bytes were not a TLS record.</summary>
    public bool IsNotTls { get; private set; }

    /// <summary>What breaks the protocol or a limit, in words; null while all is well. Nothing is read after it.</summary>
    public string? Fault { get; private set; }

    /// <summary>The hello; a HelloRetryRequest is replaced by the hello that follows it.</summary>
    public ServerHello? Hello { get; private set; }

    /// <summary>The bytes of the hello message with its header, for the transcript of TLS 1.3.</summary>
    public byte[] HelloMessage { get; private set; } = [];

    /// <summary>True when a Certificate message was read whole.</summary>
    public bool HasCertificateMessage { get; private set; }

    /// <summary>Its certificates, DER, in wire order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates => _certificates;

    /// <summary>The stapled OCSP response.</summary>
    public ReadOnlyMemory<byte>? StapledOcsp { get; private set; }

    /// <summary>True when the server asked for a client certificate, in the clear.</summary>
    public bool CertificateRequested { get; private set; }

    /// <summary>True when the server's first flight of TLS 1.2 or below is complete.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The last alert sent in the clear.</summary>
    public byte? Alert { get; private set; }

    /// <summary>True when that alert was fatal.</summary>
    public bool AlertIsFatal { get; private set; }

    /// <summary>Takes the next bytes from the server.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        TotalBytes += bytes.Length;
        if (TotalBytes > MaxHandshakeBytes && Fault is null)
        {
            Fault = $"the handshake is longer than {MaxHandshakeBytes >> 20} MiB";
        }

        while (!bytes.IsEmpty && Fault is null && !IsNotTls && !_isEncrypted)
        {
            if (_recordLeft == 0)
            {
                int take = Math.Min(HeaderLength - _headerFilled, bytes.Length);
                bytes[..take].CopyTo(_header.AsSpan(_headerFilled));
                _headerFilled += take;
                bytes = bytes[take..];
                if (!IsRecordHeaderSoFar())
                {
                    IsNotTls = _records == 0;
                    Fault = IsNotTls ? null : "after the first records came bytes that are not TLS";
                    return;
                }

                if (_headerFilled == HeaderLength)
                {
                    _headerFilled = 0;
                    _records++;
                    _recordLeft = (_header[3] << 8) | _header[4];
                    _alertFilled = 0;
                    if (_recordLeft == 0 && _header[0] is HandshakeRecord or AlertRecord)
                    {
                        // RFC 8446 §5.1 forbids it, and an endless row of them costs a client time and gains it nothing.
                        Fault = "an empty record came in the handshake";
                    }
                }
            }
            else
            {
                int take = Math.Min(_recordLeft, bytes.Length);
                _recordLeft -= take;
                TakePayload(bytes[..take]);
                bytes = bytes[take..];
            }
        }

        EncryptedBytes += _isEncrypted ? bytes.Length : 0;
    }

    private bool IsRecordHeaderSoFar() =>
        _header[0] is >= ChangeCipherSpecRecord and <= ApplicationDataRecord
        && (_headerFilled < 2 || _header[1] == 3)
        && (_headerFilled < HeaderLength || ((_header[3] << 8) | _header[4]) <= MaxRecordLength);

    private void TakePayload(ReadOnlySpan<byte> payload)
    {
        switch (_header[0])
        {
            case HandshakeRecord:
                TakeHandshake(payload);
                break;
            case AlertRecord:
                foreach (byte value in payload)
                {
                    if (_alertFilled < 2)
                    {
                        _alert[_alertFilled++] = value;
                        if (_alertFilled == 2)
                        {
                            AlertIsFatal = _alert[0] == TlsAlert.Fatal;
                            Alert = _alert[1];
                        }
                    }
                }

                break;
            case ChangeCipherSpecRecord when Hello is { IsRetry: false, Version: <= ServerHello.Tls12 }:
                _isEncrypted = true;
                break;
            case ApplicationDataRecord:
                Fault = "application data came before the handshake was over";
                break;
        }
    }

    private void TakeHandshake(ReadOnlySpan<byte> payload)
    {
        while (!payload.IsEmpty && Fault is null)
        {
            int wanted = _messageFilled < 4 ? 4 : 4 + MessageLength();
            Reserve(wanted);
            int take = Math.Min(wanted - _messageFilled, payload.Length);
            payload[..take].CopyTo(_message.AsSpan(_messageFilled));
            _messageFilled += take;
            payload = payload[take..];
            if (_messageFilled < 4)
            {
                return;
            }

            int length = MessageLength();
            if (length > MaxHandshakeBytes)
            {
                Fault = $"a handshake message announces {length} bytes";
                return;
            }

            if (_messageFilled == 4 + length)
            {
                TakeMessage(_message.AsSpan(0, _messageFilled));
                _messageFilled = 0;
            }
        }
    }

    private int MessageLength() => (_message[1] << 16) | (_message[2] << 8) | _message[3];

    // Grows with what really arrives: an announced length costs the server bytes before it costs us memory.
    private void Reserve(int wanted)
    {
        if (_message.Length < wanted && _message.Length < _messageFilled + MaxRecordLength)
        {
            Array.Resize(ref _message, Math.Min(wanted, Math.Max(_messageFilled * 2, _messageFilled + MaxRecordLength)));
        }
    }

    private void TakeMessage(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> body = message[4..];
        switch (message[0])
        {
            case ServerHelloMessage:
                Hello = ServerHello.Read(body);
                HelloMessage = message.ToArray();
                if (Hello is null)
                {
                    Fault = "the ServerHello cannot be read";
                }
                else if (Hello is { IsRetry: false, Version: >= ServerHello.Tls13 })
                {
                    _isEncrypted = true;
                }

                break;
            case CertificateMessageType when !HasCertificateMessage:
                Fault = CertificateMessage.Read12(body, _certificates);
                HasCertificateMessage = Fault is null;
                break;
            case CertificateStatusMessage:
                StapledOcsp = CertificateMessage.ReadStatus(body);
                break;
            case CertificateRequestMessage:
                CertificateRequested = true;
                break;
            case ServerHelloDoneMessage:
                IsDone = true;
                break;
        }
    }
}

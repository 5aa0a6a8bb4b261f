namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>The client sent an alert, closed, or said what does not belong there.</summary>
internal sealed class TlsAbortedException(string message) : Exception(message);

/// <summary>Records in and out, whole handshake messages in order, and the transcript of them.</summary>
internal sealed class RecordLayer(Stream stream)
{
    private const int LongestRecord = 16384;

    // Longer messages than a client of the lab has reason to send: a ClientHello with post-quantum shares is below 4 KiB, a client's chain
    // below 16.
    private const int LongestMessage = 64 * 1024;

    private readonly List<byte> _handshakeBytes = [];
    private readonly List<byte> _transcript = [];

    /// <summary>What protects records from the client; null while they are in the clear.</summary>
    public IRecordProtection? ReadProtection { get; set; }

    /// <summary>What protects records to the client; null while they are in the clear.</summary>
    public IRecordProtection? WriteProtection { get; set; }

    /// <summary>All handshake messages so far, both directions.</summary>
    public byte[] Transcript => [.. _transcript];

    /// <summary>Replaces the transcript so far, as a HelloRetryRequest does (RFC 8446 §4.4.1).</summary>
    public void ReplaceTranscript(ReadOnlySpan<byte> replacement)
    {
        _transcript.Clear();
        _transcript.AddRange(replacement.ToArray());
    }

    /// <summary>Reads the next handshake message, header included, and adds it to the transcript.</summary>
    public async Task<byte[]> ReadHandshakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_handshakeBytes.Count >= 4)
            {
                int length = 4 + ((_handshakeBytes[1] << 16) | (_handshakeBytes[2] << 8) | _handshakeBytes[3]);
                if (length > LongestMessage)
                {
                    throw new TlsAbortedException("handshake message too long");
                }

                if (_handshakeBytes.Count >= length)
                {
                    byte[] message = [.. _handshakeBytes.Take(length)];
                    _handshakeBytes.RemoveRange(0, length);
                    _transcript.AddRange(message);
                    return message;
                }
            }

            (ContentType type, byte[] content) = await ReadRecordAsync(cancellationToken);
            switch (type)
            {
                case ContentType.Handshake:
                    _handshakeBytes.AddRange(content);
                    break;
                case ContentType.ChangeCipherSpec:
                    break; // TLS 1.3 sends it for the sake of middleboxes only; TLS 1.2 reads it with ReadChangeCipherSpecAsync
                default:
                    throw new TlsAbortedException($"{type} inside the handshake");
            }
        }
    }

    public async Task ReadChangeCipherSpecAsync(CancellationToken cancellationToken)
    {
        (ContentType type, _) = await ReadRecordAsync(cancellationToken);
        if (type != ContentType.ChangeCipherSpec)
        {
            throw new TlsAbortedException($"{type} instead of ChangeCipherSpec");
        }
    }

    /// <summary>Reads one record, taken out of its protection.</summary>
    public async Task<(ContentType Type, byte[] Content)> ReadRecordAsync(CancellationToken cancellationToken)
    {
        byte[] header = new byte[5];
        await stream.ReadExactlyAsync(header, cancellationToken);
        int length = (header[3] << 8) | header[4];
        if (length > LongestRecord + 2048)
        {
            throw new TlsAbortedException("record too long");
        }

        byte[] content = new byte[length];
        await stream.ReadExactlyAsync(content, cancellationToken);
        ContentType type = (ContentType)header[0];
        return ReadProtection is null || (type == ContentType.ChangeCipherSpec && ReadProtection.IgnoresChangeCipherSpec)
            ? (type, content)
            : ReadProtection.Open(header, content);
    }

    /// <summary>Sends handshake messages, several in one record where they fit, and adds them to the transcript.</summary>
    public async Task WriteHandshakeAsync(byte[] messages, CancellationToken cancellationToken)
    {
        _transcript.AddRange(messages);
        await WriteAsync(ContentType.Handshake, messages, cancellationToken);
    }

    /// <summary>Sends content of one type in as many records as it takes.</summary>
    public async Task WriteAsync(ContentType type, ReadOnlyMemory<byte> content, CancellationToken cancellationToken,
        int recordVersion = TlsNumbers.Tls12)
    {
        List<byte> records = [];
        for (int at = 0; at < content.Length; at += LongestRecord)
        {
            ReadOnlySpan<byte> part = content.Span[at..Math.Min(content.Length, at + LongestRecord)];
            records.AddRange(WriteProtection is null
                ? new TlsWriter().Byte((int)type).UInt16(recordVersion).Vector16(part).ToArray()
                : WriteProtection.Seal(type, part));
        }

        await stream.WriteAsync(records.ToArray(), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>Sends a fatal alert (close_notify: a warning).</summary>
    public Task AlertAsync(AlertDescription description, CancellationToken cancellationToken)
    {
        byte level = description == AlertDescription.CloseNotify ? (byte)1 : (byte)2;
        return WriteAsync(ContentType.Alert, new[] { level, (byte)description }, cancellationToken);
    }
}

/// <summary>Encrypts and authenticates records in one direction.</summary>
internal interface IRecordProtection
{
    /// <summary>True in TLS 1.3, where ChangeCipherSpec means nothing and comes in the clear.</summary>
    public bool IgnoresChangeCipherSpec { get; }

    public byte[] Seal(ContentType type, ReadOnlySpan<byte> content);

    public (ContentType Type, byte[] Content) Open(byte[] header, byte[] protectedContent);
}

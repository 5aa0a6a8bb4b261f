namespace TlsTrust.Connections.Wire;

/// <summary>
/// Lies under the platform's TLS: hands on every byte, listens to what the server says, and ends a handshake that is none.
/// </summary>
internal sealed class RecordingStream : Stream
{
    /// <summary>How much of the first bytes is kept, to tell what a server speaks that does not speak TLS.</summary>
    public const int OpeningLength = 512;

    private readonly Stream _inner;
    private readonly ServerFlightReader _flight;
    private byte[] _opening = [];
    private byte[] _greeting = [];
    private bool _handshakeIsOver;

    public RecordingStream(Stream inner, ServerFlightReader flight)
    {
        _inner = inner;
        _flight = flight;
    }

    /// <summary>The first bytes the server sent, where they are not TLS.</summary>
    public ReadOnlyMemory<byte> Opening => _opening;

    /// <summary>What the client said first: its ClientHello.</summary>
    public ReadOnlySpan<byte> Greeting => _greeting;

    /// <summary>True when the server closed its side.</summary>
    public bool IsClosedByServer { get; private set; }

    /// <summary>True when at least one byte came.</summary>
    public bool HasReceived => _flight.TotalBytes > 0;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Stops listening: what follows is not handshake.</summary>
    public void EndHandshake() => _handshakeIsOver = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await _inner.ReadAsync(buffer, cancellationToken);
        Listen(buffer.Span[..count], buffer.Length);
        return count;
    }

    public override int Read(Span<byte> buffer)
    {
        int count = _inner.Read(buffer);
        Listen(buffer[..count], buffer.Length);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Keep(buffer.Span);
        return _inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Keep(buffer);
        _inner.Write(buffer);
    }

    public override void Flush() => _inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Keep(ReadOnlySpan<byte> bytes) => _greeting = _greeting.Length == 0 ? bytes.ToArray() : _greeting;

    private void Listen(ReadOnlySpan<byte> bytes, int asked)
    {
        if (bytes.IsEmpty)
        {
            IsClosedByServer |= asked > 0;
            return;
        }

        if (_handshakeIsOver)
        {
            return;
        }

        bool isFirst = !HasReceived;
        _flight.Feed(bytes);
        if (isFirst && _flight.IsNotTls)
        {
            _opening = bytes[..Math.Min(bytes.Length, OpeningLength)].ToArray();
        }

        if (_flight.IsNotTls || _flight.Fault is not null)
        {
            throw new IOException("The server broke the protocol or a limit.");
        }
    }
}

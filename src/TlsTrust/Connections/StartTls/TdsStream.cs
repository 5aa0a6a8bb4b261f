using System.Buffers.Binary;

namespace TlsTrust.Connections.StartTls;

/// <summary>
/// Carries a TLS handshake inside TDS packets ([MS-TDS] 3.2.5.3). What follows the handshake is bare in both directions: told apart by
/// its first byte, since no TLS record begins like a packet. Closes the stream below it.
/// </summary>
internal sealed class TdsStream(Stream inner) : Stream
{
    // The packet size before a login sets another ([MS-TDS] 2.2.3.1.5).
    private const int MaxPacket = 4096;

    private readonly byte[] _header = new byte[TdsStartTls.HeaderLength];
    private int _remaining;
    private bool _isBare;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (_remaining == 0 && !_isBare)
        {
            if (await inner.ReadAsync(_header.AsMemory(0, 1), cancellationToken) == 0)
            {
                return 0;
            }

            if (_header[0] is not (TdsStartTls.PreLogin or TdsStartTls.Answer))
            {
                _isBare = true;
                buffer.Span[0] = _header[0];
                return 1;
            }

            await inner.ReadExactlyAsync(_header.AsMemory(1), cancellationToken);
            _remaining = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)) - TdsStartTls.HeaderLength;
            if (_remaining < 0)
            {
                throw new IOException("The server sent a TDS packet that is shorter than its header.");
            }
        }

        int count = await inner.ReadAsync(_isBare ? buffer : buffer[..Math.Min(buffer.Length, _remaining)], cancellationToken);
        _remaining -= _isBare ? 0 : count;
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isBare)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        byte[] packet = new byte[MaxPacket];
        while (!buffer.IsEmpty)
        {
            int payload = Math.Min(buffer.Length, MaxPacket - TdsStartTls.HeaderLength);
            TdsStartTls.WriteHeader(packet, payload, isLast: payload == buffer.Length);
            buffer[..payload].CopyTo(packet.AsMemory(TdsStartTls.HeaderLength));
            await inner.WriteAsync(packet.AsMemory(0, TdsStartTls.HeaderLength + payload), cancellationToken);
            buffer = buffer[payload..];
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

using System.Buffers.Binary;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>Writes the presentation language of RFC 8446 §3: big-endian numbers and vectors with their length before them.</summary>
internal sealed class TlsWriter
{
    private readonly List<byte> _bytes = [];

    public TlsWriter Byte(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    public TlsWriter UInt16(int value)
    {
        _bytes.Add((byte)(value >> 8));
        _bytes.Add((byte)value);
        return this;
    }

    public TlsWriter Bytes(ReadOnlySpan<byte> value)
    {
        foreach (byte b in value)
        {
            _bytes.Add(b);
        }

        return this;
    }

    public TlsWriter Vector8(ReadOnlySpan<byte> content) => Byte(content.Length).Bytes(content);

    public TlsWriter Vector16(ReadOnlySpan<byte> content) => UInt16(content.Length).Bytes(content);

    public TlsWriter Vector24(ReadOnlySpan<byte> content) => Byte(content.Length >> 16).UInt16(content.Length).Bytes(content);

    public TlsWriter Extension(int type, ReadOnlySpan<byte> content) => UInt16(type).Vector16(content);

    public byte[] ToArray() => [.. _bytes];

    public static byte[] Handshake(HandshakeType type, ReadOnlySpan<byte> body) => new TlsWriter().Byte((int)type).Vector24(body).ToArray();

    public static byte[] UInt64(ulong value)
    {
        byte[] result = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(result, value);
        return result;
    }
}

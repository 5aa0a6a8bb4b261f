using System.Buffers.Binary;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>Reads what <see cref="TlsWriter"/> writes; reading beyond the end throws, which ends the connection.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public int Byte()
    {
        int value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public int UInt16()
    {
        int value = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        _rest = _rest[2..];
        return value;
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        ReadOnlySpan<byte> value = _rest[..count];
        _rest = _rest[count..];
        return value;
    }

    public ReadOnlySpan<byte> Vector8() => Bytes(Byte());

    public ReadOnlySpan<byte> Vector16() => Bytes(UInt16());

    public ReadOnlySpan<byte> Vector24() => Bytes((Byte() << 16) | UInt16());
}

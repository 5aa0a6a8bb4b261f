using System.Buffers.Binary;

namespace TlsTrust.Lab.Servers.RawTls;

/// <summary>Reads what <see cref="TlsWriter"/> writes; reading beyond the end throws, which ends the connection.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool IsEmpty => rest.IsEmpty;

    public int Byte()
    {
        int value = rest[0];
        rest = rest[1..];
        return value;
    }

    public int UInt16()
    {
        int value = BinaryPrimitives.ReadUInt16BigEndian(rest);
        rest = rest[2..];
        return value;
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        ReadOnlySpan<byte> value = rest[..count];
        rest = rest[count..];
        return value;
    }

    public ReadOnlySpan<byte> Vector8() => Bytes(Byte());

    public ReadOnlySpan<byte> Vector16() => Bytes(UInt16());

    public ReadOnlySpan<byte> Vector24() => Bytes((Byte() << 16) | UInt16());
}

using System.Buffers.Binary;

namespace TlsTrust.Connections.Wire;

/// <summary>Reads TLS presentation language (RFC 8446 §3) from a span; one byte too few makes it false, never an exception.</summary>
internal ref struct WireReader
{
    private ReadOnlySpan<byte> _rest;

    public WireReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>True when nothing is left.</summary>
    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>Reads a big-endian number of 1, 2 or 3 bytes.</summary>
    public bool TryNumber(int size, out int value)
    {
        value = 0;
        if (_rest.Length < size)
        {
            return false;
        }

        value = size switch
        {
            1 => _rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(_rest),
            _ => (_rest[0] << 16) | (_rest[1] << 8) | _rest[2],
        };
        _rest = _rest[size..];
        return true;
    }

    /// <summary>Reads a fixed number of bytes.</summary>
    public bool TryBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        if (_rest.Length < count)
        {
            bytes = default;
            return false;
        }

        bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }

    /// <summary>Reads a vector whose length stands before it in <paramref name="lengthSize"/> bytes.</summary>
    public bool TryVector(int lengthSize, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return TryNumber(lengthSize, out int length) && TryBytes(length, out bytes);
    }
}

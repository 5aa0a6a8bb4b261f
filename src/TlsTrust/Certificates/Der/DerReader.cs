namespace TlsTrust.Certificates.Der;

/// <summary>One tag-length-value of a DER document, by its place; offsets are from the start of the document.</summary>
/// <param name="Tag">Identifier octet (X.690 §8.1.2): class, constructed bit and number in one byte.</param>
/// <param name="Offset">Where the identifier octet is.</param>
/// <param name="ContentOffset">Where the contents start.</param>
/// <param name="Length">Length of the contents in bytes.</param>
public readonly record struct DerElement(byte Tag, int Offset, int ContentOffset, int Length)
{
    /// <summary>The first byte after it.</summary>
    public int End => ContentOffset + Length;

    /// <summary>True for an element that was read; false for an absent optional one.</summary>
    public bool IsPresent => ContentOffset > Offset;

    /// <summary>The contents, in the document that it was read from.</summary>
    public ReadOnlySpan<byte> Content(ReadOnlySpan<byte> document) => document.Slice(ContentOffset, Length);

    /// <summary>Identifier, length and contents.</summary>
    public ReadOnlySpan<byte> Encoded(ReadOnlySpan<byte> document) => document[Offset..End];
}

/// <summary>Why a DER element could not be read.</summary>
public enum DerError
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The bytes end before the element does.</summary>
    Truncated,

    /// <summary>Tag numbers above 30 occur nowhere in certificates (X.690 §8.1.2.4).</summary>
    HighTagNumber,

    /// <summary>Indefinite length is BER (X.690 §10.1).</summary>
    IndefiniteLength,

    /// <summary>A length in more octets than needed (X.690 §10.1).</summary>
    LongLength,

    /// <summary>Another tag than the field has.</summary>
    UnexpectedTag,

    /// <summary>Bytes are left where the structure ends.</summary>
    TrailingData,
}

/// <summary>Reads DER (X.690 §10) forwards, without copying and without exceptions. It knows nothing of certificates.</summary>
public ref struct DerReader
{
    /// <summary>How a fault about trailing data ends.</summary>
    internal const string LeftBehind = "bytes are left after its end";

    private readonly ReadOnlySpan<byte> _document;
    private readonly int _end;
    private int _position;

    /// <summary>Reads a whole document.</summary>
    public DerReader(ReadOnlySpan<byte> document)
        : this(document, 0, document.Length)
    {
    }

    private DerReader(ReadOnlySpan<byte> document, int start, int end)
    {
        _document = document;
        _position = start;
        _end = end;
    }

    /// <summary>Where the next element starts, from the start of the document.</summary>
    public readonly int Position => _position;

    /// <summary>True when nothing is left.</summary>
    public readonly bool AtEnd => _position >= _end;

    /// <summary>The identifier octet of the next element; 0 at the end.</summary>
    public readonly byte NextTag => _position < _end ? _document[_position] : (byte)0;

    /// <summary>Why the last read failed.</summary>
    public DerError Error { get; private set; }

    /// <summary>A reader over the contents of an element of the same document.</summary>
    public readonly DerReader Enter(scoped in DerElement element) => new(_document, element.ContentOffset, element.End);

    /// <summary>Reads the next element, whatever its tag. On failure the position stays at the element that could not be read.</summary>
    public bool TryRead(out DerElement element)
    {
        element = default;
        int at = _position;
        if (_end - at < 2)
        {
            return Fail(DerError.Truncated);
        }

        byte tag = _document[at];
        if ((tag & 0x1F) == 0x1F)
        {
            return Fail(DerError.HighTagNumber);
        }

        int length = _document[at + 1];
        int content = at + 2;
        if (length >= 0x80)
        {
            int octets = length & 0x7F;
            if (octets == 0)
            {
                return Fail(DerError.IndefiniteLength);
            }

            // Four octets could say 4 GiB; nothing that we read is longer than three octets (16 MiB) can say.
            if (octets > 3 || _end - content < octets)
            {
                return Fail(DerError.Truncated);
            }

            length = 0;
            for (int i = 0; i < octets; i++)
            {
                length = (length << 8) | _document[content + i];
            }

            content += octets;
            if (length < 0x80 || (octets > 1 && length >> ((octets - 1) * 8) == 0))
            {
                return Fail(DerError.LongLength);
            }
        }

        if (length > _end - content)
        {
            return Fail(DerError.Truncated);
        }

        element = new DerElement(tag, at, content, length);
        _position = content + length;
        return true;
    }

    /// <summary>Reads the next element, which must have the tag.</summary>
    public bool TryRead(byte tag, out DerElement element)
    {
        if (_position < _end && _document[_position] != tag)
        {
            element = default;
            return Fail(DerError.UnexpectedTag);
        }

        return TryRead(out element);
    }

    /// <summary>Reads the next element when it has the tag; absent is fine. False only when it is there and can't be read.</summary>
    public bool TryReadOptional(byte tag, out DerElement element)
    {
        element = default;
        return NextTag != tag || AtEnd || TryRead(out element);
    }

    /// <summary>False, with <see cref="DerError.TrailingData"/>, when something is left.</summary>
    public bool TryFinish() => AtEnd || Fail(DerError.TrailingData);

    /// <summary>The last failure as a fault of a field.</summary>
    public readonly DerFault Fault(string field) => Error switch
    {
        DerError.HighTagNumber => new(_position, field, "X.690 §8.1.2", "a multi-byte tag, which no certificate field has"),
        DerError.IndefiniteLength => new(_position, field, "X.690 §10.1", "an indefinite length, which DER forbids"),
        DerError.LongLength => new(_position, field, "X.690 §10.1", "a length in more octets than needed"),
        DerError.UnexpectedTag => new(_position, field, "RFC 5280 §4.1", $"unexpected tag 0x{NextTag:X2}"),
        DerError.TrailingData => new(_position, field, "X.690 §8.1.3", $"{_end - _position} {LeftBehind}"),
        _ => new(_position, field, "X.690 §8.1.3", AtEnd ? "it is missing" : "its length goes past the end of what holds it"),
    };

    private bool Fail(DerError error)
    {
        Error = error;
        return false;
    }
}

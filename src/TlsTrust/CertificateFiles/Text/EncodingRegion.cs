namespace TlsTrust.CertificateFiles.Text;

/// <summary>What the characters of a part of a file are made of.</summary>
internal enum CharacterUnits
{
    /// <summary>Bytes: ASCII, or an encoding that holds it, or no text at all.</summary>
    Bytes,

    /// <summary>UTF-16, the low byte first.</summary>
    LittleEndian,

    /// <summary>UTF-16, the high byte first.</summary>
    BigEndian,
}

/// <summary>A part of a file in one encoding.</summary>
/// <param name="Units">What its characters are made of.</param>
/// <param name="Start">Its first byte, behind a mark.</param>
/// <param name="End">Behind its last byte; the mark of the next part, if any, is left out.</param>
/// <param name="HasMark">Whether a byte order mark stands before it.</param>
internal readonly record struct EncodingRegion(CharacterUnits Units, int Start, int End, bool HasMark)
{
    /// <summary>Appends a part in UTF-16 as UTF-8, without NUL and marks.</summary>
    public static void Decode(ReadOnlySpan<byte> data, bool bigEndian, List<byte> text)
    {
        for (int position = 0; position + 1 < data.Length; position += 2)
        {
            int c = bigEndian ? (data[position] << 8) | data[position + 1] : (data[position + 1] << 8) | data[position];
            if (c is > 0 and < 0x80)
            {
                text.Add((byte)c);
            }
            else if (c is >= 0x80 and < 0x800)
            {
                text.AddRange([(byte)(0xC0 | (c >> 6)), (byte)(0x80 | (c & 0x3F))]);
            }
            else if (c is >= 0x800 and not 0xFEFF)
            {
                text.AddRange([(byte)(0xE0 | (c >> 12)), (byte)(0x80 | ((c >> 6) & 0x3F)), (byte)(0x80 | (c & 0x3F))]);
            }
        }
    }
}

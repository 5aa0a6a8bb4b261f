using System.Buffers;

namespace TlsTrust.CertificateFiles.Text;

/// <summary>Which lines of a body a reading of it leaves out.</summary>
internal enum DroppedLines
{
    /// <summary>None; of each line what is base64.</summary>
    None,

    /// <summary>Lines that hold something foreign and spaces: comments.</summary>
    Prose,

    /// <summary>Lines that hold anything foreign.</summary>
    Foreign,

    /// <summary>Also lines with spaces only.</summary>
    ForeignOrSpaced,
}

/// <summary>Six-bit values of characters, with flags of the line they stand in, and how they are put together to bytes.</summary>
internal static class Base64Values
{
    /// <summary>On characters of a line that holds something which is no base64.</summary>
    public const byte InForeignLine = 0x40;

    /// <summary>On characters of a line with spaces inside, as prose has.</summary>
    public const byte InSpacedLine = 0x80;

    /// <summary>The six bits of a character without its flags.</summary>
    public const byte ValueMask = 0x3F;

    /// <summary>The characters of base64, without padding and without those of its URL form.</summary>
    public static readonly SearchValues<byte> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private static readonly byte[] Alphabet = BuildAlphabet();

    /// <summary>The value of a character; false for one that is not of the alphabet.</summary>
    public static bool TryOf(int character, out byte value)
    {
        value = character < Alphabet.Length ? Alphabet[character] : byte.MaxValue;
        return value <= ValueMask;
    }

    /// <summary>True when bits are set behind the last whole byte: no encoder leaves them, and strict decoders refuse them.</summary>
    /// <param name="count">How many values there are, or of them how many behind the last whole four.</param>
    /// <param name="last">The last of them.</param>
    public static bool HasSpareBits(int count, byte last) => (count % 4) switch
    {
        2 => (last & 0x0F) != 0,
        3 => (last & 0x03) != 0,
        _ => false,
    };

    /// <summary>How many values are left when those of certain lines are dropped.</summary>
    public static int CountWithout(ReadOnlySpan<byte> values, DroppedLines dropped)
    {
        if (dropped == DroppedLines.None)
        {
            return values.Length;
        }

        int count = 0;
        foreach (byte value in values)
        {
            count += IsDropped(value, dropped) ? 0 : 1;
        }

        return count;
    }

    /// <summary>Fills the destination as far as the values reach.</summary>
    /// <param name="values">Six bits each, with flags.</param>
    /// <param name="dropped">Values of these lines are left out.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="plusBefore">Indexes of values before which a plus sign is put; null for none.</param>
    /// <returns>Bytes written.</returns>
    public static int Decode(ReadOnlySpan<byte> values, DroppedLines dropped, Span<byte> destination, List<int>? plusBefore = null)
    {
        int written = 0;
        int bits = 0;
        int pending = 0;
        int plus = 0;
        for (int i = 0; i <= values.Length && written < destination.Length; i++)
        {
            while (plusBefore is not null && plus < plusBefore.Count && plusBefore[plus] == i && written < destination.Length)
            {
                plus++;
                Push(62, destination, ref written, ref bits, ref pending);
            }

            if (i < values.Length && written < destination.Length && !IsDropped(values[i], dropped))
            {
                Push(values[i] & ValueMask, destination, ref written, ref bits, ref pending);
            }
        }

        return written;
    }

    private static byte[] BuildAlphabet()
    {
        byte[] table = new byte[256];
        Array.Fill(table, byte.MaxValue);
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < letters.Length; i++)
        {
            table[letters[i]] = (byte)i;
        }

        return table;
    }

    private static bool IsDropped(byte value, DroppedLines dropped) => dropped switch
    {
        DroppedLines.Prose => (value & ~ValueMask) == (InForeignLine | InSpacedLine),
        DroppedLines.Foreign => (value & InForeignLine) != 0,
        DroppedLines.ForeignOrSpaced => (value & ~ValueMask) != 0,
        _ => false,
    };

    private static void Push(int value, Span<byte> destination, ref int written, ref int bits, ref int pending)
    {
        pending = ((pending << 6) | value) & 0xFFFF;
        bits += 6;
        if (bits >= 8)
        {
            bits -= 8;
            destination[written++] = (byte)(pending >> bits);
        }
    }
}

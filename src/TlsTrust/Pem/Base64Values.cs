namespace TlsTrust.Pem;

/// <summary>Puts gathered six-bit values together to bytes.</summary>
internal static class Base64Values
{
    /// <summary>How many values are left when those with any of the flags are dropped.</summary>
    public static int CountWithout(ReadOnlySpan<byte> values, byte dropped)
    {
        if (dropped == 0)
        {
            return values.Length;
        }

        int count = 0;
        foreach (byte value in values)
        {
            count += (value & dropped) == 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>Fills the destination as far as the values reach.</summary>
    /// <param name="values">Six bits each, with flags.</param>
    /// <param name="dropped">Values with any of these flags are left out.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="plusBefore">Indexes of values before which a plus sign is put; null for none.</param>
    /// <returns>Bytes written.</returns>
    public static int Decode(ReadOnlySpan<byte> values, byte dropped, Span<byte> destination, List<int>? plusBefore = null)
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

            if (i < values.Length && written < destination.Length && (values[i] & dropped) == 0)
            {
                Push(values[i] & Base64Gatherer.ValueMask, destination, ref written, ref bits, ref pending);
            }
        }

        return written;
    }

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

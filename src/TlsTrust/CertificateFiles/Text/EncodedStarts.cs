namespace TlsTrust.CertificateFiles.Text;

/// <summary>How PEM begins that was put into base64 once more as a whole, or twice.</summary>
internal static class EncodedStarts
{
    private const int Longest = 32;

    // Base64 of "-----BEGIN ", behind a multiple of three characters, one more, and two more.
    private static readonly byte[][] Starts = ["LS0tLS1CRUdJTi"u8.ToArray(), "0tLS0tQkVHSU4g"u8.ToArray(), "tLS0tLUJFR0lOI"u8.ToArray()];

    // The same put into base64 again, and once more: from its start only, since nobody writes a remark before it.
    private static readonly byte[][] NestedStarts = ["TFMwdExTMUNSVWRKVGlC"u8.ToArray(), "VEZNd2RFeFRNVU5TVldSS1ZHbE"u8.ToArray()];

    // Base64 of "MII", the start of a certificate without markers: too short to be looked for within other base64.
    private static ReadOnlySpan<byte> BareStart => "TUlJ"u8;

    /// <summary>Whether such text begins at the first of these characters.</summary>
    public static bool BeginsWith(ReadOnlySpan<byte> text) => IndexIn(text[..Math.Min(text.Length, Longest)]) == 0;

    /// <summary>Where such text begins first; -1 where none does.</summary>
    public static int IndexIn(ReadOnlySpan<byte> text)
    {
        int once = IndexOfOnce(text);
        foreach (byte[] start in NestedStarts)
        {
            int nested = (once < 0 ? text : text[..once]).IndexOf(start);
            once = nested < 0 ? once : nested;
        }

        return IndexOfBare(once < 0 ? text : text[..once]) is var bare and >= 0 ? bare : once;
    }

    private static int IndexOfBare(ReadOnlySpan<byte> text)
    {
        int position = 0;
        while (text[position..].IndexOf(BareStart) is var at and >= 0)
        {
            position += at;
            if (position == 0 || !Base64Values.Characters.Contains(text[position - 1]))
            {
                return position;
            }

            position++;
        }

        return -1;
    }

    // All of them hold "tLS"; looking for each in turn would look through a text without it as often as the others occur.
    private static int IndexOfOnce(ReadOnlySpan<byte> text)
    {
        int position = 0;
        while (true)
        {
            int at = text[position..].IndexOf("tLS"u8);
            if (at < 0)
            {
                return -1;
            }

            position += at;
            foreach (byte[] start in Starts)
            {
                int first = position - start.AsSpan().IndexOf("tLS"u8);
                if (first >= 0 && text[first..].StartsWith(start))
                {
                    return first;
                }
            }

            position++;
        }
    }
}

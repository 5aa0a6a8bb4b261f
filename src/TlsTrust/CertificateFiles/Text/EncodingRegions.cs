using TlsTrust.CertificateFiles.Containers;

namespace TlsTrust.CertificateFiles.Text;

/// <summary>
/// Finds the parts of a file that are UTF-16, of either order, and turns them into UTF-8: Windows PowerShell writes UTF-16, other programs
/// append ASCII to it, and the other way round. A part begins with its mark, or where every second byte is NUL.
/// </summary>
internal static class EncodingRegions
{
    private const int LookAhead = 8; // units: enough that neither binary nor words of Chinese look like the other thing
    private const int LeastUnits = 2; // a line end that was appended

    /// <summary>Whether UTF-16 begins here, its mark left aside.</summary>
    public static bool Begins(ReadOnlySpan<byte> data, out bool bigEndian, out int mark)
    {
        bigEndian = data.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        mark = bigEndian || data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? 2 : 0;
        if (mark > 0)
        {
            return Count(data[mark..], bigEndian) >= 1;
        }

        bigEndian = data.Length > 0 && data[0] == 0;
        return Count(data, bigEndian) is var units && (units == LookAhead || (units >= LeastUnits && units == data.Length / 2));
    }

    /// <summary>
    /// Whether what looks little-endian from here on is a letter in one byte before big-endian text: letters and NUL bytes take turns in
    /// both,
    /// and only the end tells. UTF-16 ends with a whole unit.
    /// </summary>
    public static bool IsOffByOne(ReadOnlySpan<byte> data)
    {
        int length = 0;
        while (length < data.Length && ((length & 1) == 1 ? data[length] == 0 : data[length] is >= 0x09 and <= 0x7E))
        {
            length++;
        }

        // An ASCII letter of what follows looks like one more; a text begins behind a line end and ends with one.
        return (length & 1) == 1 && (data[0] is (byte)'\n' or (byte)'\r' || data[length - 1] is (byte)'\n' or (byte)'\r');
    }

    /// <summary>Appends the part as UTF-8 and returns its length in the file.</summary>
    public static int Decode(ReadOnlySpan<byte> data, bool bigEndian, List<byte> text)
    {
        int position = 0;
        while (position + 1 < data.Length && !Ends(data[position..], bigEndian))
        {
            int c = Unit(data, position, bigEndian);
            position += 2;
            if (c is > 0 and < 0x80)
            {
                text.Add((byte)c);
            }
            else if (c is >= 0x80 and < 0x800)
            {
                text.AddRange([(byte)(0xC0 | (c >> 6)), (byte)(0x80 | (c & 0x3F))]);
            }
            else if (c >= 0x800)
            {
                text.AddRange([(byte)(0xE0 | (c >> 12)), (byte)(0x80 | ((c >> 6) & 0x3F)), (byte)(0x80 | (c & 0x3F))]);
            }
        }

        return position;
    }

    // Bytes without any NUL between them are ASCII; the other order shows by NUL on the other side; a mark begins a part of its own.
    private static bool Ends(ReadOnlySpan<byte> data, bool bigEndian)
    {
        int unit = Unit(data, 0, bigEndian);
        if (unit is > 0 and < 0x80)
        {
            return false;
        }

        if (IsMark(data) || IsCertificate(data))
        {
            return true;
        }

        // A line of ASCII that is shorter than the window, before a mark or a certificate at an odd distance.
        int ascii = data[..Math.Min(data.Length, 2 * LookAhead)].IndexOfAnyExceptInRange((byte)0x09, (byte)0x7E);
        if (ascii < 0 || (ascii > 0 && (IsMark(data[ascii..]) || IsCertificate(data[(ascii - 1)..]))))
        {
            return true;
        }

        return Count(data, !bigEndian) is var units && (units == LookAhead || (units >= LeastUnits && units == data.Length / 2));
    }

    private static bool IsMark(ReadOnlySpan<byte> data) => data.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])
        || data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || data.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);

    private static bool IsCertificate(ReadOnlySpan<byte> data) => data.Length > 9 && DerShape.CertificateLength(data[..9]) > 0;

    // How many units from here on are ASCII.
    private static int Count(ReadOnlySpan<byte> data, bool bigEndian)
    {
        int units = 0;
        while (units < LookAhead && (2 * units) + 1 < data.Length
            && Unit(data, 2 * units, bigEndian) is (>= 0x09 and <= 0x0D) or 0x1B or (>= 0x20 and <= 0x7E))
        {
            units++;
        }

        return units;
    }

    private static int Unit(ReadOnlySpan<byte> data, int position, bool bigEndian) =>
        bigEndian ? (data[position] << 8) | data[position + 1] : (data[position + 1] << 8) | data[position];
}

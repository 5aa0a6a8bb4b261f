using System.Diagnostics.CodeAnalysis;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>The readings that the characters of a damaged body allow.</summary>
/// <param name="found">The characters of the body that is read now.</param>
internal sealed class BodyReadings(GatheredCharacters found)
{
    /// <summary>Every reading, the likeliest first.</summary>
    public IEnumerable<BodyReading> All()
    {
        yield return BodyReading.Plain;
        yield return new BodyReading(DroppedLines.Prose, false);
        yield return new BodyReading(DroppedLines.Foreign, false);
        yield return new BodyReading(DroppedLines.ForeignOrSpaced, false);
        if (found.Spaces.Count > 0)
        {
            yield return new BodyReading(DroppedLines.None, true);
        }
    }

    /// <summary>Bytes that a reading gives, and whether its number of characters is one that base64 can have.</summary>
    public (int Length, bool IsSound) Base64Length(BodyReading reading)
    {
        int count = Base64Values.CountWithout(found.Values, reading.Dropped) + (reading.Plus ? found.Spaces.Count : 0);
        return ((int)((long)count * 3 / 4), count % 4 != 1);
    }

    /// <summary>What the DER says of its own length, or -1 where the reading gives none.</summary>
    public int TotalLength(BodyReading reading)
    {
        Span<byte> header = stackalloc byte[6];
        int length = Base64Values.Decode(found.Values, reading.Dropped, header, reading.Plus ? found.Spaces : null);
        return length > 2 && header[0] == 0x30 ? DerShape.TotalLength(header[..length]) : -1;
    }

    /// <summary>The first bytes that a reading gives; false where there are fewer.</summary>
    public bool TryDecode(BodyReading reading, int length, [NotNullWhen(true)] out byte[]? der)
    {
        der = new byte[length];
        if (Base64Values.Decode(found.Values, reading.Dropped, der, reading.Plus ? found.Spaces : null) == length)
        {
            return true;
        }

        der = null;
        return false;
    }
}

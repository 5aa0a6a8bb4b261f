using System.Diagnostics.CodeAnalysis;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>The readings that the characters of a damaged body allow.</summary>
/// <param name="gatherer">Holds the characters of the body that is read now.</param>
internal sealed class BodyReadings(Base64Gatherer gatherer)
{
    /// <summary>Every reading, the likeliest first.</summary>
    public IEnumerable<BodyReading> All()
    {
        yield return BodyReading.Plain;
        yield return new BodyReading(DroppedLines.Prose, false);
        yield return new BodyReading(DroppedLines.Foreign, false);
        yield return new BodyReading(DroppedLines.ForeignOrSpaced, false);
        if (gatherer.Spaces.Count > 0)
        {
            yield return new BodyReading(DroppedLines.None, true);
        }
    }

    /// <summary>Bytes that a reading gives, and whether its number of characters is one that base64 can have.</summary>
    public (int Length, bool IsSound) Base64Length(BodyReading reading)
    {
        int count = Base64Values.CountWithout(gatherer.Values, reading.Dropped) + (reading.Plus ? gatherer.Spaces.Count : 0);
        return ((int)((long)count * 3 / 4), count % 4 != 1);
    }

    /// <summary>What the DER says of its own length, or -1 where the reading gives none.</summary>
    public int TotalLength(BodyReading reading)
    {
        Span<byte> header = stackalloc byte[6];
        int length = Base64Values.Decode(gatherer.Values, reading.Dropped, header, reading.Plus ? gatherer.Spaces : null);
        return length > 2 && header[0] == 0x30 ? DerShape.TotalLength(header[..length]) : -1;
    }

    /// <summary>The first bytes that a reading gives; false where there are fewer.</summary>
    public bool TryDecode(BodyReading reading, int length, [NotNullWhen(true)] out byte[]? der)
    {
        der = new byte[length];
        if (Base64Values.Decode(gatherer.Values, reading.Dropped, der, reading.Plus ? gatherer.Spaces : null) == length)
        {
            return true;
        }

        der = null;
        return false;
    }
}

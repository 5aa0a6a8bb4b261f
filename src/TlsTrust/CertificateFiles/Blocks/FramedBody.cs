using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>Reads a body on whose every line something else stands.</summary>
/// <param name="notes">Where the damage is noted.</param>
/// <param name="acceptance">Takes what was found.</param>
internal sealed class FramedBody(DefectNotes notes, BodyAcceptance acceptance)
{
    // What the reader of base64 made of that which stands around it.
    private static readonly PemDefectKind[] OfTheFrame =
    [
        PemDefectKind.LongLine, PemDefectKind.ShortLine, PemDefectKind.OneLine, PemDefectKind.InnerSpace, PemDefectKind.Indented,
            PemDefectKind.TrailingSpace,
        PemDefectKind.Base64Url, PemDefectKind.BadPadding, PemDefectKind.ForeignCharacters, PemDefectKind.BlankLine,
    ];

    /// <summary>Tries what may differ from line to line: the time in a log, a command in a script.</summary>
    public bool TryRead(PemBodyResult result, in BodyInText body)
    {
        if (body.End - body.Start > FramedLines.MaxLength)
        {
            return false;
        }

        ReadOnlySpan<byte> lines = body.Text[body.Start..body.End];
        foreach (FramedLines.Without without in Enum.GetValues<FramedLines.Without>())
        {
            PemDefectKind kind = without == FramedLines.Without.Nothing ? PemDefectKind.Quoted : PemDefectKind.OddLines;
            if (TryFrame(result, body, FramedLines.OfLines(lines, without), kind))
            {
                return true;
            }
        }

        foreach (int columns in (ReadOnlySpan<int>)[64, 76])
        {
            for (int separator = 1; separator <= FramedLines.MaxSeparator; separator++)
            {
                if (TryFrame(result, body, FramedLines.OfColumns(lines, columns, separator), PemDefectKind.Quoted))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool TryFrame(PemBodyResult result, in BodyInText body, ReadOnlySpan<byte> values, PemDefectKind defect)
    {
        Span<byte> header = stackalloc byte[6];
        int length = Base64Values.Decode(values, DroppedLines.None, header) < header.Length ? -1 : DerShape.TotalLength(header);
        int available = (int)((long)values.Length * 3 / 4);
        if (length != available)
        {
            return false;
        }

        byte[] der = new byte[length];
        Base64Values.Decode(values, DroppedLines.None, der);
        if (!acceptance.TryTake(result, body, der, BodyReading.Plain, demandCertificate: false, "", lossy: true))
        {
            return false;
        }

        foreach (PemDefectKind kind in OfTheFrame)
        {
            notes.Remove(kind);
        }

        notes.Add(defect, body.Start);
        return true;
    }
}

using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Markers;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles;

/// <summary>Notes what is wrong with a marker and the rest of its line.</summary>
internal readonly ref struct MarkerNotes
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly PemCollector _found;

    public MarkerNotes(ReadOnlySpan<byte> text, PemCollector found)
    {
        _text = text;
        _found = found;
    }

    /// <summary>Notes what stands before a BEGIN marker on its line.</summary>
    public void AddPrefix(ReadOnlySpan<byte> prefix, int position)
    {
        if (prefix.IsEmpty)
        {
            return;
        }

        ReadOnlySpan<byte> mark = prefix.Trim(" \t"u8);
        if (mark.IsEmpty)
        {
            _found.Notes.Add(PemDefectKind.Indented, position);
            return;
        }

        ReadOnlySpan<byte> seen = mark;
        while (!seen.IsEmpty && PemSpace.InlineLength(seen) is var length and > 0)
        {
            seen = seen[length..];
        }

        if (seen.IsEmpty)
        {
            _found.Notes.Add(
                mark.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? PemDefectKind.BomInside : PemDefectKind.NonBreakingSpace,
                    position);
            return;
        }

        _found.Surroundings.AddBefore(mark);

        // A name before it: a field of a document that is no PEM file.
        bool named = mark.IndexOfAny((byte)'=', (byte)':', (byte)'{') >= 0 && mark.IndexOfAnyInRange((byte)'A', (byte)'z') >= 0;
        _found.Notes.Add(named || mark.Length > 8 ? PemDefectKind.TextOnMarkerLine : PemDefectKind.Quoted, position);
    }

    /// <summary>Notes what is wrong with a marker itself.</summary>
    public void AddFlaws(PemMarker marker)
    {
        if (marker.Flaws == MarkerFlaws.None)
        {
            return;
        }

        AddFlaw(marker, MarkerFlaws.DashCount, PemDefectKind.DashCount);
        AddFlaw(marker, MarkerFlaws.Typographic, PemDefectKind.TypographicDashes);
        AddFlaw(marker, MarkerFlaws.Spacing, PemDefectKind.MarkerSpacing);
        AddFlaw(marker, MarkerFlaws.Case, PemDefectKind.MarkerCase);
        AddFlaw(marker, MarkerFlaws.Glued, PemDefectKind.GluedMarkers);
    }

    /// <summary>Notes what stands behind an END marker, where nothing but the end of the line belongs.</summary>
    public void AddRestOfLine(PemMarker end)
    {
        if ((end.Flaws & MarkerFlaws.Glued) != 0 || end.End >= _text.Length || _text[end.End] is (byte)'\n' or (byte)'\r')
        {
            return;
        }

        int space = 0;
        bool plain = true;
        while (end.End + space < _text.Length && PemSpace.InlineLength(_text[(end.End + space)..]) is var length and > 0)
        {
            plain &= PemSpace.IsPlain(_text[end.End + space]);
            space += length;
        }

        if (end.End + space < _text.Length)
        {
            int newline = _text[(end.End + space)..].IndexOfAny((byte)'\n', (byte)'\r');
            _found.Surroundings.AddAfter(newline < 0 ? _text[(end.End + space)..] : _text.Slice(end.End + space, newline));
        }

        bool onlySpace = end.End + space >= _text.Length || _text[end.End + space] is (byte)'\n' or (byte)'\r';
        _found.Notes.Add(
            !onlySpace ? PemDefectKind.TextOnMarkerLine : plain ? PemDefectKind.TrailingSpace : PemDefectKind.NonBreakingSpace, end.Start);
    }

    private void AddFlaw(PemMarker marker, MarkerFlaws flaw, PemDefectKind kind)
    {
        if ((marker.Flaws & flaw) != 0)
        {
            _found.Notes.Add(kind, marker.Start);
        }
    }
}

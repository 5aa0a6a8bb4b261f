using System.Runtime.CompilerServices;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Markers;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles;

/// <summary>Walks a text once, from marker to marker: what is a block, what is a gap, what is missing.</summary>
internal ref partial struct PemReader
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly PemCollector _found;
    private readonly PemBody _body;
    private readonly BareCertificates _bare = new();
    private readonly StrictBlock _strict;
    private PemMarkerLexer _lexer;
    private LineCounter _lines;

    public PemReader(ReadOnlySpan<byte> text, PemCollector found)
    {
        _text = text;
        _found = found;
        _body = new PemBody(found.Notes, EncodedText.TryReadValues);
        _strict = new StrictBlock(text.Length);
        _lexer = new PemMarkerLexer(text);
        _lines = new LineCounter(text);
    }

    public void Read()
    {
        int position = 0;
        while (position < _text.Length)
        {
            if (TryStrict(ref position))
            {
                continue;
            }

            if (!_lexer.TryNext(position, out PemMarker marker))
            {
                Gap(position, _text.Length);
                break;
            }

            if (marker.IsEnd)
            {
                LonelyEnd(position, marker);
                position = marker.End;
            }
            else if (marker.Flaws == MarkerFlaws.None && LineStart(marker.Start, position) == marker.Start && marker.Start > position)
            {
                Gap(position, marker.Start);
                position = marker.Start;
                if (!TryStrict(ref position))
                {
                    position = Block(position, marker);
                }
            }
            else
            {
                position = Block(position, marker);
            }
        }

        _found.AddRaw(_text.Length, ref _lines);
    }

    // Not inlined: the compiler would replace the running loop with one that holds all of this, and needs 2.4 MB for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryStrict(ref int position)
    {
        int start = position;
        while (start < _text.Length && _text[start] is (byte)'\n' or (byte)'\r')
        {
            start++;
        }

        if ((start > 0 && _text[start - 1] is not ((byte)'\n' or (byte)'\r'))
            || !_strict.TryRead(_text, start, out ReadOnlyMemory<byte> der, out int end)
            || !DerShape.IsCertificate(der.Span) || DerShape.TotalLength(der.Span) != der.Length
                || !Certificate.TryParse(der, out Certificate? certificate, out _))
        {
            return false;
        }

        _found.AddRaw(start, ref _lines);
        int line = _lines.At(start).Line;
        _found.Add(
            new PemBlock { Label = PemLabel.Certificate, Kind = PemBlockKind.Certificate, Line = line, EndLine = _lines.At(end).Line,
                Der = der }, certificate);
        position = end;
        return true;
    }

    // From a BEGIN marker on. Returns where to go on.
    private int Block(int position, PemMarker begin)
    {
        int lineStart = LineStart(begin.Start, position);
        ReadOnlySpan<byte> prefix = _text[lineStart..begin.Start];
        bool hasNext = _lexer.TryNext(begin.End, out PemMarker next);
        bool hasEnd = hasNext && next.IsEnd;
        int bodyEnd = hasNext ? next.Start : _text.Length;
        int after = hasEnd ? next.End : bodyEnd;
        if (PemLabel.IsOdd(begin.Label) && !(hasEnd && next.Label == begin.Label))
        {
            // No block without its end: words between dashes.
            Gap(position, begin.End);
            return begin.End;
        }

        Gap(position, lineStart);
        (int line, int column) = _lines.At(begin.Start);
        if (CommentMarks.IsOn(_text[lineStart..]))
        {
            _found.AddSwitchedOff(begin.Label, line, column, _text[lineStart..after]);
            return after;
        }

        if (prefix.Length >= DerShape.MinCertificate)
        {
            // A file without line ends: this is no mark, but what stands before the block.
            Gap(lineStart, begin.Start);
            prefix = default;
            _found.Notes.Add(PemDefectKind.TextOnMarkerLine, begin.Start);
        }

        PemHeaders headers = PemHeaders.Read(_text, begin.End, bodyEnd, prefix);
        PemBodyResult result = _body.Read(_text, headers.BodyStart, bodyEnd, prefix, begin.Label);
        _body.Release();
        if (!hasEnd && result.Contents.Count == 0 && prefix.IndexOfAnyInRange((byte)'A', (byte)'z') >= 0)
        {
            // A sentence about a block, or a name that holds the words of a marker.
            _found.Notes.Drain();
            Plain(lineStart, after);
            return after;
        }

        NotePrefix(prefix, begin.Start);
        NoteFlaws(begin);
        if (headers is { Lines: not null, IsClosed: false })
        {
            _found.Notes.Add(PemDefectKind.HeaderBlankLine, begin.Start);
        }

        if (hasEnd)
        {
            NoteFlaws(next);
            if (next.Label != begin.Label)
            {
                _found.Notes.Add(PemDefectKind.LabelMismatch, next.Start);
            }

            NoteRestOfLine(next);
        }
        else
        {
            // What follows a body without an end is not a second defect.
            _found.Notes.Add(PemDefectKind.MissingEnd, begin.Start);
            _found.Notes.Remove(PemDefectKind.TrailingBytes);
            _found.Notes.Remove(PemDefectKind.OddLines);
            _found.Notes.Remove(PemDefectKind.BlankLine);
        }

        // A label that lost letters at one end is whole at the other.
        string label = hasEnd && !PemLabel.IsKnown(begin.Label) && PemLabel.IsKnown(next.Label) ? next.Label : begin.Label;
        PemPlace place = new(line, column, begin.Start, after);
        _found.AddBody(result, label, place, headers.Lines, _text, ref _lines);
        return after;
    }

    private void NotePrefix(ReadOnlySpan<byte> prefix, int position)
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

        bool named = NoteEmbedding(mark);
        _found.Notes.Add(named || mark.Length > 8 ? PemDefectKind.TextOnMarkerLine : PemDefectKind.Quoted, position);
    }

    private void NoteFlaws(PemMarker marker)
    {
        if (marker.Flaws == MarkerFlaws.None)
        {
            return;
        }

        Note(marker, MarkerFlaws.DashCount, PemDefectKind.DashCount);
        Note(marker, MarkerFlaws.Typographic, PemDefectKind.TypographicDashes);
        Note(marker, MarkerFlaws.Spacing, PemDefectKind.MarkerSpacing);
        Note(marker, MarkerFlaws.Case, PemDefectKind.MarkerCase);
        Note(marker, MarkerFlaws.Glued, PemDefectKind.GluedMarkers);
    }

    private void Note(PemMarker marker, MarkerFlaws flaw, PemDefectKind kind)
    {
        if ((marker.Flaws & flaw) != 0)
        {
            _found.Notes.Add(kind, marker.Start);
        }
    }

    // Behind an END marker nothing but the end of the line belongs.
    private void NoteRestOfLine(PemMarker end)
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

    private readonly int LineStart(int position, int notBefore)
    {
        int at = _text[notBefore..position].LastIndexOfAny((byte)'\n', (byte)'\r');
        return at < 0 ? notBefore : notBefore + at + 1;
    }
}

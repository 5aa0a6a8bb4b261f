using System.Runtime.CompilerServices;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Markers;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles;

/// <summary>Walks a text once, from marker to marker: what is a block, what is a gap, what is missing.</summary>
internal ref struct PemReader
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly PemCollector _found;
    private readonly PemBody _body;
    private readonly StrictBlock _strict;
    private readonly GapReader _gaps;
    private readonly MarkerNotes _notes;
    private readonly ContextDiff? _diff;
    private PemMarkerLexer _lexer;
    private LineCounter _lines;

    public PemReader(ReadOnlySpan<byte> text, PemCollector found)
    {
        _text = text;
        _found = found;
        _body = new PemBody(found.Notes, EncodedText.TryReadValues);
        _strict = new StrictBlock(text.Length);
        _gaps = new GapReader(text, found);
        _notes = new MarkerNotes(text, found);
        _diff = ContextDiff.Of(text);
        _lexer = new PemMarkerLexer(text);
        _lines = new LineCounter(text);
        if (_diff is not null)
        {
            found.Surroundings.Say("a diff");
        }
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
                _gaps.Read(position, _text.Length, ref _lines);
                break;
            }

            if (marker.IsEnd)
            {
                _gaps.ReadBeforeEnd(position, marker, ref _lines);
                position = marker.End;
            }
            else if (marker.Flaws == MarkerFlaws.None && _lines.StartOf(marker.Start, position) == marker.Start && marker.Start > position)
            {
                _gaps.Read(position, marker.Start, ref _lines);
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
        int lineStart = _lines.StartOf(begin.Start, position);
        ReadOnlySpan<byte> prefix = _text[lineStart..begin.Start];
        bool hasNext = _lexer.TryNext(begin.End, out PemMarker next);
        bool hasEnd = hasNext && next.IsEnd;
        int bodyEnd = hasNext ? next.Start : _text.Length;
        int after = hasEnd ? next.End : bodyEnd;
        bool isBinary = !PemLabel.IsKnown(begin.Label) && PemCollector.HoldsControls(_text[begin.End..bodyEnd]);
        if (isBinary || (PemLabel.IsOdd(begin.Label) && !(hasEnd && next.Label == begin.Label)))
        {
            // No block without its end, and none around the bytes of a program: words between dashes.
            _gaps.Read(position, begin.End, ref _lines);
            return begin.End;
        }

        _gaps.Read(position, lineStart, ref _lines);
        (int line, int column) = _lines.At(begin.Start);
        if (_diff?.TookOut(_text, lineStart, after) ?? CommentMarks.IsOn(_text[lineStart..]))
        {
            _found.AddSwitchedOff(begin.Label, line, column, _text[lineStart..after]);
            return after;
        }

        if (prefix.Length >= DerShape.MinCertificate)
        {
            // A file without line ends: this is no mark, but what stands before the block.
            _gaps.Read(lineStart, begin.Start, ref _lines);
            prefix = default;
            _found.Notes.Add(PemDefectKind.TextOnMarkerLine, begin.Start);
        }

        PemHeaders headers = PemHeaders.Read(_text, begin.End, bodyEnd, prefix);
        bool isSealed = headers.Lines?.Contains("ENCRYPTED", StringComparison.Ordinal) ?? false;
        PemBodyResult result = _body.Read(_text, headers.BodyStart, bodyEnd, prefix, begin.Label, isSealed);
        _body.Release();
        if (!hasEnd && result.Contents.Count == 0 && prefix.IndexOfAnyInRange((byte)'A', (byte)'z') >= 0)
        {
            // A sentence about a block, or a name that holds the words of a marker.
            _found.Notes.Drain();
            _gaps.Words(lineStart, after, ref _lines);
            return after;
        }

        _notes.AddPrefix(prefix, begin.Start);
        _notes.AddFlaws(begin);
        if (headers is { Lines: not null, IsClosed: false })
        {
            _found.Notes.Add(PemDefectKind.HeaderBlankLine, begin.Start);
        }

        if (hasEnd)
        {
            _notes.AddFlaws(next);
            if (next.Label != begin.Label)
            {
                _found.Notes.Add(PemDefectKind.LabelMismatch, next.Start);
            }

            _notes.AddRestOfLine(next);
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
}

using System.Runtime.CompilerServices;
using TlsTrust.Certificates;

namespace TlsTrust.Pem;

/// <summary>Walks a text once, from marker to marker: what is a block, what is a gap, what is missing.</summary>
internal ref struct PemReader
{
    private const int MaxHeaders = 32; // RFC 1421 knows a dozen
    private const int NoneToRead = -1;

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
        _body = new PemBody(found.Notes);
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

        if ((start > 0 && _text[start - 1] is not ((byte)'\n' or (byte)'\r')) || !_strict.TryRead(_text, start, out ReadOnlyMemory<byte> der, out int end)
            || !DerShape.IsCertificate(der.Span) || DerShape.TotalLength(der.Span) != der.Length || !Certificate.TryParse(der, out Certificate? certificate, out _))
        {
            return false;
        }

        _found.AddRaw(start, ref _lines);
        int line = _lines.At(start).Line;
        _found.Add(new PemBlock { Label = PemLabel.Certificate, Kind = PemBlockKind.Certificate, Line = line, EndLine = _lines.At(end).Line, Der = der }, certificate);
        position = end;
        return true;
    }

    // From a BEGIN marker on. Returns where to go on.
    private int Block(int position, PemMarker begin)
    {
        int lineStart = LineStart(begin.Start, position);
        ReadOnlySpan<byte> prefix = _text[lineStart..begin.Start];
        Gap(position, lineStart);
        bool hasNext = _lexer.TryNext(begin.End, out PemMarker next);
        bool hasEnd = hasNext && next.IsEnd;
        int bodyEnd = hasNext ? next.Start : _text.Length;
        int after = hasEnd ? next.End : bodyEnd;
        (int line, int column) = _lines.At(begin.Start);
        if (IsCommentMark(prefix))
        {
            _found.Add(PemDefectKind.CommentedOut, line, column);
            _found.AddText(_text[lineStart..after], line);
            return after;
        }

        if (prefix.Length >= DerShape.MinCertificate)
        {
            // A file without line ends: this is no mark, but what stands before the block.
            Gap(lineStart, begin.Start);
            prefix = default;
            _found.Notes.Add(PemDefectKind.TextOnMarkerLine, begin.Start);
        }

        NotePrefix(prefix, begin.Start);
        NoteFlaws(begin);
        if (!hasEnd)
        {
            _found.Notes.Add(PemDefectKind.MissingEnd, begin.Start);
        }
        else
        {
            NoteFlaws(next);
            if (next.Label != begin.Label)
            {
                _found.Notes.Add(PemDefectKind.LabelMismatch, next.Start);
            }

            NoteRestOfLine(next);
        }

        string? headers = ReadHeaders(begin.End, bodyEnd, out int bodyStart);
        PemBodyResult result = _body.Read(_text, bodyStart, bodyEnd, prefix, begin.Label);
        _body.Release();
        if (!hasEnd)
        {
            // What follows a body without an end is not a second defect.
            _found.Notes.Remove(PemDefectKind.TrailingBytes);
            _found.Notes.Remove(PemDefectKind.OddLines);
            _found.Notes.Remove(PemDefectKind.BlankLine);
        }

        // A label that lost letters at one end is whole at the other.
        string label = hasEnd && !PemLabel.IsKnown(begin.Label) && PemLabel.IsKnown(next.Label) ? next.Label : begin.Label;
        PemPlace place = new(line, column, begin.Start, after);
        _found.AddBody(result, label, place, headers, _text, ref _lines);
        return after;
    }

    private void LonelyEnd(int position, PemMarker end)
    {
        int lineStart = LineStart(end.Start, position);
        int body = lineStart > position && end.Start - lineStart < DerShape.MinCertificate ? lineStart : end.Start; // a mark is no body
        if (Gap(position, body, beforeEnd: true) == NoneToRead)
        {
            (int line, int column) = _lines.At(end.Start);
            _found.AddUnreadable(end.Label, new PemPlace(line, column, end.Start, end.End), PemDefectKind.MissingBegin, "the beginning of the block is missing, and what is left is no whole certificate", _text[position..end.End]);
            return;
        }

        _found.Notes.Remove(PemDefectKind.BareBase64);
        _found.Notes.Add(PemDefectKind.MissingBegin, end.Start);
        _found.Flush(ref _lines);
    }

    // Text between blocks: comments, and certificates without markers. Returns how many of these there are, or that there is a body that can't be read.
    private int Gap(int from, int to, bool beforeEnd = false)
    {
        _found.AddRaw(from, ref _lines);
        if (_text[from..to].IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return 0;
        }

        List<PemContent> certificates = [];
        List<(int Start, int End)> extents = [];
        _bare.FindIn(_text, from, to, certificates, extents);
        if (beforeEnd && certificates.Count == 0 && HoldsBase64(_text[from..to]) && !EncodedText.TryFind(_text, from, to, out _, out _))
        {
            return NoneToRead;
        }

        int position = from;
        for (int i = 0; i < certificates.Count; i++)
        {
            Text(position, extents[i].Start);
            bool last = i == certificates.Count - 1;
            (int line, int column) = _lines.At(extents[i].Start);
            _found.Notes.Add(beforeEnd && last ? PemDefectKind.MissingBegin : PemDefectKind.BareBase64, extents[i].Start);
            int end = certificates[i].EndIsOpen ? EndOfParagraph(extents[i].End, last ? to : extents[i + 1].Start) : extents[i].End;

            PemBodyResult result = new() { NeedsProof = certificates[i].EndIsOpen, IsLossy = certificates[i].EndIsOpen };
            result.Contents.Add(certificates[i]);
            _found.AddBody(result, PemLabel.Certificate, new PemPlace(line, column, extents[i].Start, end), null, _text, ref _lines);
            position = end;
        }

        Text(position, to);
        return certificates.Count;
    }

    private void Text(int from, int to)
    {
        while (EncodedText.TryFind(_text, from, to, out int start, out int end))
        {
            if (EncodedText.TryRead(_text[start..end], out List<PemContent> contents))
            {
                Comment(from, start);
                NoteEmbedding(_text[LineStart(start, from)..start]);
                (int line, int column) = _lines.At(start);
                _found.Notes.Add(PemDefectKind.EncodedTwice, start);
                PemBodyResult result = new();
                result.Contents.AddRange(contents);
                _found.AddBody(result, PemLabel.Certificate, new PemPlace(line, column, start, end), null, _text, ref _lines);
            }
            else
            {
                Comment(from, end);
            }

            from = end;
        }

        Comment(from, to);
    }

    // A name before it: a field of a document that is no PEM file.
    private bool NoteEmbedding(ReadOnlySpan<byte> prefix)
    {
        bool named = prefix.IndexOfAny((byte)'=', (byte)':', (byte)'{') >= 0 && prefix.IndexOfAnyInRange((byte)'A', (byte)'z') >= 0;
        _found.IsEmbedded |= named;
        return named;
    }

    private void Comment(int from, int to)
    {
        while (BareCertificates.TryFindRemains(_text, from, to, out int start))
        {
            Plain(from, start);
            int end = EndOfParagraph(start, to);
            (int line, int column) = _lines.At(start);
            string label = BareCertificates.IsKey(_text[start..end]) ? PemLabel.PrivateKey : "";
            _found.AddUnreadable(label, new PemPlace(line, column, start, end), PemDefectKind.BareBase64, "it is not whole, or something else", _text[start..end]);
            from = end;
        }

        Plain(from, to);
    }

    // Up to a blank line or a comment.
    private readonly int EndOfParagraph(int from, int to)
    {
        int position = from;
        while (position < to)
        {
            int newline = _text[position..to].IndexOfAny((byte)'\n', (byte)'\r');
            if (newline < 0)
            {
                return to;
            }

            position += newline + (_text[(position + newline)..to].StartsWith("\r\n"u8) ? 2 : 1);
            ReadOnlySpan<byte> line = _text[position..to].TrimStart(" \t"u8);
            if (line.IsEmpty || line[0] is (byte)'\n' or (byte)'\r' or (byte)'#')
            {
                return position;
            }
        }

        return to;
    }

    private void Plain(int from, int to)
    {
        ReadOnlySpan<byte> text = _text[from..to];
        int first = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (first >= 0)
        {
            _found.AddText(text.Trim("\r\n"u8), _lines.At(from + first).Line);
        }
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
            _found.Notes.Add(mark.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? PemDefectKind.BomInside : PemDefectKind.NonBreakingSpace, position);
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

        bool onlySpace = end.End + space >= _text.Length || _text[end.End + space] is (byte)'\n' or (byte)'\r';
        _found.Notes.Add(!onlySpace ? PemDefectKind.TextOnMarkerLine : plain ? PemDefectKind.TrailingSpace : PemDefectKind.NonBreakingSpace, end.Start);
    }

    // RFC 1421 §4.4: "Name: value" lines, continued by indentation, closed by a blank line.
    private readonly string? ReadHeaders(int start, int end, out int bodyStart)
    {
        bodyStart = start;
        int position = start;
        int headers = 0;
        while (position < end && _text[position] is (byte)'\r' or (byte)'\n' or (byte)' ')
        {
            position++;
        }

        int first = position;
        int last = position;
        while (position < end && headers < MaxHeaders)
        {
            int length = _text[position..end].IndexOfAny((byte)'\n', (byte)'\r');
            int lineEnd = length < 0 ? end : position + length;
            ReadOnlySpan<byte> line = _text[position..lineEnd];
            bool continued = headers > 0 && line.Length > 0 && line[0] is (byte)' ' or (byte)'\t';
            if (!continued && !IsHeader(line))
            {
                break;
            }

            headers++;
            last = lineEnd;
            position = lineEnd + (lineEnd + 1 < end && _text[lineEnd] == '\r' && _text[lineEnd + 1] == '\n' ? 2 : 1);
        }

        // Where they are all that there is, they are lines with something in front: "INFO: MII...".
        if (headers == 0 || _text[Math.Min(last, end)..end].IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return null;
        }

        bodyStart = Math.Min(last, end);
        return PemText.Lines(_text[first..last]);
    }

    private static bool IsHeader(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon is < 1 or > 40)
        {
            return false;
        }

        foreach (byte c in line[..colon])
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c != '-')
            {
                return false;
            }
        }

        return char.IsAsciiLetter((char)line[0]);
    }

    // "#", ";" and "//" before a BEGIN line: somebody took the block out on purpose.
    private static bool IsCommentMark(ReadOnlySpan<byte> prefix)
    {
        ReadOnlySpan<byte> mark = prefix.TrimStart(" \t"u8);
        return mark.Length > 0 && (mark[0] is (byte)'#' or (byte)';' || mark.StartsWith("//"u8));
    }

    // A line of little else; prose has spaces.
    private static bool HoldsBase64(ReadOnlySpan<byte> text)
    {
        const int least = 16;
        while (!text.IsEmpty)
        {
            int newline = text.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> line = (newline < 0 ? text : text[..newline]).Trim(" \t"u8);
            text = newline < 0 ? default : text[(newline + 1)..];
            int characters = 0;
            foreach (byte c in line)
            {
                characters += Base64Values.TryOf(c, out _) ? 1 : 0;
            }

            if (characters >= least && characters * 4 >= line.Length * 3 && !line.Contains((byte)' '))
            {
                return true;
            }
        }

        return false;
    }

    private readonly int LineStart(int position, int notBefore)
    {
        int at = _text[notBefore..position].LastIndexOfAny((byte)'\n', (byte)'\r');
        return at < 0 ? notBefore : notBefore + at + 1;
    }
}

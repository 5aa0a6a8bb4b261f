using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Markers;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles;

// What stands between blocks, and what is left of blocks that lost their beginning.
internal ref partial struct PemReader
{
    private const int NoneToRead = -1;

    private void LonelyEnd(int position, PemMarker end)
    {
        if (PemLabel.IsOdd(end.Label))
        {
            Gap(position, end.End);
            return;
        }

        int lineStart = LineStart(end.Start, position);
        int body = lineStart > position && end.Start - lineStart < DerShape.MinCertificate ? lineStart : end.Start; // a mark is no body
        if (Gap(position, body, beforeEnd: true) == NoneToRead)
        {
            (int line, int column) = _lines.At(end.Start);
            _found.AddUnreadable(
                end.Label, new PemPlace(line, column, end.Start, end.End), PemDefectKind.MissingBegin,
                    "the beginning of the block is missing, and what is left is no whole certificate", _text[position..end.End]);
            return;
        }

        _found.Notes.Remove(PemDefectKind.BareBase64);
        _found.Notes.Add(PemDefectKind.MissingBegin, end.Start);
        _found.Flush(ref _lines);
    }

    // Text between blocks: comments, and certificates without markers. Returns how many of these there are, or that there is a body that
    // can't be read.
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
        int off = 0;
        for (int i = 0; i < certificates.Count; i++)
        {
            Text(position, extents[i].Start);
            bool last = i == certificates.Count - 1;
            (int line, int column) = _lines.At(extents[i].Start);
            int lineStart = LineStart(extents[i].Start, from);
            if (CommentMarks.IsOn(_text[lineStart..]))
            {
                off++;
                _found.AddSwitchedOff(PemLabel.Certificate, line, column, _text[extents[i].Start..extents[i].End]);
                position = extents[i].End;
                continue;
            }

            _found.Surroundings.AddBefore(_text[lineStart..extents[i].Start]);
            _found.Notes.Add(beforeEnd && last ? PemDefectKind.MissingBegin : PemDefectKind.BareBase64, extents[i].Start);
            int end = certificates[i].EndIsOpen ? EndOfParagraph(extents[i].End, last ? to : extents[i + 1].Start) : extents[i].End;

            PemBodyResult result = new() { NeedsProof = certificates[i].EndIsOpen, IsLossy = certificates[i].EndIsOpen };
            result.Contents.Add(certificates[i]);
            _found.AddBody(
                result, certificates[i].Kind == PemBlockKind.Pkcs7 ? PemLabel.Pkcs7 : PemLabel.Certificate,
                    new PemPlace(line, column, extents[i].Start, end), null, _text, ref _lines);
            position = end;
        }

        Text(position, to);
        return certificates.Count - off;
    }

    private void Text(int from, int to)
    {
        while (EncodedText.TryFind(_text, from, to, out int start, out int end))
        {
            if (CommentMarks.IsOn(_text[LineStart(start, from)..]))
            {
                Plain(from, end);
            }
            else if (EncodedText.TryRead(_text[start..end], out List<PemContent> contents))
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
                // A secret may be in it.
                Comment(from, start);
                (int line, int column) = _lines.At(start);
                NoteEmbedding(_text[LineStart(start, from)..start]);
                _found.AddUnreadable(
                    "", new PemPlace(line, column, start, end), PemDefectKind.BareBase64,
                        "it is PEM in base64, and something in it can't be read", _text[start..end]);
            }

            from = end;
        }

        Comment(from, to);
    }

    // A name before it: a field of a document that is no PEM file.
    private bool NoteEmbedding(ReadOnlySpan<byte> prefix)
    {
        _found.Surroundings.AddBefore(prefix);
        return prefix.IndexOfAny((byte)'=', (byte)':', (byte)'{') >= 0 && prefix.IndexOfAnyInRange((byte)'A', (byte)'z') >= 0;
    }

    private void Comment(int from, int to)
    {
        while (BareCertificates.TryFindRemains(_text, from, to, out int start))
        {
            Plain(from, start);
            int end = EndOfParagraph(start, to);
            (int line, int column) = _lines.At(start);
            string label = BareCertificates.IsKey(_text[start..end]) ? PemLabel.PrivateKey : "";
            _found.AddUnreadable(
                label, new PemPlace(line, column, start, end), PemDefectKind.BareBase64, "it is not whole, or something else",
                    _text[start..end]);
            from = end;
        }

        Plain(from, to);
    }

    // Up to a comment, or a blank line behind which there is something else than one line of base64 more: every second line may be blank.
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
            if (line.IsEmpty || line[0] == '#')
            {
                return position;
            }

            if (line[0] is (byte)'\n' or (byte)'\r')
            {
                ReadOnlySpan<byte> next = line.TrimStart(" \t\r\n"u8);
                if (!BareCertificates.GoesOn(next))
                {
                    return position;
                }

                position = to - next.Length;
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
            _found.AddText(text.Trim("\r\n"u8), _lines.At(from + first).Line, from == 0);
        }
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
}

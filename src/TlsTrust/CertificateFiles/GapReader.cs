using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Markers;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles;

/// <summary>Reads what stands between blocks, and what is left of blocks that lost their beginning.</summary>
internal readonly ref struct GapReader
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly PemCollector _found;
    private readonly BareCertificates _bare = new();

    public GapReader(ReadOnlySpan<byte> text, PemCollector found)
    {
        _text = text;
        _found = found;
    }

    /// <summary>Reads text between blocks: comments, and certificates without markers.</summary>
    public void Read(int from, int to, ref LineCounter lines) => TryRead(from, to, beforeEnd: false, ref lines);

    /// <summary>Reads up to an END marker that no BEGIN marker belongs to.</summary>
    public void ReadBeforeEnd(int position, PemMarker end, ref LineCounter lines)
    {
        if (PemLabel.IsOdd(end.Label))
        {
            Read(position, end.End, ref lines);
            return;
        }

        int lineStart = lines.StartOf(end.Start, position);
        int body = lineStart > position && end.Start - lineStart < DerShape.MinCertificate ? lineStart : end.Start; // a mark is no body
        if (!TryRead(position, body, beforeEnd: true, ref lines))
        {
            (int line, int column) = lines.At(end.Start);
            _found.AddUnreadable(
                end.Label, new PemPlace(line, column, end.Start, end.End), PemDefectKind.MissingBegin,
                    "the beginning of the block is missing, and what is left is no whole certificate", _text[position..end.End]);
            return;
        }

        _found.Notes.Remove(PemDefectKind.BareBase64);
        _found.Notes.Add(PemDefectKind.MissingBegin, end.Start);
        _found.Flush(ref lines);
    }

    /// <summary>Takes text for words, whatever it looks like.</summary>
    public void Words(int from, int to, ref LineCounter lines)
    {
        ReadOnlySpan<byte> text = _text[from..to];
        int first = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (first >= 0)
        {
            _found.AddText(text.Trim("\r\n"u8), lines.At(from + first).Line, from == 0);
        }
    }

    // False when there is a body that can't be read; only before an END marker is it looked for.
    private bool TryRead(int from, int to, bool beforeEnd, ref LineCounter lines)
    {
        _found.AddRaw(from, ref lines);
        if (_text[from..to].IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            return true;
        }

        List<PemContent> certificates = [];
        List<(int Start, int End)> extents = [];
        _bare.FindIn(_text, from, to, certificates, extents);
        if (beforeEnd && certificates.Count == 0 && HoldsBase64(_text[from..to]) && !EncodedText.TryFind(_text, from, to, out _, out _))
        {
            return false;
        }

        int position = from;
        for (int i = 0; i < certificates.Count; i++)
        {
            Text(position, extents[i].Start, ref lines);
            bool last = i == certificates.Count - 1;
            (int line, int column) = lines.At(extents[i].Start);
            int lineStart = lines.StartOf(extents[i].Start, from);
            if (CommentMarks.IsOn(_text[lineStart..]))
            {
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
                    new PemPlace(line, column, extents[i].Start, end), null, _text, ref lines);
            position = end;
        }

        Text(position, to, ref lines);
        return true;
    }

    private void Text(int from, int to, ref LineCounter lines)
    {
        while (EncodedText.TryFind(_text, from, to, out int start, out int end))
        {
            if (CommentMarks.IsOn(_text[lines.StartOf(start, from)..]))
            {
                Words(from, end, ref lines);
            }
            else if (EncodedText.TryRead(_text[start..end], out List<PemContent> contents))
            {
                Comment(from, start, ref lines);
                _found.Surroundings.AddBefore(_text[lines.StartOf(start, from)..start]);
                (int line, int column) = lines.At(start);
                _found.Notes.Add(PemDefectKind.EncodedTwice, start);
                PemBodyResult result = new();
                result.Contents.AddRange(contents);
                _found.AddBody(result, PemLabel.Certificate, new PemPlace(line, column, start, end), null, _text, ref lines);
            }
            else
            {
                // A secret may be in it.
                Comment(from, start, ref lines);
                (int line, int column) = lines.At(start);
                _found.Surroundings.AddBefore(_text[lines.StartOf(start, from)..start]);
                _found.AddUnreadable(
                    "", new PemPlace(line, column, start, end), PemDefectKind.BareBase64,
                        "it is PEM in base64, and something in it can't be read", _text[start..end]);
            }

            from = end;
        }

        Comment(from, to, ref lines);
    }

    private void Comment(int from, int to, ref LineCounter lines)
    {
        while (BareCertificates.TryFindRemains(_text, from, to, out int start))
        {
            Words(from, start, ref lines);
            int end = EndOfParagraph(start, to);
            (int line, int column) = lines.At(start);
            string label = BareCertificates.IsKey(_text[start..end]) ? PemLabel.PrivateKey : "";
            _found.AddUnreadable(
                label, new PemPlace(line, column, start, end), PemDefectKind.BareBase64, "it is not whole, or something else",
                    _text[start..end]);
            from = end;
        }

        Words(from, to, ref lines);
    }

    // Up to a comment, or a blank line behind which there is something else than one line of base64 more: every second line may be blank.
    private int EndOfParagraph(int from, int to)
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

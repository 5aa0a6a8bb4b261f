using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Markers;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>
/// Collects the base64 characters of a damaged body, undoing what was done to its lines on the way (quoting, indentation, escapes,
/// markup), and remembers which characters stand in suspicious lines, so that several readings of the body can be tried.
/// </summary>
internal sealed class Base64Gatherer(DefectNotes notes)
{
    private const int Columns = 64; // RFC 7468 §2
    private const int MaxSpaces = 1 << 16; // more than the plus signs of a certificate of 4 MB
    private const int MaxTagLength = 64; // of a tag within a body: <br>, <p class="...">
    private const int MaxKept = 1 << 20; // the characters of a certificate as long as any is looked for; what is longer is met once
    private const int HeaderCharacters = 12; // enough to read the length of the DER

    private byte[] _values = [];
    private int _position;
    private int _lineStart;
    private int _lineAt;
    private byte _lineFlags;
    private bool _lineIsSpaced;
    private int _pendingSpace;
    private int _pendingSpaces;
    private int _pad;
    private int _softBreak;
    private int _blank;
    private int _shortLine;
    private bool _onMarkerLine;
    private byte _urlLineFlag;

    /// <summary>Six bits a character, with the flags above.</summary>
    public ReadOnlySpan<byte> Values => _values.AsSpan(0, Count);

    /// <summary>How many characters there are.</summary>
    public int Count { get; private set; }

    /// <summary>Number of lines with characters in them.</summary>
    public int Lines { get; private set; }

    /// <summary>Before which characters a space stood; a plus sign may have been there.</summary>
    public List<int> Spaces { get; } = [];

    /// <summary>True when nothing had to be dropped that is neither base64 nor space.</summary>
    public bool IsClean { get; private set; }

    /// <summary>How many padding characters stand at the end, and where the first is; -1 where there is none.</summary>
    public (int Count, int Position) Padding { get; private set; }

    /// <summary>Position after the last character looked at.</summary>
    public int End => _position;

    /// <summary>Reads a body between markers.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Where the body starts, behind the marker.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="prefix">What stands before the BEGIN marker on its line, and so perhaps before every line.</param>
    public void Gather(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> prefix)
    {
        Reset(end - start, start);
        _onMarkerLine = true;

        // A body is in one alphabet or the other; where it has + and /, a line with - is foreign.
        _urlLineFlag = text[start..end].IndexOfAny((byte)'+', (byte)'/') >= 0 ? Base64Values.InForeignLine : (byte)0;
        LinePrefix marks = new(prefix);
        bool atLineStart = false;
        byte closingQuote = 0;
        while (_position < end)
        {
            if (atLineStart)
            {
                atLineStart = false;
                int mark = marks.Length(text[_position..end], out closingQuote);
                if (mark > 0)
                {
                    notes.Add(PemDefectKind.Quoted, _position);
                    _position += mark;
                    continue;
                }
            }

            byte c = text[_position];
            if (Base64Values.TryOf(c, out byte value))
            {
                Append(value);
                _position++;
            }
            else if (c is (byte)'\n' or (byte)'\r')
            {
                bool paired = c == '\r' && _position + 1 < end && text[_position + 1] == '\n';
                EndLine();
                _position += paired ? 2 : 1;
                _lineAt = _position;
                atLineStart = true;
            }
            else if (closingQuote != 0 && c == closingQuote)
            {
                // The rest of a line of source code: " +
                int rest = text[_position..end].IndexOfAny((byte)'\n', (byte)'\r');
                _position = rest < 0 ? end : _position + rest;
            }
            else
            {
                Special(text[_position..end], c);
            }
        }

        if (Count > _lineStart && end < text.Length)
        {
            notes.Add(PemDefectKind.TextOnMarkerLine, _position);
        }
        else if (_pendingSpace >= 0 && Lines > 0)
        {
            notes.Add(PemDefectKind.Indented, _pendingSpace);
        }

        Note(ref _blank, PemDefectKind.BlankLine);
        EndLine();
    }

    /// <summary>Reads a certificate that starts here without a marker, and stops where it is complete or can't be one.</summary>
    /// <returns>False where it can't be one.</returns>
    public bool GatherBare(ReadOnlySpan<byte> text, int start, int end)
    {
        Reset(Math.Min(end - start, (2 * Columns) + HeaderCharacters), start);
        _urlLineFlag = 0;
        int needed = int.MaxValue;
        Span<byte> header = stackalloc byte[HeaderCharacters * 3 / 4];
        while (_position < end && Count < needed)
        {
            byte c = text[_position];
            if (Base64Values.TryOf(c, out byte value))
            {
                Append(value);
                _position++;
                if (Count == HeaderCharacters)
                {
                    Base64Values.Decode(Values, DroppedLines.None, header);
                    int length = Math.Max(DerShape.CertificateLength(header), DerShape.Pkcs7Length(header));
                    if (length < 0 || (long)length * 4 / 3 > end - start)
                    {
                        return false;
                    }

                    needed = ((length * 4) + 2) / 3;
                }
            }
            else if (c is (byte)'\n' or (byte)'\r')
            {
                bool paired = c == '\r' && _position + 1 < end && text[_position + 1] == '\n';
                EndLine();
                _position += paired ? 2 : 1;
            }
            else
            {
                Special(text[_position..end], c);
                if (!IsClean)
                {
                    return false;
                }
            }
        }

        while (_position < end && text[_position] == '=')
        {
            _position++;
        }

        EndLine();
        return Count >= needed;
    }

    /// <summary>Gives back the memory of an unusually long body.</summary>
    public void Release()
    {
        if (_values.Length > MaxKept)
        {
            _values = [];
            Count = 0;
        }
    }

    private void Reset(int capacity, int start)
    {
        if (_values.Length < capacity)
        {
            _values = new byte[Math.Max(capacity, 4096)];
        }

        Count = 0;
        Lines = 0;
        Spaces.Clear();
        IsClean = true;
        _position = start;
        _lineAt = start;
        _lineStart = 0;
        _lineFlags = 0;
        _lineIsSpaced = false;
        _pendingSpace = -1;
        _pendingSpaces = 0;
        _pad = -1;
        Padding = (0, -1);
        _softBreak = -1;
        _blank = -1;
        _shortLine = -1;
        _onMarkerLine = false;
    }

    private void Append(byte value)
    {
        if (_onMarkerLine)
        {
            notes.Add(PemDefectKind.TextOnMarkerLine, _position);
            _onMarkerLine = false;
        }
        else if (_pendingSpace >= 0)
        {
            if (Count == _lineStart)
            {
                notes.Add(PemDefectKind.Indented, _pendingSpace);
            }
            else
            {
                notes.Add(PemDefectKind.InnerSpace, _pendingSpace);
                _lineIsSpaced = true;
            }
        }

        KeepSpaces();

        Note(ref _pad, PemDefectKind.BadPadding); // lawful at the end only
        Note(ref _softBreak, PemDefectKind.QuotedPrintable);
        Padding = (0, -1);
        Note(ref _blank, PemDefectKind.BlankLine);
        if (Count == _lineStart)
        {
            Note(ref _shortLine, PemDefectKind.ShortLine); // lawful as the last only
        }

        if (Count == _values.Length)
        {
            Array.Resize(ref _values, 2 * _values.Length);
        }

        _values[Count++] = value;
    }

    private void KeepSpaces()
    {
        for (; _pendingSpaces > 0 && Spaces.Count < MaxSpaces; _pendingSpaces--)
        {
            Spaces.Add(Count);
        }

        _pendingSpaces = 0;
        _pendingSpace = -1;
    }

    private void Note(ref int position, PemDefectKind kind)
    {
        if (position >= 0)
        {
            notes.Add(kind, position);
            position = -1;
        }
    }

    private void EndLine()
    {
        _onMarkerLine = false;
        int length = Count - _lineStart;
        if (length == 0)
        {
            if ((_position == _lineAt || _pendingSpace == _lineAt) && Lines > 0 && _lineFlags == 0 && _blank < 0)
            {
                _blank = _position;
            }
        }
        else
        {
            if (_pendingSpace >= 0)
            {
                notes.Add(PemDefectKind.TrailingSpace, _pendingSpace);
            }

            if (length > Columns)
            {
                notes.Add(PemDefectKind.LongLine, _lineAt);
            }

            _shortLine = length < Columns && _shortLine < 0 ? _lineAt : _shortLine;
            Lines++;
        }

        byte flags = (byte)(_lineFlags | (_lineIsSpaced ? Base64Values.InSpacedLine : 0));
        if (flags != 0)
        {
            foreach (ref byte value in _values.AsSpan(_lineStart, length))
            {
                value |= flags;
            }
        }

        KeepSpaces();
        _lineAt = _position;
        _lineStart = Count;
        _lineFlags = 0;
        _lineIsSpaced = false;
    }

    // Anything but plain base64 and line ends.
    private void Special(ReadOnlySpan<byte> rest, byte c)
    {
        int space = PemSpace.InlineLength(rest);
        if (space > 0)
        {
            if (!PemSpace.IsPlain(c))
            {
                notes.Add(PemDefectKind.NonBreakingSpace, _position);
            }

            _pendingSpace = _pendingSpace < 0 ? _position : _pendingSpace;
            _pendingSpaces += space == 1 ? 1 : 0;
            _position += space;
            return;
        }

        if (TextEscape.TryRead(rest, out int character, out int length, out PemDefectKind escape))
        {
            notes.Add(escape, _position);
            _onMarkerLine = false;
            Escaped(character);
            _position += length;
            return;
        }

        if (PemSpace.WideAscii(rest) is var ascii and > 0)
        {
            notes.Add(PemDefectKind.ForeignCharacters, _position);
            Padding = ascii == '=' ? (Padding.Count + 1, Padding.Count == 0 ? _position : Padding.Position) : Padding;
            Escaped(ascii);
            _position += 3;
            return;
        }

        switch (c)
        {
            case (byte)'=':
                EqualsSign(rest);
                return;
            case (byte)'-' or (byte)'_':
                notes.Add(PemDefectKind.Base64Url, _position);
                Append(c == '-' ? (byte)62 : (byte)63);
                _lineFlags |= _urlLineFlag;
                _position++;
                return;
            case 0xE2 when PemDash.IsTypographic(rest):
                notes.Add(PemDefectKind.Base64Url, _position);
                notes.Add(PemDefectKind.TypographicDashes, _position);
                Append(62);
                _lineFlags |= _urlLineFlag;
                _position += 3;
                return;
            case (byte)'<' when rest[..Math.Min(rest.Length, MaxTagLength)].IndexOf((byte)'>') is var close and > 0:
                notes.Add(PemDefectKind.HtmlMarkup, _position);
                EndLine();
                _position += close + 1;
                return;
            case (byte)'>' or (byte)'|' when Count == _lineStart:
                notes.Add(PemDefectKind.Quoted, _position);
                _position++;
                return;
            default:
                notes.Add(PemDefectKind.ForeignCharacters, _position);
                _lineFlags |= Base64Values.InForeignLine;
                IsClean = false;
                _position++;
                return;
        }
    }

    private void EqualsSign(ReadOnlySpan<byte> rest)
    {
        if (rest.Length >= 3 && TextEscape.TryHex(rest[1..3], out int quoted) && quoted is '=' or '+' or '/' or ' ' or '\r' or '\n')
        {
            notes.Add(PemDefectKind.QuotedPrintable, _position);
            Padding = quoted == '=' ? (Padding.Count + 1, Padding.Count == 0 ? _position : Padding.Position) : Padding;
            Escaped(quoted);
            _position += 3;
            return;
        }

        Padding = (Padding.Count + 1, Padding.Count == 0 ? _position : Padding.Position);

        // "=" at the end of a line of some 75 columns is the soft line break of quoted-printable, if more follows.
        if (Count - _lineStart > Columns && rest.Length >= 2 && rest[1] is (byte)'\n' or (byte)'\r')
        {
            _softBreak = _position;
        }
        else if (_pad < 0)
        {
            _pad = _position;
        }

        _position++;
    }

    private void Escaped(int character)
    {
        if (Base64Values.TryOf(character, out byte value))
        {
            Append(value);
        }
        else if (character is '\n' or '\r')
        {
            _onMarkerLine = false;
            EndLine();
        }
    }
}

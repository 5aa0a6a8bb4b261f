using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Markers;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>
/// Finds the base64 characters of a damaged body, undoing what was done to its lines on the way (quoting, indentation, escapes, markup).
/// </summary>
internal sealed class Base64Gatherer
{
    private const int MaxTagLength = 64; // of a tag within a body: <br>, <p class="...">
    private const int HeaderCharacters = 12; // enough to read the length of the DER

    private readonly DefectNotes _notes;
    private int _position;
    private byte _urlLineFlag;

    public Base64Gatherer(DefectNotes notes)
    {
        _notes = notes;
        Found = new(notes);
    }

    /// <summary>What was found.</summary>
    public GatheredCharacters Found { get; }

    /// <summary>Position after the last character looked at.</summary>
    public int End => _position;

    /// <summary>Reads a body between markers.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Where the body starts, behind the marker.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="prefix">What stands before the BEGIN marker on its line, and so perhaps before every line.</param>
    public void Gather(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> prefix)
    {
        _position = start;
        Found.Reset(end - start, start);
        Found.IsOnMarkerLine = true;

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
                    _notes.Add(PemDefectKind.Quoted, _position);
                    _position += mark;
                    continue;
                }
            }

            byte c = text[_position];
            if (Base64Values.TryOf(c, out byte value))
            {
                Found.Append(value, _position);
                _position++;
            }
            else if (c is (byte)'\n' or (byte)'\r')
            {
                bool paired = c == '\r' && _position + 1 < end && text[_position + 1] == '\n';
                Found.EndLine(_position);
                _position += paired ? 2 : 1;
                Found.StartLine(_position);
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

        Found.Complete(_position, isBeforeMarker: end < text.Length);
    }

    /// <summary>Reads a certificate that starts here without a marker, and stops where it is complete or can't be one.</summary>
    /// <returns>False where it can't be one.</returns>
    public bool GatherBare(ReadOnlySpan<byte> text, int start, int end)
    {
        _position = start;
        Found.Reset(Math.Min(end - start, (2 * GatheredCharacters.Columns) + HeaderCharacters), start);
        _urlLineFlag = 0;
        int needed = int.MaxValue;
        Span<byte> header = stackalloc byte[HeaderCharacters * 3 / 4];
        while (_position < end && Found.Count < needed)
        {
            byte c = text[_position];
            if (Base64Values.TryOf(c, out byte value))
            {
                Found.Append(value, _position);
                _position++;
                if (Found.Count == HeaderCharacters)
                {
                    Base64Values.Decode(Found.Values, DroppedLines.None, header);
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
                Found.EndLine(_position);
                _position += paired ? 2 : 1;
            }
            else
            {
                Special(text[_position..end], c);
                if (!Found.IsClean)
                {
                    return false;
                }
            }
        }

        while (_position < end && text[_position] == '=')
        {
            _position++;
        }

        Found.EndLine(_position);
        return Found.Count >= needed;
    }

    // Anything but plain base64 and line ends.
    private void Special(ReadOnlySpan<byte> rest, byte c)
    {
        int space = PemSpace.InlineLength(rest);
        if (space > 0)
        {
            if (!PemSpace.IsPlain(c))
            {
                _notes.Add(PemDefectKind.NonBreakingSpace, _position);
            }

            Found.Space(_position, isByte: space == 1);
            _position += space;
            return;
        }

        if (TextEscape.TryRead(rest, out int character, out int length, out PemDefectKind escape))
        {
            _notes.Add(escape, _position);
            Found.IsOnMarkerLine = false;
            Escaped(character);
            _position += length;
            return;
        }

        if (PemSpace.WideAscii(rest) is var ascii and > 0)
        {
            _notes.Add(PemDefectKind.ForeignCharacters, _position);
            EscapedOrPadding(ascii);
            _position += 3;
            return;
        }

        switch (c)
        {
            case (byte)'=':
                EqualsSign(rest);
                return;
            case (byte)'-' or (byte)'_':
                _notes.Add(PemDefectKind.Base64Url, _position);
                Found.Append(c == '-' ? (byte)62 : (byte)63, _position);
                Found.Flag(_urlLineFlag);
                _position++;
                return;
            case 0xE2 when PemDash.IsTypographic(rest):
                _notes.Add(PemDefectKind.Base64Url, _position);
                _notes.Add(PemDefectKind.TypographicDashes, _position);
                Found.Append(62, _position);
                Found.Flag(_urlLineFlag);
                _position += 3;
                return;
            case (byte)'<' when rest[..Math.Min(rest.Length, MaxTagLength)].IndexOf((byte)'>') is var close and > 0:
                _notes.Add(PemDefectKind.HtmlMarkup, _position);
                Found.EndLine(_position);
                _position += close + 1;
                return;
            case (byte)'>' or (byte)'|' when Found.LineLength == 0:
                _notes.Add(PemDefectKind.Quoted, _position);
                _position++;
                return;
            default:
                _notes.Add(PemDefectKind.ForeignCharacters, _position);
                Found.Drop();
                _position++;
                return;
        }
    }

    private void EqualsSign(ReadOnlySpan<byte> rest)
    {
        if (rest.Length >= 3 && TextEscape.TryHex(rest[1..3], out int quoted) && quoted is '=' or '+' or '/' or ' ' or '\r' or '\n')
        {
            _notes.Add(PemDefectKind.QuotedPrintable, _position);
            EscapedOrPadding(quoted);
            _position += 3;
            return;
        }

        Found.PadOrBreak(_position, isAtLineEnd: rest.Length >= 2 && rest[1] is (byte)'\n' or (byte)'\r');
        _position++;
    }

    private void EscapedOrPadding(int character)
    {
        if (character == '=')
        {
            Found.Pad(_position);
        }

        Escaped(character);
    }

    private void Escaped(int character)
    {
        if (Base64Values.TryOf(character, out byte value))
        {
            Found.Append(value, _position);
        }
        else if (character is '\n' or '\r')
        {
            Found.IsOnMarkerLine = false;
            Found.EndLine(_position);
        }
    }
}

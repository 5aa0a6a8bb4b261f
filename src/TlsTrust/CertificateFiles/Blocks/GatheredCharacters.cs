using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>
/// The base64 characters of a damaged body, line by line: which of them stand in suspicious lines, where spaces and padding were, so that
/// several readings of the body can be tried. Notes what is wrong with the lines.
/// </summary>
internal sealed class GatheredCharacters(DefectNotes notes)
{
    /// <summary>Characters of a whole line, RFC 7468 §2.</summary>
    public const int Columns = 64;

    private const int MaxSpaces = 1 << 16; // more than the plus signs of a certificate of 4 MB
    private const int MaxKept = 1 << 20; // the characters of a certificate as long as any is looked for; what is longer is met once

    private byte[] _values = [];
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

    /// <summary>Six bits a character, with the flags above.</summary>
    public ReadOnlySpan<byte> Values => _values.AsSpan(0, Count);

    /// <summary>How many characters there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them are in the line that is read now.</summary>
    public int LineLength => Count - _lineStart;

    /// <summary>Number of lines with characters in them.</summary>
    public int Lines { get; private set; }

    /// <summary>Before which characters a space stood; a plus sign may have been there.</summary>
    public List<int> Spaces { get; } = [];

    /// <summary>True when nothing had to be dropped that is neither base64 nor space.</summary>
    public bool IsClean { get; private set; }

    /// <summary>How many padding characters stand at the end, and where the first is; -1 where there is none.</summary>
    public (int Count, int Position) Padding { get; private set; }

    /// <summary>True while the line is the BEGIN marker's own.</summary>
    public bool IsOnMarkerLine { get; set; }

    /// <summary>Forgets the last body.</summary>
    /// <param name="capacity">Characters to expect.</param>
    /// <param name="at">Where in the text the new one starts.</param>
    public void Reset(int capacity, int at)
    {
        if (_values.Length < capacity)
        {
            _values = new byte[Math.Max(capacity, 4096)];
        }

        Count = 0;
        Lines = 0;
        Spaces.Clear();
        IsClean = true;
        _lineAt = at;
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
        IsOnMarkerLine = false;
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

    /// <summary>Takes a character's six bits.</summary>
    /// <param name="value">They.</param>
    /// <param name="at">Where in the text the character stands.</param>
    public void Append(byte value, int at)
    {
        if (IsOnMarkerLine)
        {
            notes.Add(PemDefectKind.TextOnMarkerLine, at);
            IsOnMarkerLine = false;
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

    /// <summary>Takes a space; only one that is a single byte may have been a plus sign.</summary>
    public void Space(int at, bool isByte)
    {
        _pendingSpace = _pendingSpace < 0 ? at : _pendingSpace;
        _pendingSpaces += isByte ? 1 : 0;
    }

    /// <summary>Takes a padding character, whatever it is written as.</summary>
    public void Pad(int at) => Padding = (Padding.Count + 1, Padding.Count == 0 ? at : Padding.Position);

    /// <summary>Takes a plain padding character, which may be the soft line break of quoted-printable.</summary>
    public void PadOrBreak(int at, bool isAtLineEnd)
    {
        Pad(at);

        // "=" at the end of a line of some 75 columns is the soft line break, if more follows.
        if (isAtLineEnd && LineLength > Columns)
        {
            _softBreak = at;
        }
        else if (_pad < 0)
        {
            _pad = at;
        }
    }

    /// <summary>Marks the characters of this line.</summary>
    public void Flag(byte flags) => _lineFlags |= flags;

    /// <summary>Says that a character of this line was dropped.</summary>
    public void Drop()
    {
        Flag(Base64Values.InForeignLine);
        IsClean = false;
    }

    /// <summary>Ends the line.</summary>
    /// <param name="at">Where in the text it ends.</param>
    public void EndLine(int at)
    {
        IsOnMarkerLine = false;
        int length = LineLength;
        if (length == 0)
        {
            if ((at == _lineAt || _pendingSpace == _lineAt) && Lines > 0 && _lineFlags == 0 && _blank < 0)
            {
                _blank = at;
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
        StartLine(at);
        _lineStart = Count;
        _lineFlags = 0;
        _lineIsSpaced = false;
    }

    /// <summary>Says where in the text the line starts, where it is not where the last one ended.</summary>
    public void StartLine(int at) => _lineAt = at;

    /// <summary>Ends the body.</summary>
    /// <param name="at">Where in the text it ends.</param>
    /// <param name="isBeforeMarker">True where an END marker follows.</param>
    public void Complete(int at, bool isBeforeMarker)
    {
        if (LineLength > 0 && isBeforeMarker)
        {
            notes.Add(PemDefectKind.TextOnMarkerLine, at);
        }
        else if (_pendingSpace >= 0 && Lines > 0)
        {
            notes.Add(PemDefectKind.Indented, _pendingSpace);
        }

        Note(ref _blank, PemDefectKind.BlankLine);
        EndLine(at);
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
}

namespace TlsTrust.CertificateFiles.Text;

/// <summary>
/// Turns positions into lines and columns. Asked in ascending order it walks the text once; going back starts over at the last line kept.
/// </summary>
internal ref struct LineCounter
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly bool _hasCarriageReturns;
    private int _position;
    private int _line = 1;
    private int _lineStart;

    public LineCounter(ReadOnlySpan<byte> text)
    {
        _text = text;
        _hasCarriageReturns = text.IndexOf((byte)'\r') >= 0;
    }

    /// <summary>
    /// Line and column, both from 1, of a position at or after the one asked for last; an earlier one on the same line is fine.
    /// </summary>
    public (int Line, int Column) At(int position)
    {
        if (position > _position)
        {
            Advance(position);
        }

        return (_line, Math.Max(1, position - _lineStart + 1));
    }

    /// <summary>Where the line of a position starts, or the other position where that comes later.</summary>
    public readonly int StartOf(int position, int notBefore)
    {
        int at = _text[notBefore..position].LastIndexOfAny((byte)'\n', (byte)'\r');
        return at < 0 ? notBefore : notBefore + at + 1;
    }

    private void Advance(int position)
    {
        ReadOnlySpan<byte> passed = _text[_position..position];
        if (!_hasCarriageReturns)
        {
            int count = passed.Count((byte)'\n');
            if (count > 0)
            {
                _line += count;
                _lineStart = _position + passed.LastIndexOf((byte)'\n') + 1;
            }
        }
        else
        {
            for (int i = _position; i < position; i++)
            {
                byte c = _text[i];
                if (c == '\n' || (c == '\r' && (i + 1 >= _text.Length || _text[i + 1] != '\n')))
                {
                    _line++;
                    _lineStart = i + 1;
                }
            }
        }

        _position = position;
    }
}

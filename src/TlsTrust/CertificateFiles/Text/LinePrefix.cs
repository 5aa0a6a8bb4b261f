namespace TlsTrust.CertificateFiles.Text;

/// <summary>
/// What stands before every line of a body that was quoted, numbered, commented or pasted from source code, learnt from the BEGIN line.
/// </summary>
internal readonly ref struct LinePrefix
{
    private const int MaxMark = 8; // "> > > > " is the longest worth taking for a mark

    private readonly ReadOnlySpan<byte> _mark;
    private readonly Form _form;

    public LinePrefix(ReadOnlySpan<byte> beforeMarker)
    {
        ReadOnlySpan<byte> mark = beforeMarker.Trim(" \t"u8);
        _mark = mark;
        if (mark.IsEmpty)
        {
            _form = Form.None;
        }
        else if (mark[^1] is (byte)'"' or (byte)'\'' or (byte)'`')
        {
            _mark = mark[^1..];
            _form = Form.SourceCode;
        }
        else if (NumberLength(mark, demandEnd: false) == mark.Length)
        {
            _form = Form.Number;
        }
        else
        {
            // A word is no mark: CERT=-----BEGIN...
            _form = mark.Length <= MaxMark && !ContainsLetterOrDigit(mark) ? Form.Mark : Form.None;
        }
    }

    private enum Form
    {
        None,
        Mark,
        Number,
        SourceCode,
    }

    /// <summary>Length of the mark at the start of this line, or 0.</summary>
    /// <param name="line">From the start of the line on.</param>
    /// <param name="closingQuote">Set where the line is a quoted string of source code and ends with this character.</param>
    public int Length(ReadOnlySpan<byte> line, out byte closingQuote)
    {
        closingQuote = 0;
        if (_form == Form.None)
        {
            return 0;
        }

        int start = 0;
        while (start < line.Length && line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        ReadOnlySpan<byte> rest = line[start..];
        switch (_form)
        {
            case Form.Mark:
                return rest.StartsWith(_mark) ? start + _mark.Length : 0;
            case Form.Number:
                int digits = NumberLength(rest, demandEnd: true);
                return digits == 0 ? 0 : start + digits;
            default:
                if (rest.Length > 0 && rest[0] == _mark[0])
                {
                    closingQuote = _mark[0];
                    return start + 1;
                }

                return 0;
        }
    }

    private static bool ContainsLetterOrDigit(ReadOnlySpan<byte> text)
    {
        foreach (byte c in text)
        {
            if (char.IsAsciiLetterOrDigit((char)c))
            {
                return true;
            }
        }

        return false;
    }

    // "12", "12:", "12." "12)" "12|" "12-": what nl, grep -n and editors put before a line.
    private static int NumberLength(ReadOnlySpan<byte> text, bool demandEnd)
    {
        int digits = 0;
        while (digits < text.Length && digits < 7 && text[digits] is >= (byte)'0' and <= (byte)'9')
        {
            digits++;
        }

        if (digits == 0)
        {
            return 0;
        }

        if (digits < text.Length && text[digits] is (byte)':' or (byte)'.' or (byte)')' or (byte)'|' or (byte)'-')
        {
            return digits + 1;
        }

        return !demandEnd || (digits < text.Length && text[digits] is (byte)' ' or (byte)'\t') ? digits : 0;
    }
}

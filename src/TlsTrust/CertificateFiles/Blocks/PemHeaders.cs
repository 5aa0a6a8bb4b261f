using System.Text;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>
/// RFC 1421 §4.4: "Name: value" lines between BEGIN and the base64, continued by indentation, closed by a blank line. They may be quoted,
/// indented or escaped as the rest of the block is.
/// </summary>
/// <param name="Lines">As they should stand, one a line; null where there are none.</param>
/// <param name="BodyStart">Where the base64 begins, or the line end before it.</param>
/// <param name="IsClosed">Whether a blank line follows them.</param>
internal readonly record struct PemHeaders(string? Lines, int BodyStart, bool IsClosed)
{
    private const int MaxHeaders = 32; // RFC 1421 knows a dozen
    private const int MaxLine = 1024; // RFC 1421 folds lines at some 70 columns
    private const int MaxName = 40;

    /// <summary>Reads what stands behind a BEGIN marker.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Behind the marker.</param>
    /// <param name="end">At the next marker.</param>
    /// <param name="prefix">What stands before the BEGIN marker on its line, and so perhaps before every line.</param>
    public static PemHeaders Read(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> prefix)
    {
        LinePrefix marks = new(prefix);
        StringBuilder headers = new();
        int position = start;
        int last = start;
        int count = 0;
        int indent = 0; // of the whole block
        bool closed = false;
        while (position < end && count < MaxHeaders)
        {
            string line = Line(text[..end], position, marks, out int lineEnd, out int next);
            bool blank = string.IsNullOrWhiteSpace(line);
            if (blank && count == 0 && position - start < MaxLine)
            {
                position = next;
                if (next == lineEnd)
                {
                    break;
                }

                continue;
            }

            int lead = line.Length - line.TrimStart().Length;
            indent = count == 0 ? lead : indent;
            bool continued = count > 0 && !blank && lead > indent && !IsHeader(line.TrimStart());
            if (blank || !(continued || IsHeader(line.TrimStart())))
            {
                closed = blank;
                break;
            }

            headers.Append(continued ? " " + line.Trim() : line.Trim()).Append('\n');
            count++;
            last = lineEnd;
            position = next;
            if (next == lineEnd)
            {
                break;
            }
        }

        // Where they are all that there is, they are lines with something in front: "INFO: MII...".
        bool any = count > 0 && text[Math.Min(last, end)..end].IndexOfAnyExcept(" \t\r\n"u8) >= 0;
        return any ? new PemHeaders(headers.ToString().TrimEnd('\n'), Math.Min(last, end), closed) : new PemHeaders(null, start, false);
    }

    // A line without its mark and its escapes; it ends at a line end, written out or not.
    private static string Line(ReadOnlySpan<byte> text, int position, LinePrefix marks, out int end, out int next)
    {
        StringBuilder line = new();
        int mark = position > 0 && text[position - 1] is (byte)'\n' or (byte)'\r' ? marks.Length(text[position..], out _) : 0;
        position += mark;
        while (position < text.Length && line.Length < MaxLine)
        {
            byte c = text[position];
            if (c is (byte)'\n' or (byte)'\r')
            {
                end = position;
                next = position + (text[position..].StartsWith("\r\n"u8) ? 2 : 1);
                return line.ToString();
            }

            int length = 1;
            int character = c;
            if (c is (byte)'\\' or (byte)'%' or (byte)'&'
                && TextEscape.TryRead(text[position..], out int escaped, out int escapeLength, out PemDefectKind _))
            {
                (character, length) = (escaped, escapeLength);
                if (character is '\n' or '\r')
                {
                    end = position;
                    next = position + length;
                    if (character == '\r' && TextEscape.TryRead(text[next..], out int feed, out int feedLength, out _) && feed == '\n')
                    {
                        next += feedLength;
                    }

                    return line.ToString();
                }
            }

            line.Append((char)character);
            position += length;
        }

        end = position;
        next = position;
        return line.ToString();
    }

    private static bool IsHeader(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon is >= 1 and <= MaxName && char.IsAsciiLetter(line[0]) && line.AsSpan(0, colon).IndexOfAnyExcept(NameCharacters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
}

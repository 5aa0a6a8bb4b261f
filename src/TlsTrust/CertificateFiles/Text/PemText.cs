using System.Buffers;
using System.Text;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles.Text;

/// <summary>
/// Turns the bytes of a file into text that the reader can walk: one byte a character where it matters, no NUL, no control codes of a
/// terminal, no byte order mark at the start.
/// </summary>
internal static class PemText
{
    private const int MaxNuls = 8; // behind each other, within a file: more are not the padding of text but of a record

    // What looks like a certificate to its last byte and is none costs what it claims to be long; one may lie in the other.
    private const int WastePerByte = 4;
    private const int WasteAllowed = 64 * 1024;

    private const byte Escape = 0x1B;

    private const byte CertificateStart = 0x30;

    private static ReadOnlySpan<byte> Utf8Bom => [0xEF, 0xBB, 0xBF];

    /// <summary>Returns the text; the same memory wherever nothing has to be changed.</summary>
    /// <param name="data">The file.</param>
    /// <param name="defects">Receives what was undone.</param>
    /// <param name="raw">Receives certificates that stood in binary between text, by position in the result.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> data, List<PemDefect> defects, List<PemContent> raw) =>
        Of(data, defects, raw, out _);

    /// <summary>The same, and whether there are more NUL bytes in a row than text has.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> data, List<PemDefect> defects, List<PemContent> raw, out bool holdsRecords)
    {
        holdsRecords = false;
        if (data.StartsWith(Utf8Bom))
        {
            defects.Add(new PemDefect { Kind = PemDefectKind.Utf8Bom, Line = 1, Message = PemDefects.Of(PemDefectKind.Utf8Bom).Words });
            data = data[3..];
        }

        bool hasMark = data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || data.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        if (hasMark || data.Contains((byte)0))
        {
            data = WithoutNul(data, defects, raw, out holdsRecords);
        }

        return data.Contains(Escape) ? WithoutTerminalCodes(data, defects, raw) : data;
    }

    /// <summary>
    /// Text that is kept, with LF: each byte is a character, so that text in any encoding is written as it was. (.NET's own
    /// ReplaceLineEndings
    /// takes U+0085 for a line end, which here is half of an Å.) Byte order marks are no text.
    /// </summary>
    public static string Lines(ReadOnlySpan<byte> text) =>
        Encoding.Latin1.GetString(text).Replace(Encoding.Latin1.GetString(Utf8Bom), "", StringComparison.Ordinal)
            .Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    // ECMA-48 §5.4: ESC [, parameters, and a letter. Colours, and what clears the rest of a line.
    // Certificates that stood in binary move along.
    private static ReadOnlySpan<byte> WithoutTerminalCodes(ReadOnlySpan<byte> data, List<PemDefect> defects, List<PemContent> raw)
    {
        int whole = data.Length;
        int next = 0;
        byte[] text = new byte[data.Length];
        int length = 0;
        int first = -1;
        while (!data.IsEmpty)
        {
            int escape = data.IndexOf(Escape);
            int plain = escape < 0 ? data.Length : escape;
            data[..plain].CopyTo(text.AsSpan(length));
            length += plain;
            data = data[plain..];
            for (; next < raw.Count && raw[next].Position <= whole - data.Length; next++)
            {
                raw[next] = raw[next] with { Position = raw[next].Position - (whole - data.Length - length) };
            }

            if (data.IsEmpty)
            {
                break;
            }

            int parameters = data.StartsWith("\u001B["u8) ? data[2..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x3F) : -1;
            if (parameters >= 0 && data[2 + parameters] is >= 0x40 and <= 0x7E)
            {
                first = first < 0 ? length : first;
                data = data[(3 + parameters)..];
            }
            else
            {
                text[length++] = Escape;
                data = data[1..];
            }
        }

        ReadOnlySpan<byte> result = text.AsSpan(0, length);
        if (first >= 0)
        {
            (int line, int column) = new LineCounter(result).At(first);
            defects.Add(
                new PemDefect { Kind = PemDefectKind.TerminalCodes, Line = line, Column = column,
                    Message = PemDefects.Of(PemDefectKind.TerminalCodes).Words });
        }

        return result;
    }

    // NUL bytes come from UTF-16, of the whole file or of what was appended to something else, from padding of the file's last block on a
    // disk, or from certificates in binary form in the middle of text, which are taken out whole: no text goes through them.
    private static byte[] WithoutNul(ReadOnlySpan<byte> data, List<PemDefect> defects, List<PemContent> raw, out bool holdsRecords)
    {
        List<byte> text = new(data.Length);
        holdsRecords = false;
        int position = 0;
        int firstNul = -1;
        (int At, bool BigEndian, bool HasMark, bool IsWhole)? wide = null;
        long waste = WasteAllowed + ((long)WastePerByte * data.Length);
        while (position < data.Length)
        {
            int end = NextCertificate(data, position, ref waste, out PemContent? certificate);
            foreach (EncodingRegion region in EncodingRegions.Of(data[position..end]))
            {
                ReadOnlySpan<byte> bytes = data[(position + region.Start)..(position + region.End)];
                if (region.Units == CharacterUnits.Bytes)
                {
                    int nul = AddBytes(bytes, isLast: position + region.End == data.Length, text, ref holdsRecords);
                    firstNul = firstNul < 0 ? nul : firstNul;
                }
                else
                {
                    bool bigEndian = region.Units == CharacterUnits.BigEndian;
                    wide ??= (text.Count, bigEndian, region.HasMark, text.Count == 0 && position + region.End >= data.Length - 1);
                    EncodingRegion.Decode(bytes, bigEndian, text);
                }
            }

            position = end;
            if (certificate is { } found)
            {
                // The line numbers an editor shows count the line feeds inside the binary too.
                raw.Add(found with { Position = text.Count });
                text.AddRange(Enumerable.Repeat((byte)'\n', found.Der.Span.Count((byte)'\n')));
                position += found.Der.Length;
            }
        }

        byte[] result = [.. text];
        if (wide is { } part)
        {
            string order = part.BigEndian ? "big-endian" : "little-endian";
            string words = PemDefects.Of(PemDefectKind.Utf16).Words;
            (int line, int column) = new LineCounter(result).At(part.At);
            defects.Add(new PemDefect
            {
                Kind = PemDefectKind.Utf16,
                Line = line,
                Column = column,
                Message = part.IsWhole ? $"{words} ({order}, {(part.HasMark ? "with" : "without")} a byte order mark)."
                    : $"{words} in part, from here on ({order}), and something else in others.",
            });
        }

        if (firstNul >= 0)
        {
            (int line, int column) = new LineCounter(result).At(firstNul);
            defects.Add(
                new PemDefect { Kind = PemDefectKind.NulBytes, Line = line, Column = column, Message = PemDefects.Of(PemDefectKind.NulBytes)
                    .Words });
        }

        return result;
    }

    // Without its NUL bytes. Returns where the first was in the text, or -1.
    private static int AddBytes(ReadOnlySpan<byte> bytes, bool isLast, List<byte> text, ref bool holdsRecords)
    {
        int first = -1;
        while (!bytes.IsEmpty)
        {
            int nul = bytes.IndexOf((byte)0);
            text.AddRange(nul < 0 ? bytes : bytes[..nul]);
            if (nul < 0)
            {
                break;
            }

            first = first < 0 ? text.Count : first;
            bytes = bytes[nul..];
            int count = bytes.IndexOfAnyExcept((byte)0);
            holdsRecords |= count > MaxNuls || (count < 0 && bytes.Length > MaxNuls && !isLast);
            bytes = count < 0 ? default : bytes[count..];
        }

        return first;
    }

    // Where the next certificate in binary form begins; the end of the data where there is none.
    private static int NextCertificate(ReadOnlySpan<byte> data, int position, ref long waste, out PemContent? certificate)
    {
        certificate = null;
        while (data[position..].IndexOf(CertificateStart) is var at and >= 0)
        {
            position += at;
            ReadOnlySpan<byte> rest = data[position..];
            int length = rest.Length > 9 ? DerShape.CertificateLength(rest[..9]) : -1;
            if (waste > 0 && length > 0 && length <= rest.Length && DerShape.IsCertificate(rest))
            {
                byte[] der = rest[..length].ToArray();
                if (Certificate.TryParse(der, out Certificate? parsed, out _))
                {
                    certificate = new PemContent(der, PemBlockKind.Certificate, parsed);
                    return position;
                }

                waste -= length;
            }

            position++;
        }

        return data.Length;
    }
}

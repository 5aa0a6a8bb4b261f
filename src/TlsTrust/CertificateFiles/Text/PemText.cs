using System.Text;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles.Text;

/// <summary>Turns the bytes of a file into text that the reader can walk: one byte a character where it matters, no NUL, no control codes of a terminal, no byte order mark at the start.</summary>
internal static class PemText
{
    private const int ProbeLength = 64; // enough to tell UTF-16 without a mark: every second byte of ASCII is NUL

    // What looks like a certificate to its last byte and is none costs what it claims to be long; one may lie in the other.
    private const int WastePerByte = 4;
    private const int WasteAllowed = 64 * 1024;

    private const byte Escape = 0x1B;

    private static ReadOnlySpan<byte> Utf8Bom => [0xEF, 0xBB, 0xBF];

    /// <summary>Returns the text; the same memory wherever nothing has to be changed.</summary>
    /// <param name="data">The file.</param>
    /// <param name="defects">Receives what was undone.</param>
    /// <param name="raw">Receives certificates that stood in binary between text, by position in the result.</param>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> data, List<PemDefect> defects, List<PemContent> raw)
    {
        if (data.StartsWith(Utf8Bom))
        {
            defects.Add(new PemDefect { Kind = PemDefectKind.Utf8Bom, Line = 1, Message = PemMessages.For(PemDefectKind.Utf8Bom) });
            data = data[3..];
        }
        else if (Utf16Order(data, out int mark) is { } bigEndian)
        {
            string how = (bigEndian ? "big" : "little") + "-endian, " + (mark > 0 ? "with" : "without") + " a byte order mark";
            defects.Add(new PemDefect { Kind = PemDefectKind.Utf16, Line = 1, Message = $"{PemMessages.For(PemDefectKind.Utf16)} ({how})." });
            data = FromUtf16(data[mark..], bigEndian);
        }

        data = data.Contains((byte)0) ? WithoutNul(data, defects, raw) : data;
        return raw.Count == 0 && data.Contains(Escape) ? WithoutTerminalCodes(data, defects) : data;
    }

    /// <summary>
    /// Text that is kept, with LF: each byte is a character, so that text in any encoding is written as it was. (.NET's own ReplaceLineEndings
    /// takes U+0085 for a line end, which here is half of an Å.) Byte order marks are no text.
    /// </summary>
    public static string Lines(ReadOnlySpan<byte> text) =>
        Encoding.Latin1.GetString(text).Replace(Encoding.Latin1.GetString(Utf8Bom), "", StringComparison.Ordinal).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    // True: big endian. Null: not UTF-16.
    private static bool? Utf16Order(ReadOnlySpan<byte> data, out int mark)
    {
        mark = 0;
        if (data.Length >= 2 && data[0] == 0xFF && data[1] == 0xFE)
        {
            mark = 2;
            return false;
        }

        if (data.Length >= 2 && data[0] == 0xFE && data[1] == 0xFF)
        {
            mark = 2;
            return true;
        }

        ReadOnlySpan<byte> probe = data[..Math.Min(data.Length, ProbeLength)];
        if (probe.Length < 8)
        {
            return null;
        }

        int even = 0;
        int odd = 0;
        for (int i = 0; i < probe.Length; i++)
        {
            if (probe[i] == 0)
            {
                _ = (i & 1) == 0 ? even++ : odd++;
            }
        }

        int half = probe.Length / 2;
        return odd == half && even == 0 ? false : even == probe.Length - half && odd == 0 ? true : null;
    }

    // What is not ASCII becomes one byte that is neither base64 nor space, dashes and spaces their UTF-8 form.
    private static byte[] FromUtf16(ReadOnlySpan<byte> data, bool bigEndian)
    {
        int length = 0;
        for (int i = 0; i + 1 < data.Length; i += 2)
        {
            length += Utf8Length((data[bigEndian ? i : i + 1] << 8) | data[bigEndian ? i + 1 : i]);
        }

        byte[] text = new byte[length];
        int at = 0;
        for (int i = 0; i + 1 < data.Length; i += 2)
        {
            int c = (data[bigEndian ? i : i + 1] << 8) | data[bigEndian ? i + 1 : i];
            switch (Utf8Length(c))
            {
                case 1:
                    text[at++] = (byte)c;
                    break;
                case 2:
                    text[at++] = (byte)(0xC0 | (c >> 6));
                    text[at++] = (byte)(0x80 | (c & 0x3F));
                    break;
                case 3:
                    text[at++] = (byte)(0xE0 | (c >> 12));
                    text[at++] = (byte)(0x80 | ((c >> 6) & 0x3F));
                    text[at++] = (byte)(0x80 | (c & 0x3F));
                    break;
                default:
                    break;
            }
        }

        return text;
    }

    private static int Utf8Length(int c) => c switch
    {
        0 => 0,
        < 0x80 => 1,
        < 0x800 => 2,
        _ => 3,
    };

    // ECMA-48 §5.4: ESC [, parameters, and a letter. Colours, and what clears the rest of a line.
    private static ReadOnlySpan<byte> WithoutTerminalCodes(ReadOnlySpan<byte> data, List<PemDefect> defects)
    {
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
            defects.Add(new PemDefect { Kind = PemDefectKind.TerminalCodes, Line = line, Column = column, Message = PemMessages.For(PemDefectKind.TerminalCodes) });
        }

        return result;
    }

    // NUL bytes come from UTF-16 that was appended to something else, from padding of the file's last block on a disk, or from a
    // certificate in binary form in the middle of text, which is taken out whole.
    private static ReadOnlySpan<byte> WithoutNul(ReadOnlySpan<byte> data, List<PemDefect> defects, List<PemContent> raw)
    {
        byte[] text = new byte[data.Length];
        int length = 0;
        int position = 0;
        int firstNul = -1;
        long waste = WasteAllowed + ((long)WastePerByte * data.Length);
        while (position < data.Length)
        {
            ReadOnlySpan<byte> rest = data[position..];
            int next = rest.IndexOfAny((byte)0, (byte)0x30);
            if (next < 0)
            {
                rest.CopyTo(text.AsSpan(length));
                length += rest.Length;
                break;
            }

            rest[..next].CopyTo(text.AsSpan(length));
            length += next;
            position += next;
            if (data[position] == 0)
            {
                firstNul = firstNul < 0 ? length : firstNul;
                position++;
                continue;
            }

            int der = RawCertificate(data[position..], length, raw, ref waste);
            if (der == 0)
            {
                text[length++] = data[position++];
                continue;
            }

            // The line numbers an editor shows count the line feeds inside the binary too.
            int lineFeeds = data.Slice(position, der).Count((byte)'\n');
            text.AsSpan(length, lineFeeds).Fill((byte)'\n');
            length += lineFeeds;
            position += der;
        }

        ReadOnlySpan<byte> result = text.AsSpan(0, length);
        if (firstNul >= 0)
        {
            (int line, int column) = new LineCounter(result).At(firstNul);
            defects.Add(new PemDefect { Kind = PemDefectKind.NulBytes, Line = line, Column = column, Message = PemMessages.For(PemDefectKind.NulBytes) });
        }

        return result;
    }

    private static int RawCertificate(ReadOnlySpan<byte> data, int position, List<PemContent> raw, ref long waste)
    {
        int length = data.Length > 9 ? DerShape.CertificateLength(data[..9]) : -1;
        if (waste <= 0 || length < 0 || length > data.Length || !DerShape.IsCertificate(data))
        {
            return 0;
        }

        byte[] der = data[..length].ToArray();
        if (!Certificate.TryParse(der, out Certificate? certificate, out _))
        {
            waste -= length;
            return 0;
        }

        raw.Add(new PemContent(der, PemBlockKind.Certificate, certificate) { Position = position });
        return length;
    }
}

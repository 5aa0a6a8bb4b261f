using System.Globalization;
using System.Text;
using TlsTrust.CertificateFiles;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;

namespace TlsTrust.Bundles;

/// <summary>Writes the parts of a bundle as text that every client reads.</summary>
internal static class BundleText
{
    /// <summary>How most lines of a file end.</summary>
    public static LineEnding EndingOf(ReadOnlySpan<byte> text)
    {
        PemLineEnds.Count(text, out int pairs, out _, out int feeds);
        return pairs > feeds ? LineEnding.CrLf : LineEnding.Lf;
    }

    public static string Name(LineEnding ending) => ending == LineEnding.CrLf ? "CRLF" : "LF";

    public static byte[] Write(IEnumerable<BundlePart> parts, string? trailer, bool keepText, LineEnding ending)
    {
        MemoryStream text = new();
        bool open = false; // behind a block that can't be read and may have no end, a comment would be part of it from then on
        foreach (BundlePart part in parts)
        {
            if (keepText && part.Block?.Preamble is { } preamble)
            {
                Append(text, Undashed(preamble), ending);
            }
            else if (part.Comment is not null && !open)
            {
                Append(text, part.Comment, ending);
            }

            open = part.KeepAsIs;
            if (open)
            {
                // What is left of a block begins where the last one ended, with a newline; and a mark from within the file would become the
                // file's.
                ReadOnlySpan<byte> raw = part.Block!.Raw.Span.TrimStart("\r\n"u8);
                AppendRaw(text, text.Length == 0 && raw.StartsWith(Encoding.UTF8.Preamble) ? raw[Encoding.UTF8.Preamble.Length..]
                    : raw, ending);
            }
            else
            {
                Append(text, Block(part), ending);
            }
        }

        if (keepText && trailer is not null)
        {
            Append(text, Undashed(trailer), ending);
        }

        return text.ToArray();
    }

    /// <summary>One line that names a certificate: ASCII, and nothing in it that a reader could take for a marker.</summary>
    public static string Comment(Certificate certificate)
    {
        StringBuilder line = new("# ");
        foreach (char c in certificate.ToString())
        {
            if (c is >= ' ' and <= '~')
            {
                line.Append(c);
            }
            else
            {
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
        }

        line.Append(CultureInfo.InvariantCulture, $" (until {certificate.NotAfter:yyyy-MM-dd})");
        string text = line.ToString();

        // A subject is anybody's text.
        bool marker = text.Contains("BEGIN", StringComparison.OrdinalIgnoreCase) || text.Contains("END", StringComparison.OrdinalIgnoreCase)
            || text.Contains("MII", StringComparison.Ordinal);
        return (marker ? text.Replace('-', '_').Replace('&', '_').Replace("MII", "M_II", StringComparison.Ordinal) : text) + "\n";
    }

    // Five dashes at the start of a line are a BEGIN line to Java, whatever follows them.
    private static string Undashed(string text) => $"\n{text}".Replace("\n-----", "\n# -----", StringComparison.Ordinal)[1..];

    private static string Block(BundlePart part)
    {
        if (part.Certificate is not null)
        {
            return PemWriter.WriteBlock(PemLabel.Certificate, part.Certificate.RawData.Span);
        }

        PemBlock block = part.Block!;
        string plain = PemWriter.WriteBlock(block.Label, block.Der.Span);
        if (block.Headers is null)
        {
            return plain;
        }

        int afterBegin = plain.IndexOf('\n', StringComparison.Ordinal) + 1;
        return plain.Insert(afterBegin, block.Headers.TrimEnd('\n') + "\n\n");
    }

    // What is written is ASCII, but for text that is kept: there a character is a byte of the file.
    private static void Append(MemoryStream text, string lines, LineEnding ending) =>
        AppendRaw(text, Encoding.Latin1.GetBytes(lines), ending);

    private static void AppendRaw(MemoryStream text, ReadOnlySpan<byte> lines, LineEnding ending)
    {
        ReadOnlySpan<byte> rest = lines.TrimEnd("\r\n"u8);
        ReadOnlySpan<byte> end = ending == LineEnding.CrLf ? "\r\n"u8 : "\n"u8;
        while (!rest.IsEmpty)
        {
            int length = rest.IndexOfAny((byte)'\r', (byte)'\n');
            text.Write(length < 0 ? rest : rest[..length]);
            text.Write(end);
            if (length < 0)
            {
                break;
            }

            rest = rest[(length + (length + 1 < rest.Length && rest[length] == '\r' && rest[length + 1] == '\n' ? 2 : 1))..];
        }
    }
}

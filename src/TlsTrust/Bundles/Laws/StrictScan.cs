using System.Security.Cryptography;
using System.Text;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Markers;

namespace TlsTrust.Bundles.Laws;

/// <summary>
/// A block as the strictest of clients finds it: BEGIN and END at the start of a line, and base64 or some text between them.
/// </summary>
/// <param name="Label">Between BEGIN and the dashes, as it stands.</param>
/// <param name="Payload">The decoded bytes; of what is no base64, the text without white space.</param>
/// <param name="IsDecoded">Whether it was base64.</param>
/// <param name="IsOff">Behind a comment mark.</param>
internal readonly record struct StrictBlock(string Label, byte[] Payload, bool IsDecoded, bool IsOff);

/// <summary>
/// Reads blocks as OpenSSL and Go do, and nothing else. It shares no code with the tolerant reader: what that one overlooks shows here.
/// </summary>
internal static class StrictScan
{
    private const int MaxLabel = 80; // no label in use is half as long

    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> Dashes => "-----"u8;

    /// <summary>
    /// All blocks of a file: as it stands, and where there are NUL bytes also as UTF-16 of either order, from the first byte and from the
    /// second.
    /// </summary>
    public static IEnumerable<StrictBlock> Blocks(ReadOnlyMemory<byte> file)
    {
        IEnumerable<StrictBlock> blocks = InText(file);
        if (file.Span.IndexOf((byte)0) >= 0)
        {
            blocks = blocks.Concat(InText(EverySecond(file.Span, 0))).Concat(InText(EverySecond(file.Span, 1)));
        }

        return blocks;
    }

    // ASCII in UTF-16 is every second byte, of one order or the other.
    private static byte[] EverySecond(ReadOnlySpan<byte> file, int first)
    {
        byte[] text = new byte[(file.Length + 1 - first) / 2];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = file[first + (2 * i)];
        }

        return text;
    }

    private static List<StrictBlock> InText(ReadOnlyMemory<byte> memory)
    {
        ReadOnlySpan<byte> text = memory.Span;
        List<StrictBlock> found = [];
        int position = 0;
        while (position < text.Length && text[position..].IndexOf(Begin) is var at and >= 0)
        {
            int start = position + at;
            position = start + Begin.Length;
            int lineStart = text[..start].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
            ReadOnlySpan<byte> before = text[lineStart..start];
            bool bom = lineStart == 0 && before.SequenceEqual(Encoding.UTF8.Preamble);
            ReadOnlySpan<byte> mark = bom ? default : CommentMarks.Of(text[lineStart..]);
            if (!mark.IsEmpty && start >= lineStart + mark.Length && text[(lineStart + mark.Length)..start].Trim(" \t-"u8).IsEmpty)
            {
                position = Read(text, start, mark, found);
            }
            else if (before.IsEmpty || bom)
            {
                position = Read(text, start, default, found);
            }
        }

        return found;
    }

    // Returns where to go on.
    private static int Read(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> mark, List<StrictBlock> found)
    {
        int labelStart = start + Begin.Length;
        ReadOnlySpan<byte> rest = text[labelStart..Math.Min(text.Length, labelStart + MaxLabel)];
        int labelLength = rest.IndexOf(Dashes);
        if (labelLength < 0 || rest[..labelLength].IndexOfAny((byte)'\n', (byte)'\r') >= 0)
        {
            return labelStart;
        }

        string label = Encoding.Latin1.GetString(rest[..labelLength]);
        List<byte> body = [];
        int line = AfterLine(text, labelStart + labelLength);
        while (line < text.Length)
        {
            int next = AfterLine(text, line);
            ReadOnlySpan<byte> content = text[line..next];
            if (!mark.IsEmpty && content.TrimStart(" \t"u8).StartsWith(mark))
            {
                content = content.TrimStart(" \t"u8)[mark.Length..].TrimStart(" \t"u8);
            }

            if (content.StartsWith("-----END "u8))
            {
                if (content["-----END ".Length..].StartsWith(Encoding.Latin1.GetBytes(label + "-----")))
                {
                    found.Add(Block(label, [.. body], !mark.IsEmpty));
                    return next;
                }

                return line;
            }

            if (content.StartsWith(Begin))
            {
                return line;
            }

            body.AddRange(content);
            line = next;
        }

        return text.Length;
    }

    private static StrictBlock Block(string label, ReadOnlySpan<byte> body, bool isOff)
    {
        ReadOnlySpan<byte> base64 = body;
        if (body[..Math.Max(0, body.IndexOf((byte)'\n'))].Contains((byte)':') && BlankLine(body) is var blank and > 0)
        {
            base64 = body[blank..]; // behind RFC 1421 headers
        }

        byte[] decoded = new byte[base64.Length];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(base64, decoded, out _, out int length) == System.Buffers.OperationStatus.Done
            && length > 0)
        {
            return new StrictBlock(label, decoded[..length], IsDecoded: true, isOff);
        }

        return new StrictBlock(label, WithoutSpace(body), IsDecoded: false, isOff);
    }

    /// <summary>What is compared of a block that is no base64: its text, whatever its line ends.</summary>
    public static byte[] WithoutSpace(ReadOnlySpan<byte> text)
    {
        List<byte> kept = [];
        foreach (byte c in text)
        {
            if (c is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                kept.Add(c);
            }
        }

        return [.. kept];
    }

    private static int BlankLine(ReadOnlySpan<byte> body)
    {
        int feeds = body.IndexOf("\n\n"u8);
        int pairs = body.IndexOf("\r\n\r\n"u8);
        return Math.Max(feeds, pairs);
    }

    private static int AfterLine(ReadOnlySpan<byte> text, int position)
    {
        int end = text[position..].IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
        {
            return text.Length;
        }

        end += position;
        return end + (text[end..].StartsWith("\r\n"u8) ? 2 : 1);
    }
}

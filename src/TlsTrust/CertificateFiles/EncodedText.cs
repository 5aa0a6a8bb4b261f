using System.Buffers;
using TlsTrust.CertificateFiles.Blocks;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Text;
using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles;

/// <summary>
/// PEM that was put into base64 once more as a whole: the data of a Kubernetes secret, <c>certutil -encode</c> of a PEM file, an attachment
/// of a mail.
/// </summary>
internal static class EncodedText
{
    private const int MaxLength = 4 * 1024 * 1024; // etcd, and so Kubernetes, takes 1.5 MB

    private const int MaxColumns = 100; // MIME wraps at 76

    private static readonly SearchValues<byte> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ \t\r\n"u8);

    /// <summary>Looks for the start of such text and, from there, the end of its base64.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, int from, int to, out int start, out int end)
    {
        int at = EncodedStarts.IndexIn(text[from..to]);
        start = from + Math.Max(0, at);
        int length = at < 0 ? -1 : text[start..to].IndexOfAnyExcept(Characters);
        end = length < 0 ? to : start + length;
        end = at < 0 ? end : start + OneText(text[start..end]);
        while (start > from && Base64Values.TryOf(text[start - 1], out _))
        {
            start--; // a comment before the first block
        }

        // A word behind the padding on a line of its own ("kind: Secret") is made of the same characters. And who looked through all of
        // them
        // for each padding in a text of such pieces would take the square of its length.
        if (at >= 0)
        {
            end += text[end..to].StartsWith("=="u8) ? 2 : text[end..to].StartsWith("="u8) ? 1 : 0;
        }

        return at >= 0;
    }

    // Texts one below the other: each begins as such, and one that is not wrapped ends with its line.
    private static int OneText(ReadOnlySpan<byte> run)
    {
        int line = run.IndexOfAny((byte)'\n', (byte)'\r');
        bool wrapped = line is >= 0 and <= MaxColumns;
        for (int at = line; at >= 0 && at < run.Length;)
        {
            ReadOnlySpan<byte> next = run[at..].TrimStart(" \t\r\n"u8);
            if (!wrapped || next.StartsWith("MII"u8) || EncodedStarts.BeginsWith(next))
            {
                return at;
            }

            int from = run.Length - next.Length;
            int end = next.IndexOfAny((byte)'\n', (byte)'\r');
            at = end < 0 ? run.Length : from + end;
        }

        return run.Length;
    }

    /// <summary>Reads such text; false unless all that it holds can be carried over.</summary>
    public static bool TryRead(ReadOnlySpan<byte> base64, out List<PemContent> contents)
    {
        contents = [];
        if (base64.Length > MaxLength)
        {
            return false;
        }

        byte[] values = new byte[base64.Length];
        int count = 0;
        foreach (byte c in base64)
        {
            if (Base64Values.TryOf(c, out byte value))
            {
                values[count++] = value;
            }
        }

        return TryReadValues(values.AsSpan(0, count), contents);
    }

    /// <summary>The same for the content of a block.</summary>
    public static bool TryReadValues(ReadOnlySpan<byte> values, List<PemContent> contents)
    {
        if (values.Length > MaxLength)
        {
            return false;
        }

        byte[] text = new byte[values.Length * 3 / 4];
        Base64Values.Decode(values, DroppedLines.None, text);
        if (text.AsSpan().IndexOf("-----BEGIN "u8) < 0 && EncodedStarts.IndexIn(text) < 0 && !text.AsSpan().StartsWith("MII"u8))
        {
            return false;
        }

        PemDocument inner = PemDocument.Read(text);
        if (inner.Blocks.Count == 0 || inner.Blocks.Any(b => b.Der.IsEmpty || b.Headers is not null || !b.Raw.IsEmpty))
        {
            return false;
        }

        foreach (PemBlock block in inner.Blocks.Where(b => b.Kind != PemBlockKind.Pkcs7 || !Pkcs7Certificates.IsBag(b.Der)))
        {
            contents.Add(
                new PemContent(
                    block.Der, block.Kind, inner.Certificates.FirstOrDefault(c => c.Certificate.RawData.Equals(block.Der))?.Certificate));
        }

        return true;
    }
}

using System.Buffers;
using System.Buffers.Text;
using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Text;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>
/// Reads a certificate block that is as it should be (64 columns, LF or CRLF) at the speed of memory. Anything else is left to the
/// tolerant way; so this decides nothing, it only saves time.
/// </summary>
/// <param name="textLength">Length of the text; nothing larger than it can hold is set aside.</param>
internal sealed class StrictBlock(int textLength)
{
    private const int Columns = 64;
    private const int BytesInLine = 48;
    private const int ChunkLength = 256 * 1024;

    // The platform's decoder skips these, and here they are defects.
    private static readonly SearchValues<byte> Spaces = SearchValues.Create(" \t\r\n"u8);

    private readonly int _chunkLength = Math.Min(ChunkLength, textLength / 4 * 3);
    private byte[] _chunk = [];
    private int _used;

    private static ReadOnlySpan<byte> Begin => "-----BEGIN CERTIFICATE-----"u8;

    private static ReadOnlySpan<byte> End => "-----END CERTIFICATE-----"u8;

    /// <summary>Reads the block that starts here.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">At the first dash, which is at the start of a line.</param>
    /// <param name="der">Its bytes.</param>
    /// <param name="end">Behind the last dash.</param>
    public bool TryRead(ReadOnlySpan<byte> text, int start, out ReadOnlyMemory<byte> der, out int end)
    {
        der = default;
        end = start;
        ReadOnlySpan<byte> rest = text[start..];
        if (!rest.StartsWith(Begin) || !TryNewline(rest, Begin.Length, out int bodyStart))
        {
            return false;
        }

        ReadOnlySpan<byte> body = rest[bodyStart..];
        int bodyLength = body.IndexOf((byte)'-');
        if (bodyLength < 4 || !body[bodyLength..].StartsWith(End) || body[bodyLength - 1] != '\n')
        {
            return false;
        }

        int after = bodyStart + bodyLength + End.Length;
        if (after < rest.Length && rest[after] is not ((byte)'\n' or (byte)'\r'))
        {
            return false;
        }

        // A body that is far from as long as its DER says is not worth the memory.
        Span<byte> header = stackalloc byte[6];
        if (Base64.DecodeFromUtf8(body[..Math.Min(bodyLength, 8)], header, out _, out int read, isFinalBlock: false)
            is OperationStatus.InvalidData
            || DerShape.TotalLength(header[..read]) is var total && (total < bodyLength / 2 || total > bodyLength / 4 * 3))
        {
            return false;
        }

        Span<byte> destination = Reserve(bodyLength / 4 * 3);
        int written = Decode(body[..bodyLength], destination);
        if (written <= 0 || HasSpareBits(body[..bodyLength].TrimEnd("\r\n"u8)))
        {
            return false;
        }

        der = _chunk.AsMemory(_used, written);
        _used += written;
        end = start + after;
        return true;
    }

    private static int Decode(ReadOnlySpan<byte> body, Span<byte> destination)
    {
        int position = 0;
        int written = 0;
        while (position + Columns < body.Length)
        {
            if (!TryNewline(body, position + Columns, out int next))
            {
                break;
            }

            if (Base64.DecodeFromUtf8(body.Slice(position, Columns), destination[written..], out int consumed, out int bytes)
                != OperationStatus.Done
                || consumed != Columns
                    || (bytes != BytesInLine && (next != body.Length || body.Slice(position, Columns).IndexOfAny(Spaces) >= 0)))
            {
                return -1;
            }

            written += bytes;
            position = next;
        }

        if (position == body.Length)
        {
            return written;
        }

        // The last, shorter line.
        ReadOnlySpan<byte> last = body[position..].TrimEnd("\r\n"u8);
        if (last.Length > Columns || !TryNewline(body, position + last.Length, out int end) || end != body.Length
            || last.IndexOfAny(Spaces) >= 0)
        {
            return -1;
        }

        return Base64.DecodeFromUtf8(last, destination[written..], out int used, out int lastBytes) == OperationStatus.Done
            && used == last.Length ? written + lastBytes : -1;
    }

    private static bool HasSpareBits(ReadOnlySpan<byte> base64)
    {
        ReadOnlySpan<byte> tail = base64[^4..].TrimEnd((byte)'=');
        Base64Values.TryOf(tail[^1], out byte last);
        return Base64Values.HasSpareBits(tail.Length, last);
    }

    private static bool TryNewline(ReadOnlySpan<byte> text, int position, out int next)
    {
        next = position;
        if (position >= text.Length)
        {
            return false;
        }

        if (text[position] == '\n')
        {
            next = position + 1;
            return true;
        }

        next = position + 2;
        return text[position] == '\r' && position + 1 < text.Length && text[position + 1] == '\n';
    }

    private Span<byte> Reserve(int length)
    {
        if (_chunk.Length - _used < length)
        {
            _chunk = GC.AllocateUninitializedArray<byte>(Math.Max(length, _chunkLength)); // only what is written to it is handed out
            _used = 0;
        }

        return _chunk.AsSpan(_used);
    }
}

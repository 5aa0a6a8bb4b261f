using System.Globalization;
using System.Net.Sockets;
using System.Text;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections.Proxies;

/// <summary>A proxy's answer to CONNECT: its head, and whatever was read behind it.</summary>
internal sealed class ProxyReply
{
    /// <summary>Bytes of a reply's head; proxies send a few hundred, with Negotiate challenges up to some KiB.</summary>
    public const int MaxHeadBytes = 32 * 1024;

    /// <summary>Bytes of an error page that are read past, so that the same connection can be asked again.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private ProxyReply(int status, byte[] head, byte[] rest)
    {
        Status = status;
        Head = head;
        Rest = rest;
        Lines = Encoding.Latin1.GetString(head).Split("\r\n");
    }

    /// <summary>HTTP status; 0 when the answer is not HTTP.</summary>
    public int Status { get; }

    /// <summary>Status line and headers.</summary>
    public byte[] Head { get; }

    /// <summary>What came with the head and belongs behind it.</summary>
    public byte[] Rest { get; private set; }

    /// <summary>The status line, printable.</summary>
    public string StatusLine => PlaintextProtocol.FirstLine(Head);

    /// <summary>True when the proxy leaves the connection open for another request.</summary>
    public bool IsKeptAlive =>
        !Values("Connection").Concat(Values("Proxy-Connection")).Any(value => value.Equals("close", StringComparison.OrdinalIgnoreCase));

    private string[] Lines { get; }

    /// <summary>Reads a head.</summary>
    /// <returns>The reply; null when the proxy closed without a byte.</returns>
    public static async Task<ProxyReply?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[MaxHeadBytes];
        int filled = 0;
        while (true)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += count;
            int end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            bool isHttp = buffer.AsSpan(0, Math.Min(filled, 5)).SequenceEqual("HTTP/"u8[..Math.Min(filled, 5)]);
            if (end >= 0 && isHttp)
            {
                return new ProxyReply(StatusOf(buffer.AsSpan(0, end)), buffer[..end], buffer[(end + 4)..filled]);
            }

            if (count == 0 || filled == buffer.Length || !isHttp)
            {
                return filled == 0 ? null : new ProxyReply(0, buffer[..filled], []);
            }
        }
    }

    /// <summary>The values of a header.</summary>
    public IEnumerable<string> Values(string name) => Lines.Skip(1)
        .Where(line => line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim());

    /// <summary>Reads past the body; false when its end cannot be found in reasonable time.</summary>
    public async Task<bool> SkipBodyAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (!IsKeptAlive || Values("Transfer-Encoding").Any())
        {
            return false;
        }

        string? length = Values("Content-Length").FirstOrDefault();
        if (length is null || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int left) || left > MaxBodyBytes
            || Rest.Length > left)
        {
            return false;
        }

        left -= Rest.Length;
        Rest = [];
        byte[] scratch = new byte[4096];
        while (left > 0)
        {
            int count = await stream.ReadAsync(scratch.AsMemory(0, Math.Min(scratch.Length, left)), cancellationToken);
            if (count == 0)
            {
                return false;
            }

            left -= count;
        }

        return true;
    }

    private static int StatusOf(ReadOnlySpan<byte> head)
    {
        string[] words = PlaintextProtocol.FirstLine(head).Split(' ', 3);
        return words.Length > 1 && words[1].Length == 3
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int status) ? status : 0;
    }
}

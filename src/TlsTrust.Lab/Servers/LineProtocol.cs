using System.Text;

namespace TlsTrust.Lab.Servers;

/// <summary>Text lines over a stream that turns into TLS later: not a byte is read beyond the line feed.</summary>
internal sealed class LineProtocol(Stream connection)
{
    private const int LongestLine = 1024;

    public Task WriteLineAsync(string line, CancellationToken cancellationToken) =>
        connection.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken).AsTask();

    /// <summary>The next line without its end; null at the end of the stream.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        StringBuilder line = new();
        byte[] one = new byte[1];
        while (line.Length < LongestLine && await connection.ReadAsync(one, cancellationToken) > 0)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        return null;
    }
}

using System.Globalization;
using System.Text;

namespace TlsTrust.Lab.Servers;

/// <summary>Request line and the headers that the lab's HTTP servers look at.</summary>
internal sealed record HttpHead(string Method, string Target, int ContentLength, string? ProxyAuthorization)
{
    /// <summary>Reads up to the empty line and not a byte further; null when no HTTP request comes.</summary>
    public static async Task<HttpHead?> ReadAsync(Stream connection, int longest, CancellationToken cancellationToken)
    {
        List<byte> bytes = [];
        byte[] one = new byte[1];
        while (bytes.Count < longest)
        {
            if (await connection.ReadAsync(one, cancellationToken) == 0)
            {
                return null;
            }

            bytes.Add(one[0]);
            if (bytes.Count >= 4 && bytes[^1] == '\n' && bytes[^2] == '\r' && bytes[^3] == '\n')
            {
                return Parse(Encoding.ASCII.GetString([.. bytes]));
            }
        }

        return null;
    }

    private static HttpHead? Parse(string text)
    {
        string[] lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] words = lines.Length > 0 ? lines[0].Split(' ') : [];
        if (words.Length < 3)
        {
            return null;
        }

        int length = 0;
        string? authorization = null;
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string name = colon > 0 ? line[..colon].Trim() : "";
            string value = colon > 0 ? line[(colon + 1)..].Trim() : "";
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                _ = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out length);
            }
            else if (name.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase))
            {
                authorization = value;
            }
        }

        return new HttpHead(words[0], words[1], length, authorization);
    }
}

using System.Collections.Concurrent;
using System.Text;

namespace TlsTrust.Lab.Servers;

/// <summary>What the responder answers to one request.</summary>
internal sealed record HttpAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body, string? Location = null)
{
    public static HttpAnswer Redirect(string location) => new(302, "text/plain", "moved\n"u8.ToArray(), location);
}

/// <summary>AIA, CRL and OCSP over HTTP on loopback: one connection, one request, and every request is counted.</summary>
internal sealed class HttpResponder : IAsyncDisposable
{
    private const int LongestHead = 16 * 1024;
    private const int LongestBody = 64 * 1024;

    private readonly ConcurrentDictionary<string, Func<byte[], HttpAnswer>> _routes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly LoopbackServer _server;
    private readonly Func<DateTimeOffset> _clock;

    public HttpResponder(Func<DateTimeOffset> clock)
    {
        _clock = clock;
        _server = new LoopbackServer(ServeAsync);
    }

    /// <summary>The URL of a path, published or not.</summary>
    public string Url(string path) => $"http://127.0.0.1:{_server.Port}/{path}";

    /// <summary>Serves a body; the answer's URL comes back.</summary>
    public string Publish(string path, string contentType, ReadOnlyMemory<byte> body) =>
        Publish(path, _ => new HttpAnswer(200, contentType, body));

    /// <summary>Serves what a function makes of the request's body.</summary>
    public string Publish(string path, Func<byte[], HttpAnswer> answer)
    {
        _routes["/" + path] = answer;
        return Url(path);
    }

    /// <summary>How often each URL was asked for, unknown ones included.</summary>
    public IReadOnlyDictionary<string, int> Counts() => _counts.ToDictionary(pair => Url(pair.Key[1..]), pair => pair.Value);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Stream connection, CancellationToken cancellationToken)
    {
        HttpHead? head = await HttpHead.ReadAsync(connection, LongestHead, cancellationToken);
        if (head is null)
        {
            return;
        }

        _counts.AddOrUpdate(head.Target, 1, (_, count) => count + 1);
        byte[] body = new byte[Math.Clamp(head.ContentLength, 0, LongestBody)];
        await connection.ReadExactlyAsync(body, cancellationToken);

        HttpAnswer answer = Answer(head, body);
        StringBuilder text = new();
        text.Append("HTTP/1.1 ").Append(answer.Status).Append(answer.Status < 300 ? " OK" : " Lab").Append("\r\n")
            .Append("Date: ").Append(_clock().ToString("R")).Append("\r\n")
            .Append("Content-Type: ").Append(answer.ContentType).Append("\r\n")
            .Append("Content-Length: ").Append(answer.Body.Length).Append("\r\n");
        if (answer.Location is not null)
        {
            text.Append("Location: ").Append(answer.Location).Append("\r\n");
        }

        text.Append("Connection: close\r\n\r\n");
        await connection.WriteAsync(Encoding.ASCII.GetBytes(text.ToString()), cancellationToken);
        await connection.WriteAsync(answer.Body, cancellationToken);
    }

    private HttpAnswer Answer(HttpHead head, byte[] body)
    {
        if (_routes.TryGetValue(head.Target, out var route))
        {
            return route(body);
        }

        // OCSP by GET carries its request, base64 and escaped, as the rest of the path (RFC 6960 A.1).
        int slash = head.Target.LastIndexOf('/');
        if (head.Method == "GET" && slash > 0)
        {
            string escaped = head.Target;
            foreach (var (path, ocsp) in _routes)
            {
                if (escaped.StartsWith(path + "/", StringComparison.Ordinal))
                {
                    return ocsp(Convert.FromBase64String(Uri.UnescapeDataString(escaped[(path.Length + 1)..])));
                }
            }
        }

        return new HttpAnswer(404, "text/plain", "nothing here\n"u8.ToArray());
    }
}

using System.Text;

namespace TlsTrust.Lab.Servers;

/// <summary>Servers that speak something else than TLS, or stop in the middle of it.</summary>
internal static class MisbehavingServers
{
    private static readonly byte[] BadRequest = Encoding.ASCII.GetBytes(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nBad Request\n");

    /// <summary>Answers whatever comes as a web server without TLS does.</summary>
    public static async Task PlainHttp(Stream connection, CancellationToken cancellationToken)
    {
        await ReadSomethingAsync(connection, cancellationToken);
        await connection.WriteAsync(BadRequest, cancellationToken);
    }

    private static async Task ReadSomethingAsync(Stream connection, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4096];
        _ = await connection.ReadAsync(buffer, cancellationToken);
    }
}

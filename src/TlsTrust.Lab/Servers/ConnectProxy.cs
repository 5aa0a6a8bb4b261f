using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TlsTrust.Lab.Servers;

/// <summary>HTTP proxies as they stand between a company and the Internet.</summary>
internal static class ConnectProxy
{
    private const int LongestHead = 16 * 1024;

    /// <summary>Passes the connection on to a server of the lab, whatever name was asked for.</summary>
    public static ConnectionHandler Forward(int loopbackPort) => Accept(async (connection, _, cancellationToken) =>
    {
        using TcpClient onward = new();
        await onward.ConnectAsync(IPAddress.Loopback, loopbackPort, cancellationToken);
        NetworkStream server = onward.GetStream();
        await Task.WhenAny(connection.CopyToAsync(server, cancellationToken), server.CopyToAsync(connection, cancellationToken));
    });

    /// <summary>Answers in the place of the server, with a certificate of its own for the name that was asked for.</summary>
    public static ConnectionHandler Intercept(Func<string, ConnectionHandler> tlsFor) => Accept((connection, host, cancellationToken) =>
        tlsFor(host)(connection, cancellationToken));

    /// <summary>Answers every CONNECT with a refusal.</summary>
    public static ConnectionHandler Refuse(int status, string reason, params string[] headers) => async (connection, cancellationToken) =>
    {
        if (await HttpHead.ReadAsync(connection, LongestHead, cancellationToken) is not null)
        {
            await WriteAsync(connection, $"HTTP/1.1 {status} {reason}", [.. headers, "Content-Length: 0", "Connection: close"],
                cancellationToken);
        }
    };

    private static ConnectionHandler Accept(Func<Stream, string, CancellationToken, Task> proceed) =>
        async (connection, cancellationToken) =>
    {
        HttpHead? head = await HttpHead.ReadAsync(connection, LongestHead, cancellationToken);
        int colon = head?.Target.LastIndexOf(':') ?? -1;
        if (head is not { Method: "CONNECT" } || colon < 0
            || !int.TryParse(head.Target[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            await WriteAsync(connection, "HTTP/1.1 405 Method Not Allowed", ["Content-Length: 0", "Connection: close"], cancellationToken);
            return;
        }

        await WriteAsync(connection, "HTTP/1.1 200 Connection established", [], cancellationToken);
        await proceed(connection, head.Target[..colon], cancellationToken);
    };

    private static Task WriteAsync(Stream connection, string statusLine, string[] headers, CancellationToken cancellationToken) =>
        connection.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", [statusLine, .. headers, "", ""])), cancellationToken).AsTask();
}

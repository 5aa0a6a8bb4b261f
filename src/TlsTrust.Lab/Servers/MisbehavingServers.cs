using System.Net.Sockets;
using System.Text;
using TlsTrust.Lab.Servers.RawTls;

namespace TlsTrust.Lab.Servers;

/// <summary>Servers that speak something else than TLS, or stop in the middle of it.</summary>
internal static class MisbehavingServers
{
    // One byte of a certificate each time: 90,000 bytes last for the better part of an hour, and every one looks like progress.
    private static readonly TimeSpan DripInterval = TimeSpan.FromMilliseconds(40);

    private static readonly byte[] BadRequest = Encoding.ASCII.GetBytes(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nBad Request\n");

    // No TLS record type, no text, no banner of any protocol; fixed, so that every run is the same.
    private static readonly byte[] Nonsense = [.. Enumerable.Range(0, 97).Select(i => (byte)(0x80 | ((i * 37) + 11)))];

    /// <summary>Answers whatever comes as a web server without TLS does.</summary>
    public static async Task PlainHttp(Stream connection, CancellationToken cancellationToken)
    {
        await ReadSomethingAsync(connection, cancellationToken);
        await connection.WriteAsync(BadRequest, cancellationToken);
    }

    /// <summary>Greets at once, as servers do where the server speaks first, and then waits.</summary>
    public static ConnectionHandler Banner(string line) => async (connection, cancellationToken) =>
    {
        await connection.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);
        await DrainAsync(connection, cancellationToken);
    };

    /// <summary>Reads and never answers.</summary>
    public static Task Silent(Stream connection, CancellationToken cancellationToken) => DrainAsync(connection, cancellationToken);

    /// <summary>Answers a ClientHello with bytes that mean nothing.</summary>
    public static async Task Garbage(Stream connection, CancellationToken cancellationToken)
    {
        await ReadSomethingAsync(connection, cancellationToken);
        await connection.WriteAsync(Nonsense, cancellationToken);
        await DrainAsync(connection, cancellationToken);
    }

    /// <summary>Reads the ClientHello and tears the connection down.</summary>
    public static async Task ResetAfterClientHello(Stream connection, CancellationToken cancellationToken)
    {
        await ReadSomethingAsync(connection, cancellationToken);
        ((NetworkStream)connection).Socket.LingerState = new LingerOption(enable: true, seconds: 0); // closing sends RST
    }

    /// <summary>Begins a sound TLS 1.2 handshake, then sends a certificate byte by byte, without end for all practical purposes.</summary>
    public static async Task EndlessHandshake(Stream connection, CancellationToken cancellationToken)
    {
        RecordLayer records = new(connection);
        _ = await records.ReadHandshakeAsync(cancellationToken);
        byte[] hello = new TlsWriter()
            .UInt16(TlsNumbers.Tls12)
            .Bytes(new byte[32])
            .Vector8([])
            .UInt16(TlsNumbers.EcdheEcdsaAes128GcmSha256)
            .Byte(0)
            .Vector16(new TlsWriter().Extension(TlsNumbers.RenegotiationInfo, [0]).ToArray())
            .ToArray();
        await records.WriteHandshakeAsync(TlsWriter.Handshake(HandshakeType.ServerHello, hello), cancellationToken);
        // 90,000 bytes to come
        await records.WriteAsync(ContentType.Handshake, new byte[] { (byte)HandshakeType.Certificate, 0x01, 0x5F, 0x90 },
            cancellationToken);
        while (true)
        {
            await records.WriteAsync(ContentType.Handshake, new byte[] { 0x01 }, cancellationToken);
            await Task.Delay(DripInterval, cancellationToken);
        }
    }

    /// <summary>Announces a certificate over HTTP and sends it byte by byte, without end for all practical purposes.</summary>
    public static async Task EndlessHttp(Stream connection, CancellationToken cancellationToken)
    {
        await ReadSomethingAsync(connection, cancellationToken);
        await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/pkix-cert\r\nContent-Length: 60000\r\n\r\n"u8.ToArray(),
            cancellationToken);
        while (true)
        {
            await connection.WriteAsync(new byte[] { 0x30 }, cancellationToken);
            await Task.Delay(DripInterval, cancellationToken);
        }
    }

    private static async Task ReadSomethingAsync(Stream connection, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4096];
        _ = await connection.ReadAsync(buffer, cancellationToken);
    }

    private static async Task DrainAsync(Stream connection, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4096];
        while (await connection.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }
}

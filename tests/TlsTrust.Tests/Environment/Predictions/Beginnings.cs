using System.Buffers.Binary;
using System.Text;
using TlsTrust.Connections.StartTls;

namespace TlsTrust.Tests.Environment.Predictions;

/// <summary>What servers of databases say before TLS begins, and what they answer to a login.</summary>
internal static class Beginnings
{
    private const int SslRequest = 80877103; // PostgreSQL's protocol, "SSLRequest"

    // Options as (token, offset, length): version, encryption on, instance, thread, MARS off ([MS-TDS] 2.2.6.5).
    private static readonly byte[] TdsOptions =
        [0, 0, 26, 0, 6, 1, 0, 32, 0, 1, 2, 0, 33, 0, 1, 3, 0, 34, 0, 0, 4, 0, 34, 0, 1, 0xFF, 16, 0, 16, 0, 0, 0, 1, 0, 0];

    public static byte[] MySqlDenied { get; } = [.. new byte[] { 22, 0, 0, 3, 0xff, 0x15, 0x04 }, .. "#28000Access denied"u8];

    /// <summary>An error of SQL Server: number 18456, "Login failed", then the end of its answer.</summary>
    public static byte[] TdsDenied { get; } = Denied();

    public static async Task<Stream> PostgreSql(Stream client)
    {
        byte[] request = new byte[8];
        await client.ReadExactlyAsync(request);
        Assert.Equal(SslRequest, BinaryPrimitives.ReadInt32BigEndian(request.AsSpan(4)));
        await client.WriteAsync("S"u8.ToArray());
        return client;
    }

    // A greeting of protocol 10 that offers TLS, and the client's request for it.
    public static async Task<Stream> MySql(Stream client)
    {
        byte[] greeting =
        [
            10, .. Encoding.ASCII.GetBytes("5.7.0-made\0"), 1, 0, 0, 0, .. "12345678\0"u8, 0x00, 0x8a, 45, 2, 0, 0x08, 0x00, 21,
            .. new byte[10], .. "123456789012\0"u8, .. "mysql_native_password\0"u8,
        ];
        await client.WriteAsync((byte[])[(byte)greeting.Length, 0, 0, 0, .. greeting]);
        byte[] header = new byte[4];
        await client.ReadExactlyAsync(header);
        await client.ReadExactlyAsync(new byte[header[0]]);
        return client;
    }

    public static async Task<Stream> Tds(Stream client)
    {
        byte[] header = new byte[TdsStartTls.HeaderLength];
        await client.ReadExactlyAsync(header);
        await client.ReadExactlyAsync(new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - header.Length]);
        await client.WriteAsync(Packet(TdsOptions));
        return new TdsStream(client);
    }

    private static byte[] Packet(byte[] payload)
    {
        byte[] packet = new byte[TdsStartTls.HeaderLength + payload.Length];
        TdsStartTls.WriteHeader(packet, payload.Length, isLast: true);
        packet[0] = TdsStartTls.Answer;
        payload.CopyTo(packet, TdsStartTls.HeaderLength);
        return packet;
    }

    private static byte[] Denied()
    {
        byte[] message = Encoding.Unicode.GetBytes("Login failed"), server = Encoding.Unicode.GetBytes("x");
        byte[] error = [0x18, 0x48, 0, 0, 1, 14, (byte)(message.Length / 2), 0, .. message, 1, .. server, 0, 1, 0, 0, 0];
        return Packet([0xAA, (byte)error.Length, 0, .. error, 0xFD, 2, 0, 0, 0, .. new byte[8]]);
    }
}

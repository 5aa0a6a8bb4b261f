using System.Buffers.Binary;
using System.Text;
using TlsTrust.Connections.Wire;

namespace TlsTrust.Connections.StartTls;

/// <summary>MySQL and MariaDB: the SSLRequest packet of protocol version 10.</summary>
internal static class MySqlStartTls
{
    private const uint ClientLongPassword = 0x0001;
    private const uint ClientProtocol41 = 0x0200;
    private const uint ClientSsl = 0x0800;
    private const uint ClientSecureConnection = 0x8000;
    private const byte ProtocolVersion10 = 10;
    private const byte ErrorPacket = 0xFF;
    private const byte Utf8Collation = 33;

    // Real greetings have about 80 bytes.
    private const int MaxGreetingLength = 4096;

    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        byte[] header = await dialogue.ReadBytesAsync(5, cancellationToken);
        int length = header[0] | (header[1] << 8) | (header[2] << 16);
        if (length is < 2 or > MaxGreetingLength || header[3] != 0 || header[4] is not (ProtocolVersion10 or ErrorPacket))
        {
            throw dialogue.WrongProtocol();
        }

        byte[] rest = await dialogue.ReadBytesAsync(length - 1, cancellationToken);
        if (header[4] == ErrorPacket)
        {
            // For example 1130: this host is not allowed to connect.
            throw dialogue.RefusedWith(Encoding.Latin1.GetString(rest.AsSpan(Math.Min(2, rest.Length))));
        }

        // Version up to a zero byte, thread id 4, salt 8, filler 1, then the lower capabilities.
        int versionEnd = Array.IndexOf(rest, (byte)0);
        int capabilitiesAt = versionEnd + 1 + 4 + 8 + 1;
        if (versionEnd < 0 || rest.Length < capabilitiesAt + 2)
        {
            throw dialogue.WrongProtocol();
        }

        if ((BinaryPrimitives.ReadUInt16LittleEndian(rest.AsSpan(capabilitiesAt)) & ClientSsl) == 0)
        {
            throw dialogue.Refused($"version {PlaintextProtocol.FirstLine(rest.AsSpan(0, versionEnd))} does not offer it.");
        }

        // The server answers the packet below with nothing but TLS: what it said more than its greeting is not its own.
        dialogue.RequireNothingPending();
        byte[] request = new byte[36];
        request[0] = 32;
        request[3] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(4),
            ClientLongPassword | ClientProtocol41 | ClientSsl | ClientSecureConnection);
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(8), 1 << 24);
        request[12] = Utf8Collation;
        await dialogue.SendAsync(request, cancellationToken);
    }
}

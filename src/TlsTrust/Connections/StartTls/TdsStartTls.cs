using System.Buffers.Binary;

namespace TlsTrust.Connections.StartTls;

/// <summary>
/// Microsoft SQL Server: the pre-login packet that asks for encryption ([MS-TDS] 2.2.6.5); TLS then runs inside such packets.
/// </summary>
internal static class TdsStartTls
{
    /// <summary>Type of a pre-login packet, and of those that carry the handshake.</summary>
    public const byte PreLogin = 0x12;

    /// <summary>Type of a server's answer.</summary>
    public const byte Answer = 0x04;

    /// <summary>Type, status, length (2), SPID (2), packet number, window.</summary>
    public const int HeaderLength = 8;

    private const byte Encryption = 1;
    private const byte Terminator = 0xFF;
    private const byte NotSupported = 2;

    // Real answers have about 40 bytes; nothing is negotiated here that would need more.
    private const int MaxAnswer = 4096;

    // Options as (token, offset, length), each offset from here; then version, encryption on, instance (none), thread, MARS off.
    private static readonly byte[] Options =
    [
        0, 0, 26, 0, 6,
        Encryption, 0, 32, 0, 1,
        2, 0, 33, 0, 1,
        3, 0, 34, 0, 4,
        4, 0, 38, 0, 1,
        Terminator,
        0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
    ];

    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        byte[] request = new byte[HeaderLength + Options.Length];
        WriteHeader(request, Options.Length, isLast: true);
        Options.CopyTo(request, HeaderLength);
        await dialogue.SendAsync(request, cancellationToken);

        byte[] header = await dialogue.ReadBytesAsync(HeaderLength, cancellationToken);
        int length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - HeaderLength;
        if (header[0] is not (Answer or PreLogin) || length is < 1 or > MaxAnswer)
        {
            throw dialogue.WrongProtocol();
        }

        byte[] answer = await dialogue.ReadBytesAsync(length, cancellationToken);
        if (EncryptionOf(answer) is not { } encryption)
        {
            throw dialogue.WrongProtocol();
        }

        if (encryption == NotSupported)
        {
            throw dialogue.Refused("it is set up without encryption.");
        }
    }

    /// <summary>Writes the header of a pre-login packet.</summary>
    public static void WriteHeader(Span<byte> packet, int payload, bool isLast)
    {
        packet[..HeaderLength].Clear();
        packet[0] = PreLogin;
        packet[1] = isLast ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(HeaderLength + payload));
    }

    // Null where the answer's options are none.
    private static byte? EncryptionOf(ReadOnlySpan<byte> answer)
    {
        for (int at = 0; at + 5 <= answer.Length && answer[at] != Terminator; at += 5)
        {
            int offset = BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 1)..]);
            if (answer[at] == Encryption)
            {
                return offset < answer.Length ? answer[offset] : null;
            }
        }

        return null;
    }
}

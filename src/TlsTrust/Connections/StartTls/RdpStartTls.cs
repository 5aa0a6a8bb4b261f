using System.Buffers.Binary;
using System.Globalization;

namespace TlsTrust.Connections.StartTls;

/// <summary>Remote Desktop: the X.224 connection request with RDP's negotiation ([MS-RDPBCGR] 2.2.1.1 and 2.2.1.2).</summary>
internal static class RdpStartTls
{
    private const byte ConnectionConfirm = 0xD0;
    private const byte NegotiationResponse = 2;
    private const byte NegotiationFailure = 3;

    // X.224 part and negotiation together; a server sends nothing else here.
    private const int MaxPacket = 64;

    // TPKT (RFC 1006), X.224 connection request (11 bytes follow its length up to the negotiation's end), then the negotiation: TLS,
    // and TLS with network level authentication (CredSSP), whose handshake is the same.
    private static readonly byte[] Request =
    [
        3, 0, 0, 19,
        14, 0xE0, 0, 0, 0, 0, 0,
        1, 0, 8, 0, 3, 0, 0, 0,
    ];

    private static readonly string[] Failures =
    [
        "no reason",
        "it wants TLS and was not offered it", // SSL_REQUIRED_BY_SERVER
        "it is set to RDP's own encryption only", // SSL_NOT_ALLOWED_BY_SERVER
        "it has no certificate", // SSL_CERT_NOT_ON_SERVER
        "inconsistent flags",
        "it wants network level authentication", // HYBRID_REQUIRED_BY_SERVER
        "it wants TLS with a client certificate", // SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER
    ];

    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        await dialogue.SendAsync(Request, cancellationToken);
        byte[] header = await dialogue.ReadBytesAsync(4, cancellationToken);
        int length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - header.Length;
        if (header[0] != 3 || length is < 7 or > MaxPacket)
        {
            throw dialogue.WrongProtocol();
        }

        byte[] confirm = await dialogue.ReadBytesAsync(length, cancellationToken);
        if (confirm[1] != ConnectionConfirm)
        {
            throw dialogue.WrongProtocol();
        }

        if (length < 15)
        {
            throw dialogue.Refused("it knows nothing but RDP's own encryption.");
        }

        uint value = BinaryPrimitives.ReadUInt32LittleEndian(confirm.AsSpan(11));
        switch (confirm[7])
        {
            case NegotiationResponse when value != 0:
                return;
            case NegotiationResponse:
                throw dialogue.Refused("it chose RDP's own encryption.");
            case NegotiationFailure:
                string reason = value < Failures.Length ? Failures[value] : string.Create(CultureInfo.InvariantCulture, $"failure {value}");
                throw dialogue.Refused($"{reason}.");
            default:
                throw dialogue.WrongProtocol();
        }
    }
}

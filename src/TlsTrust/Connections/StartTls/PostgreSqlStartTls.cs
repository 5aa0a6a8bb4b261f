using System.Text;

namespace TlsTrust.Connections.StartTls;

/// <summary>PostgreSQL: the SSLRequest message (protocol 3.0, "SSL Session Encryption").</summary>
internal static class PostgreSqlStartTls
{
    // Length 8, request code 80877103.
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F];

    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        await dialogue.SendAsync(SslRequest, cancellationToken);
        byte answer = (await dialogue.ReadBytesAsync(1, cancellationToken))[0];
        switch (answer)
        {
            case (byte)'S':
                return;
            case (byte)'N':
                throw dialogue.Refused("it answered N to SSLRequest, ssl is off.");
            case (byte)'E':
                // ErrorResponse: a length, then fields of a letter and a text. Its text is for the log of a person.
                byte[] header = await dialogue.ReadBytesAsync(4, cancellationToken);
                int length = (header[0] << 24) | (header[1] << 16) | (header[2] << 8) | header[3];
                if (length is < 4 or > PlainDialogue.MaxBytes)
                {
                    throw dialogue.WrongProtocol();
                }

                byte[] fields = await dialogue.ReadBytesAsync(length - 4, cancellationToken);
                string? message = Encoding.Latin1.GetString(fields).Split('\0').FirstOrDefault(field => field.StartsWith('M'));
                throw dialogue.RefusedWith(message?[1..] ?? "an error");
            default:
                throw dialogue.WrongProtocol();
        }
    }
}

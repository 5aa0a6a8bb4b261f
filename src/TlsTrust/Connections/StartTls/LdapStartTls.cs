using System.Text;

namespace TlsTrust.Connections.StartTls;

/// <summary>LDAP: the StartTLS extended operation, RFC 4511 §4.14.</summary>
internal static class LdapStartTls
{
    private const byte Sequence = 0x30;
    private const byte Integer = 0x02;
    private const byte ExtendedResponse = 0x78;
    private const byte Enumerated = 0x0A;
    private const byte OctetString = 0x04;

    // LDAPMessage { messageID 1, extendedReq { requestName 1.3.6.1.4.1.1466.20037 } }
    private static readonly byte[] Request = [Sequence, 0x1D, Integer, 1, 1, 0x77, 0x18, 0x80, 0x16, .. "1.3.6.1.4.1.1466.20037"u8];

    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        await dialogue.SendAsync(Request, cancellationToken);
        byte[] start = await dialogue.ReadBytesAsync(2, cancellationToken);
        if (start[0] != Sequence)
        {
            throw dialogue.WrongProtocol();
        }

        int length = start[1];
        if (length >= 0x80)
        {
            int size = length & 0x7F;
            if (size is 0 or > 4)
            {
                throw dialogue.WrongProtocol();
            }

            length = 0;
            foreach (byte part in await dialogue.ReadBytesAsync(size, cancellationToken))
            {
                length = length > PlainDialogue.MaxBytes ? int.MaxValue : (length << 8) | part;
            }
        }

        if (length is < 0 or > PlainDialogue.MaxBytes)
        {
            throw dialogue.WrongProtocol();
        }

        byte[] message = await dialogue.ReadBytesAsync(length, cancellationToken);
        if (!TryRead(message, out int result, out string diagnostic))
        {
            throw dialogue.WrongProtocol();
        }

        if (result != 0)
        {
            throw dialogue.RefusedWith($"result code {result}{(diagnostic.Length > 0 ? ", " : "")}{diagnostic}");
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> message, out int result, out string diagnostic)
    {
        result = 0;
        diagnostic = "";
        if (!TryElement(ref message, Integer, out _) || !TryElement(ref message, ExtendedResponse, out ReadOnlySpan<byte> response)
            || !TryElement(ref response, Enumerated, out ReadOnlySpan<byte> code) || code.Length != 1
            || !TryElement(ref response, OctetString, out _) || !TryElement(ref response, OctetString, out ReadOnlySpan<byte> words))
        {
            return false;
        }

        result = code[0];
        diagnostic = Encoding.Latin1.GetString(words);
        return true;
    }

    private static bool TryElement(ref ReadOnlySpan<byte> bytes, byte tag, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (bytes.Length < 2 || bytes[0] != tag)
        {
            return false;
        }

        int length = bytes[1];
        int header = 2;
        if (length >= 0x80)
        {
            int size = length & 0x7F;
            if (size is 0 or > 3 || bytes.Length < 2 + size)
            {
                return false;
            }

            length = 0;
            for (int i = 0; i < size; i++)
            {
                length = (length << 8) | bytes[2 + i];
            }

            header += size;
        }

        if (bytes.Length - header < length)
        {
            return false;
        }

        value = bytes.Slice(header, length);
        bytes = bytes[(header + length)..];
        return true;
    }
}

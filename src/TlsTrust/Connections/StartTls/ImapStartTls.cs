namespace TlsTrust.Connections.StartTls;

/// <summary>IMAP: RFC 9051 §6.2.1.</summary>
internal static class ImapStartTls
{
    private const string Tag = "a1 ";

    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        string greeting = await dialogue.ReadLineAsync(cancellationToken);
        if (greeting.StartsWith("* BYE", StringComparison.OrdinalIgnoreCase)
            || greeting.StartsWith("* PREAUTH", StringComparison.OrdinalIgnoreCase))
        {
            // STARTTLS is not valid after PREAUTH (RFC 9051 §7.1.4); a man in the middle would like it to be.
            throw dialogue.RefusedWith(greeting);
        }

        if (!greeting.StartsWith("* OK", StringComparison.OrdinalIgnoreCase))
        {
            throw dialogue.WrongProtocol();
        }

        await dialogue.SendLineAsync(Tag + "STARTTLS", cancellationToken);
        List<string> reply = await dialogue.ReadReplyAsync(line => line.StartsWith(Tag, StringComparison.Ordinal), cancellationToken);
        if (!reply[^1].StartsWith(Tag + "OK", StringComparison.OrdinalIgnoreCase))
        {
            throw dialogue.RefusedWith(reply[^1]);
        }
    }
}

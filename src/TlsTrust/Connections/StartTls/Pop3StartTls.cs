namespace TlsTrust.Connections.StartTls;

/// <summary>POP3: RFC 2595 §4.</summary>
internal static class Pop3StartTls
{
    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        string greeting = await dialogue.ReadLineAsync(cancellationToken);
        if (!greeting.StartsWith("+OK", StringComparison.Ordinal))
        {
            throw greeting.StartsWith("-ERR", StringComparison.Ordinal) ? dialogue.RefusedWith(greeting) : dialogue.WrongProtocol();
        }

        await dialogue.SendLineAsync("STLS", cancellationToken);
        string reply = await dialogue.ReadLineAsync(cancellationToken);
        if (!reply.StartsWith("+OK", StringComparison.Ordinal))
        {
            throw dialogue.RefusedWith(reply);
        }
    }
}

namespace TlsTrust.Connections.StartTls;

/// <summary>FTP: RFC 4217 §4.</summary>
internal static class FtpStartTls
{
    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        (int code, List<string> lines) = await dialogue.ReadCodedReplyAsync(cancellationToken);
        if (code == 120)
        {
            // "Service ready in nnn minutes": the greeting proper follows.
            (code, lines) = await dialogue.ReadCodedReplyAsync(cancellationToken);
        }

        if (code != 220)
        {
            throw code is 421 or 500 or 530 or 550 ? dialogue.RefusedWith(lines[^1]) : dialogue.WrongProtocol();
        }

        await dialogue.SendLineAsync("AUTH TLS", cancellationToken);
        (code, lines) = await dialogue.ReadCodedReplyAsync(cancellationToken);
        if (code is not (234 or 334))
        {
            throw code is 500 or 502 or 503 ? dialogue.UnknownCommand(lines[^1]) : dialogue.RefusedWith(lines[^1]);
        }
    }
}

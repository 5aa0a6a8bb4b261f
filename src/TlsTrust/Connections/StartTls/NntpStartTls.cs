namespace TlsTrust.Connections.StartTls;

/// <summary>NNTP: RFC 4642.</summary>
internal static class NntpStartTls
{
    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        (int code, List<string> lines) = await dialogue.ReadCodedReplyAsync(cancellationToken);
        if (code is not (200 or 201))
        {
            throw code is 400 or 502 ? dialogue.RefusedWith(lines[^1]) : dialogue.WrongProtocol();
        }

        await dialogue.SendLineAsync("STARTTLS", cancellationToken);
        (code, lines) = await dialogue.ReadCodedReplyAsync(cancellationToken);
        if (code != 382)
        {
            throw dialogue.RefusedWith(lines[^1]);
        }
    }
}

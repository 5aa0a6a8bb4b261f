namespace TlsTrust.Connections.StartTls;

/// <summary>SMTP and LMTP: RFC 3207, RFC 2033.</summary>
internal static class SmtpStartTls
{
    // RFC 2606: a name that is nobody's. Servers check the client's name when mail is sent, which never happens here.
    private const string ClientName = "tlstrust.invalid";

    public static async Task RunAsync(PlainDialogue dialogue, string hello, CancellationToken cancellationToken)
    {
        (int code, List<string> lines) = await dialogue.ReadCodedReplyAsync(cancellationToken);
        if (code is not (220 or 421 or 521 or 554))
        {
            throw dialogue.WrongProtocol();
        }

        if (code != 220)
        {
            throw dialogue.RefusedWith(lines[^1]);
        }

        await dialogue.SendLineAsync($"{hello} {ClientName}", cancellationToken);
        (code, lines) = await dialogue.ReadCodedReplyAsync(cancellationToken);
        if (code != 250)
        {
            throw code switch
            {
                0 => dialogue.WrongProtocol(),
                500 or 502 => dialogue.UnknownCommand(lines[^1]),
                _ => dialogue.RefusedWith(lines[^1]),
            };
        }

        if (!lines.Any(line => line.Length > 4 && line[4..].Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
        {
            throw dialogue.Refused($"STARTTLS is not among what it offers after {hello}.");
        }

        await dialogue.SendLineAsync("STARTTLS", cancellationToken);
        (code, lines) = await dialogue.ReadCodedReplyAsync(cancellationToken);
        if (code != 220)
        {
            throw dialogue.RefusedWith(lines[^1]);
        }
    }
}

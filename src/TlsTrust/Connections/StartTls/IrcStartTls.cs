namespace TlsTrust.Connections.StartTls;

/// <summary>IRC: the "tls" extension, STARTTLS before registration.</summary>
internal static class IrcStartTls
{
    private const string Successful = "670";
    private const string Pong = "PONG";

    // A server that knows STARTTLS answers at once; look-ups of the client's name and ident, which come first on some, take seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // ERR_STARTTLS, ERR_UNKNOWNCOMMAND, ERR_NOTREGISTERED.
    private static readonly string[] Refusals = ["691", "421", "451"];

    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        // The client speaks first; notices of the server's own look-ups may come before its answer.
        await dialogue.SendLineAsync("STARTTLS", cancellationToken);
        Task<List<string>> answer = dialogue.ReadReplyAsync(line => !IsNotice(line), cancellationToken);
        if (await Task.WhenAny(answer, Task.Delay(Patience, cancellationToken)) != answer)
        {
            // Many servers pass over what they don't know before registration, and PING is known by all of them.
            await dialogue.SendLineAsync("PING :tlstrust", cancellationToken);
        }

        List<string> reply = await answer;
        string numeric = NumericOf(reply[^1]);
        if (numeric == Successful)
        {
            return;
        }

        if (numeric == Pong)
        {
            throw dialogue.Refused("it answers PING, and says nothing to STARTTLS.");
        }

        bool isIrc = Refusals.Contains(numeric) || reply[^1].StartsWith("ERROR ", StringComparison.Ordinal);
        throw isIrc ? dialogue.RefusedWith(reply[^1]) : dialogue.WrongProtocol();
    }

    private static bool IsNotice(string line)
    {
        string[] words = line.Split(' ', 3);
        return words[0] == "NOTICE" || (words.Length > 1 && words[0].StartsWith(':') && words[1] == "NOTICE");
    }

    private static string NumericOf(string line)
    {
        string[] words = line.Split(' ', 3);
        return words.Length > 1 && words[0].StartsWith(':') ? words[1] : words[0];
    }
}

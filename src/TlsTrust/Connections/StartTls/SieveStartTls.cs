namespace TlsTrust.Connections.StartTls;

/// <summary>ManageSieve: RFC 5804 §2.2.</summary>
internal static class SieveStartTls
{
    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        List<string> capabilities = await dialogue.ReadReplyAsync(line => !line.StartsWith('"'), cancellationToken);
        if (IsRefusal(capabilities[^1]))
        {
            throw dialogue.RefusedWith(capabilities[^1]);
        }

        if (!IsOk(capabilities[^1]) || capabilities.Count == 1)
        {
            throw dialogue.WrongProtocol();
        }

        if (!capabilities.Any(line => line.StartsWith("\"STARTTLS\"", StringComparison.OrdinalIgnoreCase)))
        {
            throw dialogue.Refused("STARTTLS is not among its capabilities.");
        }

        await dialogue.SendLineAsync("STARTTLS", cancellationToken);
        string reply = await dialogue.ReadLineAsync(cancellationToken);
        if (!IsOk(reply))
        {
            throw dialogue.RefusedWith(reply);
        }
    }

    private static bool IsOk(string line) => line.StartsWith("OK", StringComparison.OrdinalIgnoreCase);

    private static bool IsRefusal(string line) =>
        line.StartsWith("NO", StringComparison.OrdinalIgnoreCase) || line.StartsWith("BYE", StringComparison.OrdinalIgnoreCase);
}

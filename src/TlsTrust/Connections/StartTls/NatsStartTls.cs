namespace TlsTrust.Connections.StartTls;

/// <summary>NATS client protocol: the server's INFO says whether TLS follows at once.</summary>
internal static class NatsStartTls
{
    public static async Task RunAsync(PlainDialogue dialogue, CancellationToken cancellationToken)
    {
        string info = await dialogue.ReadLineAsync(cancellationToken);
        if (!info.StartsWith("INFO {", StringComparison.OrdinalIgnoreCase))
        {
            throw dialogue.WrongProtocol();
        }

        string compact = info.Replace(" ", "", StringComparison.Ordinal);
        if (!compact.Contains("\"tls_required\":true", StringComparison.Ordinal)
            && !compact.Contains("\"tls_available\":true", StringComparison.Ordinal))
        {
            throw dialogue.Refused("its INFO names neither tls_required nor tls_available.");
        }
    }
}

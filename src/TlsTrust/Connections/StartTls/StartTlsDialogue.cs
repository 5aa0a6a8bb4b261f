using TlsTrust.Connections.Faults;

namespace TlsTrust.Connections.StartTls;

/// <summary>Asks a server for TLS in its own protocol.</summary>
internal static class StartTlsDialogue
{
    /// <summary>Speaks until the server waits for a ClientHello.</summary>
    /// <param name="protocol">What to speak; not <see cref="StartTlsProtocol.None"/>.</param>
    /// <param name="stream">The open connection.</param>
    /// <param name="serverName">The name the client asks for (XMPP names it).</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The stream for the handshake, and the server's clock, where its greeting told it.</returns>
    /// <exception cref="ConnectionFault">It does not want TLS, or speaks something else.</exception>
    public static async Task<(Stream Stream, DateTime? ServerTime)> RunAsync(StartTlsProtocol protocol, Stream stream, string serverName,
        CancellationToken cancellationToken)
    {
        StartTlsRow row = StartTlsTable.Of(protocol);
        PlainDialogue dialogue = new(stream, row.Name, serverName);
        await row.SpeakAsync(dialogue, cancellationToken);
        dialogue.RequireNothingPending();
        return (row.Wrap(stream), dialogue.ServerTime);
    }

    /// <summary>The protocol as people write it.</summary>
    public static string NameOf(StartTlsProtocol protocol) => StartTlsTable.Of(protocol).Name;
}

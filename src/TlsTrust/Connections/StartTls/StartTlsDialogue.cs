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
    /// <returns>The server's clock, where its greeting told it.</returns>
    /// <exception cref="ConnectionFault">It does not want TLS, or speaks something else.</exception>
    public static async Task<DateTime?> RunAsync(StartTlsProtocol protocol, Stream stream, string serverName, CancellationToken cancellationToken)
    {
        PlainDialogue dialogue = new(stream, NameOf(protocol), serverName);
        await (protocol switch
        {
            StartTlsProtocol.Smtp => SmtpStartTls.RunAsync(dialogue, "EHLO", cancellationToken),
            StartTlsProtocol.Lmtp => SmtpStartTls.RunAsync(dialogue, "LHLO", cancellationToken),
            StartTlsProtocol.Imap => ImapStartTls.RunAsync(dialogue, cancellationToken),
            StartTlsProtocol.Pop3 => Pop3StartTls.RunAsync(dialogue, cancellationToken),
            StartTlsProtocol.Ftp => FtpStartTls.RunAsync(dialogue, cancellationToken),
            StartTlsProtocol.Ldap => LdapStartTls.RunAsync(dialogue, cancellationToken),
            StartTlsProtocol.PostgreSql => PostgreSqlStartTls.RunAsync(dialogue, cancellationToken),
            StartTlsProtocol.MySql => MySqlStartTls.RunAsync(dialogue, cancellationToken),
            StartTlsProtocol.Xmpp => XmppStartTls.RunAsync(dialogue, "jabber:client", cancellationToken),
            StartTlsProtocol.XmppServer => XmppStartTls.RunAsync(dialogue, "jabber:server", cancellationToken),
            StartTlsProtocol.Nntp => NntpStartTls.RunAsync(dialogue, cancellationToken),
            StartTlsProtocol.Sieve => SieveStartTls.RunAsync(dialogue, cancellationToken),
            StartTlsProtocol.Irc => IrcStartTls.RunAsync(dialogue, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, null),
        });
        dialogue.RequireNothingPending();
        return dialogue.ServerTime;
    }

    /// <summary>The protocol as people write it.</summary>
    public static string NameOf(StartTlsProtocol protocol) => protocol switch
    {
        StartTlsProtocol.PostgreSql => "PostgreSQL",
        StartTlsProtocol.MySql => "MySQL",
        StartTlsProtocol.Sieve => "Sieve",
        StartTlsProtocol.XmppServer => "XMPP",
        _ => protocol.ToString().ToUpperInvariant(),
    };
}

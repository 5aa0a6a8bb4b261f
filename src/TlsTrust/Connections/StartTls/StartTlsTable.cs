namespace TlsTrust.Connections.StartTls;

/// <summary>One protocol that speaks before TLS: all there is to know of it.</summary>
/// <param name="Protocol">Its name in the shell.</param>
/// <param name="Name">As people write it.</param>
/// <param name="Services">URI schemes with their ports (IANA); the first is the one by which an endpoint is named.</param>
/// <param name="SpeakAsync">Speaks until the server waits for a ClientHello.</param>
internal sealed record StartTlsRow(
    StartTlsProtocol Protocol, string Name, IReadOnlyList<(string Scheme, int Port)> Services,
        Func<PlainDialogue, CancellationToken, Task> SpeakAsync)
{
    /// <summary>Further ports on which it is spoken.</summary>
    public IReadOnlyList<int> MorePorts { get; init; } = [];

    /// <summary>The stream for a handshake that runs inside the protocol's own packets.</summary>
    public Func<Stream, Stream> Wrap { get; init; } = static stream => stream;
}

/// <summary>Every protocol that speaks before TLS, one row each; a test demands all.</summary>
internal static class StartTlsTable
{
    // LDAP's global catalogue.
    private const int GlobalCatalogue = 3268;

    public static IReadOnlyList<StartTlsRow> Rows { get; } =
    [
        new(StartTlsProtocol.Smtp, "SMTP", [("smtp", 25), ("submission", 587)], static (dialogue, stop) =>
            SmtpStartTls.RunAsync(dialogue, "EHLO", stop)),
        new(StartTlsProtocol.Lmtp, "LMTP", [("lmtp", 24)], static (dialogue, stop) => SmtpStartTls.RunAsync(dialogue, "LHLO", stop)),
        new(StartTlsProtocol.Imap, "IMAP", [("imap", 143)], ImapStartTls.RunAsync),
        new(StartTlsProtocol.Pop3, "POP3", [("pop3", 110), ("pop", 110)], Pop3StartTls.RunAsync),
        new(StartTlsProtocol.Ftp, "FTP", [("ftp", 21)], FtpStartTls.RunAsync),
        new(StartTlsProtocol.Ldap, "LDAP", [("ldap", 389)], LdapStartTls.RunAsync) { MorePorts = [GlobalCatalogue] },
        new(StartTlsProtocol.PostgreSql, "PostgreSQL", [("postgresql", 5432), ("postgres", 5432)], PostgreSqlStartTls.RunAsync),
        new(StartTlsProtocol.MySql, "MySQL", [("mysql", 3306), ("mariadb", 3306)], MySqlStartTls.RunAsync),
        new(StartTlsProtocol.Xmpp, "XMPP", [("xmpp", 5222), ("xmpp-client", 5222)], static (dialogue, stop) =>
            XmppStartTls.RunAsync(dialogue, "jabber:client", stop)),
        new(StartTlsProtocol.XmppServer, "XMPP", [("xmpp-server", 5269)], static (dialogue, stop) =>
            XmppStartTls.RunAsync(dialogue, "jabber:server", stop)),
        new(StartTlsProtocol.Nntp, "NNTP", [("nntp", 119), ("news", 119)], NntpStartTls.RunAsync),
        new(StartTlsProtocol.Sieve, "Sieve", [("sieve", 4190)], SieveStartTls.RunAsync),
        new(StartTlsProtocol.Irc, "IRC", [("irc", 6667)], IrcStartTls.RunAsync),
        new(StartTlsProtocol.MsSql, "TDS", [("mssql", 1433), ("sqlserver", 1433)], TdsStartTls.RunAsync) { Wrap = static stream =>
            new TdsStream(stream) },
        new(StartTlsProtocol.Rdp, "RDP", [("rdp", 3389), ("ms-wbt-server", 3389)], RdpStartTls.RunAsync),
        new(StartTlsProtocol.Nats, "NATS", [("nats", 4222)], NatsStartTls.RunAsync),
    ];

    /// <summary>The row of a protocol; not of <see cref="StartTlsProtocol.None"/>.</summary>
    public static StartTlsRow Of(StartTlsProtocol protocol) => Rows.First(row => row.Protocol == protocol);
}

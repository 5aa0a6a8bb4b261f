namespace TlsTrust.Connections.StartTls;

/// <summary>A URI scheme of a protocol, and its port.</summary>
internal sealed record StartTlsService(string Scheme, int Port);

/// <summary>One protocol that speaks before TLS: all there is to know of it.</summary>
/// <param name="Protocol">Its name in the shell.</param>
/// <param name="Name">As people write it.</param>
/// <param name="Services">URI schemes with their ports (IANA); the first is the one by which an endpoint is named.</param>
/// <param name="SpeakAsync">Speaks until the server waits for a ClientHello.</param>
internal sealed record StartTlsRow(
    StartTlsProtocol Protocol, string Name, IReadOnlyList<StartTlsService> Services,
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
        new(StartTlsProtocol.Smtp, "SMTP", [new("smtp", 25), new("submission", 587)], static (dialogue, stop) =>
            SmtpStartTls.RunAsync(dialogue, "EHLO", stop)),
        new(StartTlsProtocol.Lmtp, "LMTP", [new("lmtp", 24)], static (dialogue, stop) => SmtpStartTls.RunAsync(dialogue, "LHLO", stop)),
        new(StartTlsProtocol.Imap, "IMAP", [new("imap", 143)], ImapStartTls.RunAsync),
        new(StartTlsProtocol.Pop3, "POP3", [new("pop3", 110), new("pop", 110)], Pop3StartTls.RunAsync),
        new(StartTlsProtocol.Ftp, "FTP", [new("ftp", 21)], FtpStartTls.RunAsync),
        new(StartTlsProtocol.Ldap, "LDAP", [new("ldap", 389)], LdapStartTls.RunAsync) { MorePorts = [GlobalCatalogue] },
        new(StartTlsProtocol.PostgreSql, "PostgreSQL", [new("postgresql", 5432), new("postgres", 5432)], PostgreSqlStartTls.RunAsync),
        new(StartTlsProtocol.MySql, "MySQL", [new("mysql", 3306), new("mariadb", 3306)], MySqlStartTls.RunAsync),
        new(StartTlsProtocol.Xmpp, "XMPP", [new("xmpp", 5222), new("xmpp-client", 5222)], static (dialogue, stop) =>
            XmppStartTls.RunAsync(dialogue, "jabber:client", stop)),
        new(StartTlsProtocol.XmppServer, "XMPP", [new("xmpp-server", 5269)], static (dialogue, stop) =>
            XmppStartTls.RunAsync(dialogue, "jabber:server", stop)),
        new(StartTlsProtocol.Nntp, "NNTP", [new("nntp", 119), new("news", 119)], NntpStartTls.RunAsync),
        new(StartTlsProtocol.Sieve, "Sieve", [new("sieve", 4190)], SieveStartTls.RunAsync),
        new(StartTlsProtocol.Irc, "IRC", [new("irc", 6667)], IrcStartTls.RunAsync),
        new(StartTlsProtocol.MsSql, "TDS", [new("mssql", 1433), new("sqlserver", 1433)], TdsStartTls.RunAsync) { Wrap = static stream =>
            new TdsStream(stream) },
        new(StartTlsProtocol.Rdp, "RDP", [new("rdp", 3389), new("ms-wbt-server", 3389)], RdpStartTls.RunAsync),
        new(StartTlsProtocol.Nats, "NATS", [new("nats", 4222)], NatsStartTls.RunAsync),
    ];

    /// <summary>What the service that usually listens on a port speaks; null where that is TLS from the first byte, or not known.</summary>
    public static StartTlsRow? OfPort(int port) =>
        Rows.FirstOrDefault(row => row.Services.Any(service => service.Port == port) || row.MorePorts.Contains(port));

    /// <summary>The row of a protocol; not of <see cref="StartTlsProtocol.None"/>.</summary>
    public static StartTlsRow Of(StartTlsProtocol protocol) => Rows.First(row => row.Protocol == protocol);
}

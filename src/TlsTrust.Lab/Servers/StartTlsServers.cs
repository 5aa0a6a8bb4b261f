using System.Globalization;

namespace TlsTrust.Lab.Servers;

/// <summary>Servers that speak another protocol first and turn to TLS when asked, or refuse to.</summary>
internal static class StartTlsServers
{
    /// <summary>SMTP with STARTTLS (RFC 3207). A greeting with a date is what Sendmail and Exchange send.</summary>
    public static ConnectionHandler Smtp(ConnectionHandler tls, DateTimeOffset? greetingTime = null) =>
        async (connection, cancellationToken) =>
    {
        LineProtocol lines = new(connection);
        string date = greetingTime is { } time ? "; " + time.ToString("ddd, d MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture) : "";
        await lines.WriteLineAsync($"220 mail.lab.test ESMTP TlsTrust Lab{date}", cancellationToken);
        while (await lines.ReadLineAsync(cancellationToken) is { } command)
        {
            switch (Verb(command))
            {
                case "EHLO" or "LHLO":
                    await lines.WriteLineAsync("250-mail.lab.test\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME", cancellationToken);
                    break;
                case "STARTTLS":
                    await lines.WriteLineAsync("220 2.0.0 Ready to start TLS", cancellationToken);
                    await tls(connection, cancellationToken);
                    return;
                default:
                    await lines.WriteLineAsync("502 5.5.2 Error: command not recognized", cancellationToken);
                    break;
            }
        }
    };

    /// <summary>SMTP that offers no STARTTLS and refuses it.</summary>
    public static async Task SmtpWithoutStartTls(Stream connection, CancellationToken cancellationToken)
    {
        LineProtocol lines = new(connection);
        await lines.WriteLineAsync("220 mail.lab.test ESMTP TlsTrust Lab", cancellationToken);
        while (await lines.ReadLineAsync(cancellationToken) is { } command)
        {
            await lines.WriteLineAsync(
                Verb(command) switch
                {
                    "EHLO" or "LHLO" => "250-mail.lab.test\r\n250-PIPELINING\r\n250 8BITMIME",
                    "QUIT" => "221 2.0.0 Bye",
                    _ => "502 5.5.1 Error: command not implemented",
                },
                cancellationToken);
        }
    }

    /// <summary>IMAP with STARTTLS (RFC 9051 §6.2.1).</summary>
    public static ConnectionHandler Imap(ConnectionHandler tls) => async (connection, cancellationToken) =>
    {
        LineProtocol lines = new(connection);
        await lines.WriteLineAsync("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] TlsTrust Lab ready", cancellationToken);
        while (await lines.ReadLineAsync(cancellationToken) is { } command)
        {
            string[] words = command.Split(' ');
            string tag = words[0];
            switch (words.Length > 1 ? words[1].ToUpperInvariant() : "")
            {
                case "CAPABILITY":
                    await lines.WriteLineAsync($"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n{tag} OK done", cancellationToken);
                    break;
                case "STARTTLS":
                    await lines.WriteLineAsync($"{tag} OK begin TLS negotiation now", cancellationToken);
                    await tls(connection, cancellationToken);
                    return;
                default:
                    await lines.WriteLineAsync($"{tag} BAD unknown command", cancellationToken);
                    break;
            }
        }
    };

    /// <summary>PostgreSQL's SSLRequest, answered with S and TLS, or with N.</summary>
    public static ConnectionHandler PostgreSql(ConnectionHandler? tls) => async (connection, cancellationToken) =>
    {
        byte[] request = new byte[8]; // length 8, code 80877103
        await connection.ReadExactlyAsync(request, cancellationToken);
        await connection.WriteAsync(tls is null ? "N"u8.ToArray() : "S"u8.ToArray(), cancellationToken);
        if (tls is not null)
        {
            await tls(connection, cancellationToken);
        }
    };

    private static string Verb(string command) => command.Split(' ')[0].ToUpperInvariant();
}

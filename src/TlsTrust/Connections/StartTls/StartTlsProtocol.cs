namespace TlsTrust;

/// <summary>The protocol that is spoken before TLS starts, or <see cref="None"/> where TLS comes first.</summary>
public enum StartTlsProtocol
{
    /// <summary>TLS from the first byte.</summary>
    None,

    /// <summary>RFC 3207; ports 25, 587.</summary>
    Smtp,

    /// <summary>RFC 2033; port 24.</summary>
    Lmtp,

    /// <summary>RFC 9051; port 143.</summary>
    Imap,

    /// <summary>RFC 2595; port 110.</summary>
    Pop3,

    /// <summary>RFC 4217; port 21.</summary>
    Ftp,

    /// <summary>RFC 4511; port 389.</summary>
    Ldap,

    /// <summary>PostgreSQL SSLRequest; port 5432.</summary>
    PostgreSql,

    /// <summary>MySQL protocol, CLIENT_SSL; port 3306.</summary>
    MySql,

    /// <summary>RFC 6120, client stream; port 5222.</summary>
    Xmpp,

    /// <summary>RFC 6120, server stream; port 5269.</summary>
    XmppServer,

    /// <summary>RFC 4642; port 119.</summary>
    Nntp,

    /// <summary>ManageSieve, RFC 5804; port 4190.</summary>
    Sieve,

    /// <summary>IRC, STARTTLS extension; port 6667.</summary>
    Irc,

    /// <summary>Microsoft SQL Server, MS-TDS: TLS inside pre-login packets; port 1433.</summary>
    MsSql,

    /// <summary>Remote Desktop, MS-RDPBCGR: X.224 negotiation, also where network level authentication is required; port 3389.</summary>
    Rdp,

    /// <summary>NATS: TLS after the server's INFO; port 4222.</summary>
    Nats,
}

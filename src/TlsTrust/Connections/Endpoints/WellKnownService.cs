namespace TlsTrust.Connections.Endpoints;

/// <summary>What a URI scheme or a port number says about a service: its port, and what is spoken before TLS.</summary>
/// <param name="Scheme">Lower-case URI scheme.</param>
/// <param name="Port">Its port (IANA).</param>
/// <param name="StartTls">What is spoken first.</param>
internal sealed record WellKnownService(string Scheme, int Port, StartTlsProtocol StartTls)
{
    /// <summary>Port of an endpoint that names neither port nor scheme.</summary>
    public const int HttpsPort = 443;

    private static readonly WellKnownService[] All =
    [
        // The first entry of a STARTTLS protocol is the one by which Endpoint.ToString names it.
        new("tls", HttpsPort, StartTlsProtocol.None),
        new("ssl", HttpsPort, StartTlsProtocol.None),
        new("https", HttpsPort, StartTlsProtocol.None),
        new("wss", HttpsPort, StartTlsProtocol.None),
        new("smtp", 25, StartTlsProtocol.Smtp),
        new("submission", 587, StartTlsProtocol.Smtp),
        new("smtps", 465, StartTlsProtocol.None),
        new("submissions", 465, StartTlsProtocol.None),
        new("lmtp", 24, StartTlsProtocol.Lmtp),
        new("imap", 143, StartTlsProtocol.Imap),
        new("imaps", 993, StartTlsProtocol.None),
        new("pop3", 110, StartTlsProtocol.Pop3),
        new("pop", 110, StartTlsProtocol.Pop3),
        new("pop3s", 995, StartTlsProtocol.None),
        new("pops", 995, StartTlsProtocol.None),
        new("ftp", 21, StartTlsProtocol.Ftp),
        new("ftps", 990, StartTlsProtocol.None),
        new("ldap", 389, StartTlsProtocol.Ldap),
        new("ldaps", 636, StartTlsProtocol.None),
        new("postgresql", 5432, StartTlsProtocol.PostgreSql),
        new("postgres", 5432, StartTlsProtocol.PostgreSql),
        new("mysql", 3306, StartTlsProtocol.MySql),
        new("mariadb", 3306, StartTlsProtocol.MySql),
        new("xmpp", 5222, StartTlsProtocol.Xmpp),
        new("xmpp-client", 5222, StartTlsProtocol.Xmpp),
        new("xmpps", 5223, StartTlsProtocol.None),
        new("xmpp-server", 5269, StartTlsProtocol.XmppServer),
        new("xmpps-server", 5270, StartTlsProtocol.None),
        new("nntp", 119, StartTlsProtocol.Nntp),
        new("news", 119, StartTlsProtocol.Nntp),
        new("nntps", 563, StartTlsProtocol.None),
        new("snews", 563, StartTlsProtocol.None),
        new("sieve", 4190, StartTlsProtocol.Sieve),
        new("irc", 6667, StartTlsProtocol.Irc),
        new("ircs", 6697, StartTlsProtocol.None),
        new("mqtts", 8883, StartTlsProtocol.None),
        new("amqps", 5671, StartTlsProtocol.None),
        new("rediss", 6379, StartTlsProtocol.None),
        new("sips", 5061, StartTlsProtocol.None),
        new("rtsps", 322, StartTlsProtocol.None),
        new("gemini", 1965, StartTlsProtocol.None),
    ];

    private static readonly Dictionary<string, WellKnownService> ByScheme = All.ToDictionary(service => service.Scheme, StringComparer.Ordinal);

    // Ports whose service starts in plain text, beside those of the schemes above: 3268 is LDAP's global catalogue.
    private static readonly Dictionary<int, StartTlsProtocol> ByPort = All
        .Where(service => service.StartTls != StartTlsProtocol.None)
        .Append(new WellKnownService("ldap", 3268, StartTlsProtocol.Ldap))
        .GroupBy(service => service.Port)
        .ToDictionary(group => group.Key, group => group.First().StartTls);

    /// <summary>Every scheme that is understood, in the order of the table.</summary>
    public static IEnumerable<string> Schemes => All.Select(service => service.Scheme);

    /// <summary>The service of a lower-case scheme, or null when it is not known.</summary>
    public static WellKnownService? OfScheme(string scheme) => ByScheme.GetValueOrDefault(scheme);

    /// <summary>What the service that usually listens on a port speaks before TLS.</summary>
    public static StartTlsProtocol StartTlsOfPort(int port) => ByPort.GetValueOrDefault(port);

    /// <summary>The scheme that stands for a STARTTLS protocol.</summary>
    public static string SchemeOf(StartTlsProtocol protocol) => All.First(service => service.StartTls == protocol).Scheme;
}

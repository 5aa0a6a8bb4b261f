using TlsTrust.Connections.StartTls;

namespace TlsTrust.Connections.Endpoints;

/// <summary>What a URI scheme or a port number says about a service: its port, and what is spoken before TLS.</summary>
/// <param name="Scheme">Lower-case URI scheme.</param>
/// <param name="Port">Its port (IANA).</param>
/// <param name="StartTls">What is spoken first.</param>
internal sealed record WellKnownService(string Scheme, int Port, StartTlsProtocol StartTls)
{
    /// <summary>The application protocol that has to be named in the handshake (ALPN); null where none has.</summary>
    public string? Alpn { get; init; }

    /// <summary>Port of an endpoint that names neither port nor scheme.</summary>
    public const int HttpsPort = 443;

    // TLS from the first byte; what speaks before it has its schemes in its own row.
    private static readonly WellKnownService[] All =
    [
        new("tls", HttpsPort, StartTlsProtocol.None),
        new("ssl", HttpsPort, StartTlsProtocol.None),
        new("https", HttpsPort, StartTlsProtocol.None),
        new("wss", HttpsPort, StartTlsProtocol.None),
        new("smtps", 465, StartTlsProtocol.None),
        new("submissions", 465, StartTlsProtocol.None),
        new("imaps", 993, StartTlsProtocol.None),
        new("pop3s", 995, StartTlsProtocol.None),
        new("pops", 995, StartTlsProtocol.None),
        new("ftps", 990, StartTlsProtocol.None),
        new("ldaps", 636, StartTlsProtocol.None),
        new("msft-gc-ssl", 3269, StartTlsProtocol.None),
        new("xmpps", 5223, StartTlsProtocol.None),
        new("xmpps-server", 5270, StartTlsProtocol.None),
        new("nntps", 563, StartTlsProtocol.None),
        new("snews", 563, StartTlsProtocol.None),
        new("ircs", 6697, StartTlsProtocol.None),
        new("mqtts", 8883, StartTlsProtocol.None),
        new("amqps", 5671, StartTlsProtocol.None),
        new("redis", 6379, StartTlsProtocol.None),
        new("rediss", 6379, StartTlsProtocol.None),
        new("sips", 5061, StartTlsProtocol.None),
        new("rtsps", 322, StartTlsProtocol.None),
        new("gemini", 1965, StartTlsProtocol.None),
        new("winrm", 5986, StartTlsProtocol.None),
        new("wsmans", 5986, StartTlsProtocol.None),
        new("dot", 853, StartTlsProtocol.None),
        new("radsec", 2083, StartTlsProtocol.None),
        new("turns", 5349, StartTlsProtocol.None),
        new("stuns", 5349, StartTlsProtocol.None),
        new("syslog-tls", 6514, StartTlsProtocol.None),
        new("mongodb", 27017, StartTlsProtocol.None),
        new("kafka", 9093, StartTlsProtocol.None),
        new("docker", 2376, StartTlsProtocol.None),
        new("etcd", 2379, StartTlsProtocol.None),
        new("kubernetes", 6443, StartTlsProtocol.None),
        new("k8s", 6443, StartTlsProtocol.None),
        new("consul", 8501, StartTlsProtocol.None),
        new("vault", 8200, StartTlsProtocol.None),
        new("elastic", 9200, StartTlsProtocol.None),
        new("elasticsearch", 9200, StartTlsProtocol.None),

        // TDS 8.0: TLS comes first and names the protocol ([MS-TDS] 2.2.1).
        new("mssql-strict", 1433, StartTlsProtocol.None) { Alpn = "tds/8.0" },
        .. StartTlsTable.Rows.SelectMany(row =>
            row.Services.Select(service => new WellKnownService(service.Scheme, service.Port, row.Protocol))),
    ];

    private static readonly Dictionary<string, WellKnownService> ByScheme =
        All.ToDictionary(service => service.Scheme, StringComparer.Ordinal);

    /// <summary>Every scheme that is understood, in the order of the table.</summary>
    public static IEnumerable<string> Schemes => All.Select(service => service.Scheme);

    /// <summary>The service of a lower-case scheme, or null when it is not known.</summary>
    public static WellKnownService? OfScheme(string scheme) => ByScheme.GetValueOrDefault(scheme);

    /// <summary>What the service that usually listens on a port speaks before TLS.</summary>
    public static StartTlsProtocol StartTlsOfPort(int port) => StartTlsTable.OfPort(port)?.Protocol ?? StartTlsProtocol.None;

    /// <summary>The scheme that stands for a STARTTLS protocol.</summary>
    public static string SchemeOf(StartTlsProtocol protocol) =>
        protocol == StartTlsProtocol.None ? All[0].Scheme : StartTlsTable.Of(protocol).Services[0].Scheme;
}

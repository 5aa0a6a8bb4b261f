namespace TlsTrust;

/// <summary>Which side of a connection refused, as the text tells it.</summary>
public enum TlsErrorSide
{
    /// <summary>The text does not say.</summary>
    Unknown,

    /// <summary>The client does not accept the server: its certificate, its name or what it speaks.</summary>
    Client,

    /// <summary>The server does not accept the client, or gave up the handshake.</summary>
    Server,

    /// <summary>It failed before TLS: name, route, connection or proxy.</summary>
    Network,

    /// <summary>No connection: a certificate, key or store file that the program can't use.</summary>
    File,
}

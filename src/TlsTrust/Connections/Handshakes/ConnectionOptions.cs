using System.Net;
using System.Net.Security;
using TlsTrust.Connections.Addresses;
using TlsTrust.Connections.Proxies;

namespace TlsTrust.Connections.Handshakes;

/// <summary>How to connect. The defaults suit one endpoint on the open network.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Name to send as SNI in place of the endpoint's host; an IP literal sends none (RFC 6066 §3).</summary>
    public string? HostName { get; init; }

    /// <summary>Address to connect to in place of resolving the host; wins over <see cref="Endpoint.Address"/>.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Which proxy to use for which host; <see cref="ProxySetting.None"/> connects directly.</summary>
    public ProxySetting Proxy { get; init; } = ProxySetting.None;

    /// <summary>
    /// What to speak before TLS, in place of what the endpoint says; <see cref="StartTlsProtocol.None"/> forces TLS from the first byte.
    /// </summary>
    public StartTlsProtocol? StartTls { get; init; }

    /// <summary>The domain an XMPP server is asked for, where it is not the name that is checked.</summary>
    public string? XmppDomain { get; init; }

    /// <summary>Limit for name resolution.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Limit for the TCP connection (to each address), and for the proxy's answer.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Limit for what is spoken before TLS, and again for the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Limit for everything together.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Certificate with private key to present when the server asks for one; none is presented by default.</summary>
    public ClientIdentity? ClientCertificate { get; init; }

    /// <summary>Application protocols to offer (ALPN), in order of preference; empty sends no ALPN.</summary>
    public IReadOnlyList<SslApplicationProtocol> ApplicationProtocols { get; init; } = [];

    /// <summary>
    /// Ask for the chain of each kind of key, RSA and ECDSA, over connections of their own; see
    /// <see cref="ConnectionEvidence.OtherChains"/>.
    /// </summary>
    public bool AllChains { get; init; }

    /// <summary>
    /// Ask for the stapled OCSP response, over one more connection, also where the first one shows no sign of one. The platform's TLS
    /// shows none under TLS 1.3; one that is there is always read, over a further connection, see
    /// <see cref="ConnectionEvidence.MayBeStapled"/>.
    /// </summary>
    public bool AskForStapledOcsp { get; init; }

    /// <summary>
    /// Ask over two more connections whether the server still takes TLS 1.0 or 1.1; see <see cref="ConnectionEvidence.LegacyProtocols"/>.
    /// </summary>
    public bool ProbeLegacyProtocols { get; init; }

    /// <summary>Who answers for names.</summary>
    public INameResolver Resolver { get; init; } = SystemNameResolver.Instance;

    /// <summary>Who opens sockets.</summary>
    public ISocketDialer Dialer { get; init; } = SystemSocketDialer.Instance;
}

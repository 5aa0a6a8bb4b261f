using TlsTrust.Connections.Handshakes;
using TlsTrust.Diagnosis.Observations;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>Turns where a connection stopped, and what else it showed, into findings.</summary>
internal static class ConnectionFindings
{
    /// <summary>20 names of CAs are listed; the report's field has them all.</summary>
    private const int MaxIssuers = 20;

    /// <summary>
    /// True when all that the server lacks is a certificate of ours: its own arrived, and is judged as a client that has one would.
    /// </summary>
    public static bool WantsOnlyACertificate(ConnectionEvidence evidence) =>
        evidence is { Outcome: Cause.ClientCertificateRequired, ClientCertificateGiven: false, Presented.Count: > 0 };

    /// <summary>Why no handshake was completed; nothing for a complete one.</summary>
    public static IEnumerable<Finding> Of(ConnectionEvidence evidence)
    {
        if (evidence.Outcome != Cause.None)
        {
            (string remedy, RemedyParty party) = RemedyFor(evidence);
            List<string> facts = [.. Where(evidence)];
            if (evidence.Alert is not null)
            {
                facts.Add($"the server sent the TLS alert {evidence.Alert}");
            }

            if (evidence.Spoke is { Length: > 0 } words)
            {
                facts.Add($"it said: {words}");
            }

            if (evidence.ClientCertificateRequested || evidence.Outcome == Cause.ClientCertificateRequired)
            {
                facts.Add(evidence.ClientCertificateIssuers.Count == 0 ? "it does not name the CAs that it accepts"
                    : $"it accepts certificates of: " +
                        $"{string.Join("; ", evidence.ClientCertificateIssuers.Take(MaxIssuers))}" +
                        $"{(evidence.ClientCertificateIssuers.Count > MaxIssuers
                            ? $" and {evidence.ClientCertificateIssuers.Count - MaxIssuers} more" : "")}");
            }

            yield return new Finding
            {
                Id = (FindingId)(int)evidence.Outcome,
                Severity = WantsOnlyACertificate(evidence) ? Severity.Warning : Severity.Error,
                Message = evidence.Detail,
                Evidence = [.. facts],
                Remedy = remedy,
                RemedyFor = party,
            };
        }

        if (evidence.Endpoint.HadTrailingDot && evidence.Presented.Count > 0)
        {
            yield return TrailingDot(evidence.Endpoint.HostName);
        }

        if (evidence.LegacyProtocols.Count > 0 && evidence.Outcome != Cause.ProtocolVersion)
        {
            string legacy = string.Join(" and ", evidence.LegacyProtocols.Select(ProtocolName.Of));
            yield return new Finding
            {
                Id = FindingId.LegacyProtocol,
                Severity = Severity.Warning,
                Message = $"The server still offers {legacy}.",
                Evidence = [$"it answered a plain probe with {legacy}"],
                Remedy = "Switch off everything below TLS 1.2 at the server (RFC 8996).",
                RemedyFor = RemedyParty.Server,
            };
        }
    }

    // Measured: curl 7.88, Node.js 20 to 24, Go 1.19, Java 17, wget 1.21; openssl s_client 3.0.19, Python 3.11.
    private static Finding TrailingDot(string host) => new()
    {
        Id = FindingId.ClientsDisagree,
        Severity = Severity.Information,
        Message = $"The name was written with a trailing dot; the server was asked for {host}, and its certificate is held to that.",
        Evidence =
        [
            "curl, wget, Node.js, Go and Java leave the dot away",
            "Python's ssl and openssl s_client -verify_hostname take it for a part of the name, and refuse a certificate without it",
        ],
        Remedy = $"Write {host} without the dot where such programs are given the name.",
        RemedyFor = RemedyParty.Client,
    };

    private static IEnumerable<string> Where(ConnectionEvidence evidence)
    {
        if (evidence.ViaProxy is not null)
        {
            yield return $"through the proxy {evidence.ViaProxy}";
        }

        if (evidence.RemoteAddress is not null)
        {
            yield return $"at the address {evidence.RemoteAddress}";
        }
        else if (evidence.ResolvedAddresses.Count > 0)
        {
            yield return $"the name resolves to {string.Join(", ", evidence.ResolvedAddresses)}";
        }
    }

    private static (string Remedy, RemedyParty Party) RemedyFor(ConnectionEvidence evidence)
    {
        string name = evidence.ServerName;
        return evidence.Outcome switch
        {
            // Through a proxy only the way to the proxy is this machine's own.
            Cause.NameNotResolved or Cause.ConnectionRefused or Cause.ConnectionTimedOut or Cause.NetworkUnreachable
                when evidence.ViaProxy is not null =>
                ("Check the name and port of the proxy where it is set (-Proxy or the proxy variable), that it runs, and that it " +
                    "reaches the destination; or go around it with -NoProxy or NO_PROXY.", RemedyParty.Network),
            Cause.NameNotResolved => ($"Check the spelling of {name}, and that this machine's name service knows it; a name that only a " +
                $"VPN or a proxy can resolve needs that VPN or -Proxy.", RemedyParty.Network),
            Cause.ConnectionRefused => ("Nothing listens on that port, or a firewall refuses: check the port, that the service runs, " +
                "and the firewall in front of it.", RemedyParty.Server),
            Cause.ConnectionTimedOut => ("Packets are dropped on the way: check the route and the firewalls, or whether this network " +
                "reaches the Internet only through a proxy (-Proxy).", RemedyParty.Network),
            Cause.NetworkUnreachable =>
                ("This machine has no route to the address: check its network, its IPv6 set-up, or the VPN.", RemedyParty.Network),
            Cause.ConnectionReset => ("Something cut the connection before TLS was up, often a firewall that filters by name: compare " +
                "from another network, and look at the server's log.", RemedyParty.Network),
            Cause.ProxyRefused => ("Ask whoever runs the proxy why it opens no way to this destination: not allowed, not reachable " +
                "from there, or no HTTP proxy at all; or name another with -Proxy, or go around it with -NoProxy or NO_PROXY.",
                    RemedyParty.Network),
            Cause.ProxyAuthenticationRequired =>
                ("The proxy wants a user name and password: give them with -ProxyCredential, or in the proxy variable.",
                    RemedyParty.Client),
            Cause.StartTlsRefused =>
                ("The server does not offer TLS on this port: switch STARTTLS on there, or use the port on which TLS comes first.",
                    RemedyParty.Server),
            Cause.NotTls =>
                ("Whatever listens there does not speak TLS: check the port, and whether the protocol needs -StartTls.",
                    RemedyParty.Client),
            Cause.HandshakeTimedOut => ("The server took the connection and then kept silent: look at its load and its log, and " +
                "whether a middlebox swallows the handshake.", RemedyParty.Server),
            Cause.ProtocolVersion when evidence.IsOwnLimit =>
                ("Test from a system whose TLS has 1.3 (Linux, Windows 11, Windows Server 2022): current clients connect.",
                    RemedyParty.Client),
            Cause.ProtocolVersion =>
                ("Switch on TLS 1.2 or 1.3 at the server; older versions are refused by every current client (RFC 8996).",
                    RemedyParty.Server),
            Cause.HandshakeRefused when evidence.IsOwnLimit =>
                ("Bring the server within what clients take: a certificate with fewer names, a larger Diffie-Hellman group or none, a " +
                    "current signature algorithm; what its chain is worth is judged beside this.", RemedyParty.Server),
            Cause.HandshakeRefused => ("The server refused the handshake: compare its cipher suites, curves and certificate types " +
                "with what current clients offer, and look at its log.", RemedyParty.Server),
            Cause.UnrecognizedName => ($"The server has no certificate for the name {name}: add the virtual host there, or ask for the " +
                $"name it serves with -HostName.", RemedyParty.Server),
            Cause.ClientCertificateRequired =>
                (evidence.ClientCertificateGiven ? "The server does not take that certificate: give one of a CA that it accepts, not " +
                    "expired, with its issuers behind it (-ClientCertificate takes a .pfx or PEM file with key and chain)."
                        : "The server lets in only clients with a certificate of a CA that it trusts: give such a one, with its key, " +
                            "by -ClientCertificate.", RemedyParty.Client),
            _ => ("", RemedyParty.None),
        };
    }
}

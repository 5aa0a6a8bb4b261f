using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>What goes wrong inside the handshake: silence, alerts, old versions, client certificates.</summary>
internal static class HandshakeScenarios
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Some 260 KB; OpenSSL takes 100.
    private const int ManyNames = 10_000;

    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Unreachable("certificate-too-long", "The server's certificate has ten thousand names: longer than any client takes.",
            ServerKind.SslStream, Cause.HandshakeRefused, site =>
            site.AtLocalhost(
                site.Chain(spec =>
                    spec with { DnsNames = ["localhost", .. Enumerable.Range(0, ManyNames).Select(i => $"host-number-{i}.lab.test")] }))),

        Unreachable("silent", "The server takes the connection and never says a word.", ServerKind.Tcp, Cause.HandshakeTimedOut, site =>
            site.AtLocalhost(MisbehavingServers.Silent) with { HandshakeTimeout = LabSite.ShortTimeout }),

        Unreachable("endless-handshake", "The server sends its certificate byte by byte and never comes to an end.", ServerKind.RawTls12,
            Cause.HandshakeTimedOut, site =>
            site.AtLocalhost(MisbehavingServers.EndlessHandshake) with { HandshakeTimeout = LabSite.ShortTimeout }),

        Unreachable("reset-after-client-hello", "The connection is torn down after the ClientHello.", ServerKind.Tcp, Cause.ConnectionReset,
            site =>
            site.AtLocalhost(MisbehavingServers.ResetAfterClientHello)),

        Unreachable("alert-handshake-failure", "The server answers with the alert handshake_failure.", ServerKind.RawTls12,
            Cause.HandshakeRefused, site =>
            site.AtLocalhost(RawTlsServer.Alert(AlertDescription.HandshakeFailure))),

        Unreachable("alert-unrecognized-name", "The server does not know the name and says so with an alert.", ServerKind.RawTls12,
            Cause.UnrecognizedName, site =>
            site.AtLocalhost(RawTlsServer.Alert(AlertDescription.UnrecognizedName))),

        Unreachable("alert-protocol-version", "The server answers with the alert protocol_version.", ServerKind.RawTls12,
            Cause.ProtocolVersion, site =>
            site.AtLocalhost(RawTlsServer.Alert(AlertDescription.ProtocolVersion))),

        Untrusted("tls10-only", "The server answers with TLS 1.0 whatever it is offered: some clients still connect.", ServerKind.RawTls12,
            Cause.ProtocolVersion, site =>
            site.AtLocalhost(RawTlsServer.Tls10(ServedChain.Of(site.RsaLeaf(), site.RsaIssuing.Certificate)))),

        Trusted("legacy-protocol", "A sound server that still takes TLS 1.0 from whoever offers nothing newer.", ServerKind.RawTls12,
            [FindingId.LegacyProtocol], site =>
            site.AtLocalhost(RawTlsServer.Tls12AndOlder(ServedChain.Of(site.RsaLeaf(), site.RsaIssuing.Certificate))) with {
                ProbeLegacyProtocols = true }),

        Trusted("client-certificate-required", "A sound server that wants a client certificate and refuses without one, in TLS 1.3.",
            ServerKind.RawTls13, [FindingId.ClientCertificateRequired], site =>
            site.AtLocalhost(RawTlsServer.Tls13(Demand(site, ClientCertificateDemand.Required)))),

        Trusted("client-certificate-required-tls12", "A sound server that wants a client certificate and refuses without one, in TLS 1.2.",
            ServerKind.RawTls12, [FindingId.ClientCertificateRequired], site =>
            site.AtLocalhost(RawTlsServer.Tls12(Demand(site, ClientCertificateDemand.Required)))),

        Of("client-certificate-required-leaf-only", "A server that wants a client certificate, and does not send its own intermediate.",
            ServerKind.RawTls13,
            Verdict.Untrusted, Cause.MissingIntermediate, [FindingId.MissingIntermediate, FindingId.ClientCertificateRequired], site =>
            site.AtLocalhost(
                RawTlsServer.Tls13(
                    new RawTlsOptions(ServedChain.Of(site.Leaf())) { ClientCertificate = ClientCertificateDemand.Required }))),

        Unreachable("client-certificate-refused", "The server wants a client certificate and refuses the one that it gets.",
            ServerKind.RawTls13, Cause.ClientCertificateRequired, site =>
            site.AtLocalhost(RawTlsServer.Tls13(Demand(site, ClientCertificateDemand.Refused))) with { ClientCertificate = Client(site) }),

        Trusted("client-certificate-optional", "The server asks for a client certificate and does without.", ServerKind.RawTls13, [],
            site =>
            site.AtLocalhost(RawTlsServer.Tls13(Demand(site, ClientCertificateDemand.Requested)))),

        Trusted("client-certificate-given", "The server wants a client certificate and the client has one.", ServerKind.RawTls13, [],
            site =>
            site.AtLocalhost(RawTlsServer.Tls13(Demand(site, ClientCertificateDemand.Required))) with
            {
                ClientCertificate = Client(site),
            }),
    ];

    private static X509Certificate2 Client(LabSite site) =>
        site.Own(site.Pki.Issuing.Issue(new CertificateSpec { Subject = "CN=client", ExtendedKeyUsages = [ClientAuthentication] }));

    private static RawTlsOptions Demand(LabSite site, ClientCertificateDemand demand) => new(site.Chain()) { ClientCertificate = demand };
}

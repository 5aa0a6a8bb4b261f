using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>Servers that a client accepts, some of them not quite in order: what must not be called broken.</summary>
internal static class TrustedScenarios
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Trusted("trusted", "A sound chain: certificate and intermediate, the root in the store.", ServerKind.SslStream, [],
            site => site.AtLocalhost(site.Chain())),

        Trusted("trusted-rsa", "The same with RSA 2048 throughout.", ServerKind.SslStream, [], site =>
            site.AtLocalhost(ServedChain.Of(site.RsaLeaf(), site.RsaIssuing.Certificate))),

        Trusted("clients-disagree", "An RSA key that may only encipher signs the handshake: OpenSSL takes it, Java does not.",
            ServerKind.SslStream, [FindingId.ClientsDisagree], site =>
            site.AtLocalhost(
                ServedChain.Of(
                    site.Leaf(spec =>
                        spec with { Key = site.Pki.RsaServerKey, KeyUsage = X509KeyUsageFlags.KeyEncipherment }, site.RsaIssuing),
                            site.RsaIssuing.Certificate))),

        Trusted("trusted-cross-signed",
            "The chain ends in a new root that the store lacks, and is sent with its cross-sign by a root the store has.",
                ServerKind.SslStream, [], site =>
        {
            // leaf <- issuing <- young root, cross-signed <- Lab Public Root
            LabAuthority young = LabAuthority.CreateRoot("CN=Lab Young Root, O=TlsTrust Lab", site.Now);
            LabAuthority issuing = young.IssueAuthority("CN=Lab Young Issuing CA, O=TlsTrust Lab");
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: issuing), issuing.Certificate, site.Pki.Root.CrossSign(young)));
        }),

        Trusted("trusted-wildcard", "The certificate covers the name with a wildcard.", ServerKind.SslStream, [], site =>
            site.AtLocalhost(site.Chain(spec => spec with { Subject = "CN=*.lab.test", DnsNames = ["*.lab.test"] })) with { HostName =
                "app.lab.test" }),

        Trusted("trusted-ip-san", "The endpoint is an IP address and the certificate names it.", ServerKind.SslStream, [], site =>
            site.AtAddress(site.Chain(spec => spec with { Subject = "CN=127.0.0.1", DnsNames = [], IpAddresses = ["127.0.0.1"] }))),

        Trusted("trusted-self-signed-anchor", "A self-signed server certificate that the store holds as an anchor; Chrome takes none such.",
            ServerKind.SslStream, [FindingId.ClientsDisagree], site =>
        {
            LabCertificate own =
                LabAuthority.CreateSelfSigned(new CertificateSpec { Subject = "CN=localhost", DnsNames = ["localhost"] }, site.Now);
            return site.AtLocalhost(ServedChain.Of(own)) with { TrustStorePath = site.WriteCertificates("own-anchor.pem", own) };
        }),

        Trusted("trusted-starttls-smtp", "A sound chain behind STARTTLS in SMTP.", ServerKind.SslStream, [], site =>
            site.At($"smtp://localhost:{site.Listen(StartTlsServers.Smtp(TlsServer.Serve(site.Chain())))}")),

        Trusted("trusted-starttls-imap", "A sound chain behind STARTTLS in IMAP.", ServerKind.SslStream, [], site =>
            site.At($"imap://localhost:{site.Listen(StartTlsServers.Imap(TlsServer.Serve(site.Chain())))}")),

        Trusted("trusted-starttls-postgresql", "A sound chain behind PostgreSQL's SSLRequest.", ServerKind.SslStream, [], site =>
            site.At($"postgresql://localhost:{site.Listen(StartTlsServers.PostgreSql(TlsServer.Serve(site.Chain())))}")),

        Trusted("trusted-through-proxy", "A sound server behind a proxy that passes TLS on untouched.", ServerKind.SslStream, [], site =>
        {
            ServedChain chain = site.Chain(spec => spec with { Subject = "CN=www.fabrikam.com", DnsNames = ["www.fabrikam.com"] });
            int proxy = site.Listen(ConnectProxy.Forward(site.Listen(TlsServer.Serve(chain))));
            site.Network.AddName("www.fabrikam.com", LabSite.BehindProxyAddress);
            return site.At("www.fabrikam.com:443") with { Proxy = $"http://127.0.0.1:{proxy}" };
        }),

        Trusted("wrong-order", "The right certificates in the wrong order.", ServerKind.RawTls12, [FindingId.OutOfOrder], site =>
            site.AtLocalhostRaw(OutOfOrder(site))),

        Trusted("wrong-order-tls13", "The right certificates in the wrong order, in TLS 1.3.", ServerKind.RawTls13, [FindingId.OutOfOrder],
            site =>
            site.AtLocalhost(RawTlsServer.Tls13(new RawTlsOptions(OutOfOrder(site))))),

        Trusted("duplicate-sent", "The intermediate is sent twice.", ServerKind.RawTls12, [FindingId.DuplicateSent], site =>
            site.AtLocalhostRaw(ServedChain.Of(site.Leaf(), site.Pki.Issuing.Certificate, site.Pki.Issuing.Certificate))),

        Trusted("unrelated-sent", "A certificate that has nothing to do with the chain is sent with it.", ServerKind.RawTls12,
            [FindingId.UnrelatedSent], site =>
        {
            LabAuthority stranger = LabAuthority.CreateRoot("CN=Lab Stranger Root, O=TlsTrust Lab", site.Now)
                .IssueAuthority("CN=Lab Stranger CA, O=TlsTrust Lab");
            return site.AtLocalhostRaw(ServedChain.Of(site.Leaf(), site.Pki.Issuing.Certificate, stranger.Certificate));
        }),

        Trusted("root-sent", "The root is sent too, which no client needs.", ServerKind.RawTls12, [FindingId.RootSent], site =>
            site.AtLocalhostRaw(ServedChain.Of(site.Leaf(), site.Pki.Issuing.Certificate, site.Pki.Root.Certificate))),

        Trusted("expiring-soon", "The server's certificate expires in ten days.", ServerKind.SslStream, [FindingId.ExpiringSoon], site =>
            site.AtLocalhost(site.Chain(spec => spec with { NotAfter = site.Now.AddDays(10) }))),

        Trusted("strict-x509", "The server's certificate lacks the authority key identifier, which only strict clients mind.",
            ServerKind.SslStream, [FindingId.StrictX509], site =>
            site.AtLocalhost(site.Chain(spec => spec with { AuthorityKeyIdentifier = false }))),

        Trusted("expired-cross-sign-avoidable",
            "An old cross-sign that has expired is sent, and the store has the root that makes it needless.", ServerKind.RawTls12,
                [FindingId.ExpiredPathAvoided], site =>
        {
            // leaf <- issuing <- new root, self-signed, in the store
            //                 <- new root, cross-signed, expired <- old root, in the store
            LabAuthority old = LabAuthority.CreateRoot("CN=Lab Retired Root, O=TlsTrust Lab", site.Now);
            LabAuthority heir = LabAuthority.CreateRoot("CN=Lab Heir Root, O=TlsTrust Lab", site.Now);
            LabAuthority issuing = heir.IssueAuthority("CN=Lab Heir Issuing CA, O=TlsTrust Lab");
            site.Trust(old.Certificate);
            site.Trust(heir.Certificate);
            LabCertificate crossSign = old.CrossSign(heir, site.Now.AddYears(-5), site.Now.AddDays(-30));
            return site.AtLocalhostRaw(ServedChain.Of(site.Leaf(issuer: issuing), issuing.Certificate, crossSign));
        }),
    ];

    private static ServedChain OutOfOrder(LabSite site)
    {
        LabAuthority upper = site.Pki.Root.IssueAuthority("CN=Lab Upper CA, O=TlsTrust Lab");
        LabAuthority lower = upper.IssueAuthority("CN=Lab Lower CA, O=TlsTrust Lab");
        return ServedChain.Of(site.Leaf(issuer: lower), upper.Certificate, lower.Certificate);
    }
}

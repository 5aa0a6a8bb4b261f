using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>Sound servers: what must not be called broken.</summary>
internal static class TrustedScenarios
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Trusted("trusted", "A sound chain: certificate and intermediate, the root in the store.", ServerKind.SslStream, [],
            site => site.AtLocalhost(site.Chain())),

        Trusted("trusted-rsa", "The same with RSA 2048 throughout.", ServerKind.SslStream, [], site =>
        {
            LabCertificate leaf = site.Leaf(spec => spec with { Key = site.Pki.RsaServerKey }, site.Pki.RsaIssuing);
            return site.AtLocalhost(ServedChain.Of(leaf, site.Pki.RsaIssuing.Certificate));
        }),

        Trusted("trusted-cross-signed", "The chain ends in a new root that the store lacks, and is sent with its cross-sign by a root the store has.", ServerKind.SslStream, [], site =>
        {
            // leaf <- issuing <- new root (cross-signed) <- Lab Public Root
            LabAuthority newRoot = LabAuthority.CreateRoot("CN=Lab Young Root, O=TlsTrust Lab", site.Now);
            LabAuthority issuing = newRoot.IssueAuthority("CN=Lab Young Issuing CA, O=TlsTrust Lab");
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: issuing), issuing.Certificate, site.Pki.Root.CrossSign(newRoot)));
        }),

        Trusted("trusted-wildcard", "The certificate covers the name with a wildcard.", ServerKind.SslStream, [], site =>
            site.AtLocalhost(site.Chain(spec => spec with { Subject = "CN=*.lab.test", DnsNames = ["*.lab.test"] })) with { HostName = "app.lab.test" }),

        Trusted("trusted-ip-san", "The endpoint is an IP address and the certificate names it.", ServerKind.SslStream, [], site =>
            site.At($"127.0.0.1:{site.Listen(TlsServer.Serve(site.Chain(spec => spec with { Subject = "CN=127.0.0.1", DnsNames = [], IpAddresses = ["127.0.0.1"] })))}")),
    ];
}

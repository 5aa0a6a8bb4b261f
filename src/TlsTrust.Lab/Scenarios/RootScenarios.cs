using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>
/// OpenSSL's error 20, second half: the chain is whole and the store lacks its root; and what is wrong with the store itself.
/// </summary>
internal static class RootScenarios
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Untrusted("private-root-sent", "The chain is complete up to a private root that is sent and that the store lacks.",
            ServerKind.RawTls12, Cause.PrivateRoot, site =>
        {
            LabAuthority root = LabAuthority.CreateRoot("CN=Lab Private Root, O=TlsTrust Lab", site.Now);
            LabAuthority issuing = root.IssueAuthority("CN=Lab Private Issuing CA, O=TlsTrust Lab");
            return site.AtLocalhostRaw(ServedChain.Of(site.Leaf(issuer: issuing), issuing.Certificate, root.Certificate));
        }),

        Untrusted("private-root-not-sent", "Certificate and intermediate are sent; the intermediate's AIA serves a private root.",
            ServerKind.SslStream, Cause.PrivateRoot, site =>
        {
            LabAuthority issuing = BelowPrivateRoot(site, "Lab Unsent", "unsent-root.cer");
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: issuing), issuing.Certificate));
        }),

        Untrusted("private-root-leaf-only", "Only the server's certificate is sent; AIA leads over an intermediate to a private root.",
            ServerKind.SslStream, Cause.PrivateRoot, site =>
        {
            LabAuthority issuing = BelowPrivateRoot(site, "Lab Distant", "distant-root.cer");
            string url = site.PublishCertificate("distant-issuing.cer", issuing.Certificate);
            return site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [url] }, issuing)));
        }),

        Untrusted("public-root-missing", "The chain is as it should be and leads to a publicly known root that the store lacks.",
            ServerKind.SslStream, Cause.MissingPublicRoot, site =>
        {
            LabAuthority issuing = site.Pki.AbsentRoot.IssueAuthority("CN=Lab New Issuing CA, O=TlsTrust Lab");
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: issuing), issuing.Certificate));
        }),

        Untrusted("public-root-missing-leaf-only",
            "Only the server's certificate is sent; AIA leads to a publicly known root that the store lacks.", ServerKind.SslStream,
                Cause.MissingPublicRoot, site =>
        {
            LabAuthority issuing = site.Pki.AbsentRoot.IssueAuthority("CN=Lab Newer Issuing CA, O=TlsTrust Lab");
            string url = site.PublishCertificate("newer-issuing.cer", issuing.Certificate);
            return site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [url] }, issuing)));
        }),

        Untrusted("public-root-name-only",
            "The issuer bears the name of a publicly known root and has another key: a name alone proves nothing.", ServerKind.SslStream,
                Cause.IssuerUnknown, site =>
        {
            LabAuthority impostor = LabAuthority.CreateRoot(site.Pki.AbsentRoot.Certificate.Subject, site.Now);
            LabAuthority issuing = impostor.IssueAuthority("CN=Lab Impostor Issuing CA, O=TlsTrust Lab");
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: issuing), issuing.Certificate));
        }),

        Untrusted("stale-root-in-store", "The CA was made again: the store holds its name with another key.", ServerKind.SslStream,
            Cause.StaleIssuer, site =>
        {
            LabAuthority again = LabAuthority.CreateRoot("CN=Lab Cluster CA, O=TlsTrust Lab", site.Now);
            LabCertificate stale = LabAuthority.CreateRoot("CN=Lab Cluster CA, O=TlsTrust Lab", site.Now).Certificate;
            site.WriteCertificates("cluster-root.pem", again.Certificate); // what whoever runs the CA would hand over
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: again))) with { TrustStorePath =
                site.WriteCertificates("stale-root.pem", site.Pki.Root.Certificate, stale) };
        }),

        Untrusted("stale-intermediate-sent", "The server sends the intermediate from before its renewal: the right name, and another key.",
            ServerKind.SslStream, Cause.StaleIssuer, site =>
        {
            LabAuthority renewed = site.Pki.Root.IssueAuthority("CN=Lab Renewed Issuing CA, O=TlsTrust Lab");
            LabAuthority before = site.Pki.Root.IssueAuthority("CN=Lab Renewed Issuing CA, O=TlsTrust Lab");
            site.WriteCertificates("renewed-issuing.pem", renewed.Certificate);
            return site.AtLocalhostRaw(ServedChain.Of(site.Leaf(issuer: renewed), before.Certificate));
        }),

        Untrusted("stale-root-new-one-sent", "The CA was made again and its new root is sent; the store has the old one.",
            ServerKind.SslStream, Cause.PrivateRoot, site =>
        {
            LabAuthority again = LabAuthority.CreateRoot("CN=Lab Moved CA, O=TlsTrust Lab", site.Now);
            LabCertificate stale = LabAuthority.CreateRoot("CN=Lab Moved CA, O=TlsTrust Lab", site.Now).Certificate;
            return site.AtLocalhostRaw(ServedChain.Of(site.Leaf(issuer: again), again.Certificate)) with { TrustStorePath =
                site.WriteCertificates("moved-root.pem", stale) };
        }),

        Of("intermediate-as-anchor", "The store holds the intermediate and not its root.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingPublicRoot, [FindingId.MissingPublicRoot, FindingId.IntermediateAsAnchor], site =>
            site.AtLocalhost(site.Chain()) with { TrustStorePath =
                site.WriteCertificates("intermediate-only.pem", site.Pki.Issuing.Certificate) }),

        Untrusted("self-signed", "The server's certificate is its own issuer.", ServerKind.SslStream, Cause.SelfSigned, site =>
            site.AtLocalhost(
                ServedChain.Of(
                    LabAuthority.CreateSelfSigned(new CertificateSpec { Subject = "CN=localhost", DnsNames = ["localhost"] }, site.Now)))),

        Untrusted("self-signed-ca-as-leaf", "The server's certificate is its own issuer and says it is a CA.", ServerKind.SslStream,
            Cause.SelfSigned, site =>
            site.AtLocalhost(ServedChain.Of(LabAuthority.CreateSelfSigned(
                new CertificateSpec { Subject = "CN=localhost", DnsNames = ["localhost"], IsCA = true, KeyUsage = X509KeyUsageFlags.None },
                site.Now)))),

        Of("interception-proxy", "A proxy answers for a public name with a certificate of its own CA, which the store trusts.",
            ServerKind.SslStream,
            Verdict.Trusted, Cause.Interception, [FindingId.Interception], site =>
        {
            site.Network.AddName("www.contoso.com", LabSite.BehindProxyAddress);
            int proxy = site.Listen(ConnectProxy.Intercept(host => TlsServer.Serve(ServedChain.Of(site.Pki.Inspection.IssueServer(host)))));
            return site.At("www.contoso.com:443") with { Proxy = $"http://127.0.0.1:{proxy}" };
        }),

        Of("interception-transparent",
            "A device on the way answers for a public name with a certificate of its own CA, which the store trusts.", ServerKind.SslStream,
            Verdict.Trusted, Cause.Interception, [FindingId.Interception], site =>
        {
            ServedChain chain = ServedChain.Of(site.Pki.Inspection.IssueServer("www.adatum.com"));
            site.Network.AddName("www.adatum.com", LabSite.GlobalAddress);
            site.Network.Route(LabSite.GlobalAddress, 443, site.Listen(TlsServer.Serve(chain)));
            return site.At("www.adatum.com:443");
        }),

        Untrusted("store-missing", "The trust store is a file that is not there.", ServerKind.SslStream, Cause.StoreUnusable, site =>
            site.AtLocalhost(site.Chain()) with { TrustStorePath = Path.Combine(site.Directory, "no-such-store.pem") }),

        Untrusted("store-empty", "The trust store is an empty file.", ServerKind.SslStream, Cause.StoreUnusable, site =>
            site.AtLocalhost(site.Chain()) with { TrustStorePath = site.WriteCertificates("empty-store.pem") }),

        Untrusted("store-not-hashed", "The trust store is a directory without hashed names, in which OpenSSL finds nothing.",
            ServerKind.SslStream, Cause.StoreUnusable, site =>
        {
            string directory = System.IO.Directory.CreateDirectory(Path.Combine(site.Directory, "unhashed")).FullName;
            site.WriteCertificates(Path.Combine("unhashed", "root.pem"), site.Pki.Root.Certificate);
            return site.AtLocalhost(site.Chain()) with { TrustStorePath = directory };
        }),
    ];

    private static LabAuthority BelowPrivateRoot(LabSite site, string name, string path)
    {
        LabAuthority root = LabAuthority.CreateRoot($"CN={name} Root, O=TlsTrust Lab", site.Now);
        string url = site.PublishCertificate(path, root.Certificate);
        return root.IssueAuthority(new CertificateSpec { Subject = $"CN={name} Issuing CA, O=TlsTrust Lab", CaIssuersUrls = [url] });
    }
}

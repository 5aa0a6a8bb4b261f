using System.Text;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>OpenSSL's error 20, first half: an intermediate is missing, or nobody knows who issued.</summary>
internal static class IssuerScenarios
{
    private static readonly FindingId[] CompletedByDownload = [FindingId.MissingIntermediate, FindingId.TrustedOnlyWithDownload];

    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Of("missing-intermediate", "Only the server's certificate is sent; its AIA serves the intermediate.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingIntermediate, CompletedByDownload,
            site => site.AtLocalhost(ServedChain.Of(site.Leaf()))),

        Of("missing-two-intermediates", "Only the server's certificate is sent; AIA leads over two intermediates to the root.",
            ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingIntermediate, CompletedByDownload, site =>
        {
            LabAuthority upper = site.Pki.Root.IssueAuthority("CN=Lab Two-Step Upper CA, O=TlsTrust Lab");
            string upperUrl = site.PublishCertificate("two-step-upper.cer", upper.Certificate);
            LabAuthority lower =
                upper.IssueAuthority(
                    new CertificateSpec { Subject = "CN=Lab Two-Step Lower CA, O=TlsTrust Lab", CaIssuersUrls = [upperUrl] });
            string lowerUrl = site.PublishCertificate("two-step-lower.cer", lower.Certificate);
            return site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [lowerUrl] }, lower)));
        }),

        Untrusted("missing-intermediate-no-aia",
            "Only the server's certificate is sent, without AIA; the intermediate is in a file at hand.", ServerKind.SslStream,
                Cause.MissingIntermediate, site =>
            site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [] }))) with
            {
                SearchPaths = [site.WriteCertificates("at-hand.pem", site.Pki.Issuing.Certificate)],
            }),

        Of("missing-intermediate-rsa-only",
            "The server has two certificates: with the ECDSA one it sends the intermediate, with the RSA one it does not.",
                ServerKind.RawTls13,
            Verdict.Untrusted, Cause.MissingIntermediate, [FindingId.MissingIntermediate], site =>
        {
            LabCertificate rsa = site.Leaf(spec => spec with { Key = site.Pki.RsaServerKey });
            return site.AtLocalhost(RawTlsServer.Tls13(new RawTlsOptions(site.Chain()) { OtherChain = ServedChain.Of(rsa) })) with {
                AllChains = true };
        }),

        Of("aia-pkcs7", "The AIA of the only certificate sent serves two intermediates as PKCS#7.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingIntermediate, CompletedByDownload, site =>
        {
            LabAuthority upper = site.Pki.Root.IssueAuthority("CN=Lab Bagged Upper CA, O=TlsTrust Lab");
            LabAuthority lower = upper.IssueAuthority("CN=Lab Bagged Lower CA, O=TlsTrust Lab");
            string url =
                site.Http.Publish("bag.p7c", "application/pkcs7-mime",
                    CertificatesOnlyMessage.Create(upper.Certificate, lower.Certificate));
            return site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [url] }, lower)));
        }),

        Untrusted("issuer-unknown", "Only the server's certificate is sent, and nothing anywhere says who issued it.", ServerKind.SslStream,
            Cause.IssuerUnknown, site =>
            site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: Nowhere(site))))),

        Untrusted("issuer-unknown-above-intermediate",
            "Certificate and intermediate are sent; the root above is private and nowhere to be had.", ServerKind.SslStream,
                Cause.IssuerUnknown, site =>
        {
            LabAuthority nowhere = Nowhere(site);
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: nowhere), nowhere.Certificate));
        }),

        Untrusted("aia-loop", "AIA leads in a circle: two CAs have certified each other and no root.", ServerKind.SslStream,
            Cause.IssuerUnknown, site =>
        {
            // leaf <- A (issued by B) <- B (issued by A) <- A ...
            string urlOfA = site.Http.Url("loop-a.cer");
            string urlOfB = site.Http.Url("loop-b.cer");
            LabAuthority a = LabAuthority.CreateRoot("CN=Lab Loop CA A, O=TlsTrust Lab", site.Now);
            LabAuthority b =
                a.IssueAuthority(new CertificateSpec { Subject = "CN=Lab Loop CA B, O=TlsTrust Lab", CaIssuersUrls = [urlOfA] });
            LabCertificate aByB =
                b.Issue(new CertificateSpec { Subject = a.Certificate.Subject, Key = a.Certificate.Key, IsCA = true,
                    CaIssuersUrls = [urlOfB] });
            site.PublishCertificate("loop-a.cer", aByB);
            site.PublishCertificate("loop-b.cer", b.Certificate);
            return site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [urlOfA] }, a)));
        }),

        Untrusted("aia-wrong-certificate", "AIA serves a certificate with the issuer's name and another key.", ServerKind.SslStream,
            Cause.IssuerUnknown, site =>
        {
            LabAuthority real = Nowhere(site);
            LabAuthority impostor = site.Pki.Root.IssueAuthority(real.Certificate.Subject);
            string url = site.PublishCertificate("impostor.cer", impostor.Certificate);
            return site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [url] }, real)));
        }),

        Untrusted("aia-unreachable", "The AIA of the only certificate sent points to a server that is not there.", ServerKind.SslStream,
            Cause.IssuerUnknown, site =>
            LeafWithAia(site, $"http://127.0.0.1:{site.RefuseConnections()}/ca.cer")),

        Untrusted("aia-not-found", "The AIA of the only certificate sent answers 404.", ServerKind.SslStream, Cause.IssuerUnknown, site =>
            LeafWithAia(site, site.Http.Url("not-there.cer"))),

        Untrusted("aia-not-asked", "Only the server's certificate is sent; its AIA would serve the intermediate, and downloads are off.",
            ServerKind.SslStream, Cause.IssuerUnknown, site =>
            LeafWithAia(site, site.PublishCertificate("not-asked.cer", site.Pki.Issuing.Certificate)) with { NoDownload = true }),

        Of("aia-pem", "The AIA of the only certificate sent serves the intermediate as PEM, which it should not.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingIntermediate, CompletedByDownload, site =>
            LeafWithAia(site,
                site.Http.Publish("issuing.pem", "application/x-pem-file", Encoding.ASCII.GetBytes(site.Pki.Issuing.Certificate.Pem)))),

        Of("aia-redirect", "The AIA of the only certificate sent redirects to where the intermediate is.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingIntermediate, CompletedByDownload, site =>
            LeafWithAia(site, site.Http.Publish("moved.cer", _ => HttpAnswer.Redirect(site.IssuingUrl)))),

        Untrusted("aia-redirect-loop", "The AIA of the only certificate sent redirects to itself.", ServerKind.SslStream,
            Cause.IssuerUnknown, site =>
            LeafWithAia(site, site.Http.Publish("round.cer", _ => HttpAnswer.Redirect(site.Http.Url("round.cer"))))),

        Untrusted("aia-not-a-certificate", "The AIA of the only certificate sent serves a web page.", ServerKind.SslStream,
            Cause.IssuerUnknown, site =>
            LeafWithAia(site, site.Http.Publish("page.cer", "text/html", "<html><body>Sign in to this network</body></html>"u8.ToArray()))),

        Untrusted("aia-too-long",
            "The AIA of the only certificate sent answers with a megabyte, where a certificate has a few kilobytes at most.",
                ServerKind.SslStream, Cause.IssuerUnknown, site =>
            LeafWithAia(site, site.Http.Publish("long.cer", "application/pkix-cert", new byte[1024 * 1024]))),

        Untrusted("aia-endless", "The AIA of the only certificate sent answers byte by byte and never comes to an end.",
            ServerKind.SslStream, Cause.IssuerUnknown, site =>
            LeafWithAia(site,
                $"http://127.0.0.1:{site.Listen(MisbehavingServers.EndlessHttp)}/ca.cer") with { FetchTimeout = LabSite.ShortTimeout }),

        Untrusted("aia-not-http", "The AIA of the only certificate sent is an LDAP URL, which is not followed.", ServerKind.SslStream,
            Cause.IssuerUnknown, site =>
            LeafWithAia(site, "ldap://127.0.0.1/cn=Lab%20Issuing%20CA?cACertificate")),

        Untrusted("aia-private-address", "A public host's certificate names an AIA on this machine, which must not be asked for.",
            ServerKind.SslStream, Cause.IssuerUnknown, site =>
        {
            string url = site.PublishCertificate("private-address.cer", site.Pki.Issuing.Certificate);
            LabCertificate leaf =
                site.Leaf(spec => spec with { Subject = "CN=www.northwind.com", DnsNames = ["www.northwind.com"], CaIssuersUrls = [url] });
            site.Network.AddName("www.northwind.com", LabSite.GlobalAddress);
            site.Network.Route(LabSite.GlobalAddress, 8443, site.Listen(TlsServer.Serve(ServedChain.Of(leaf))));
            return site.At("www.northwind.com:8443");
        }),
    ];

    // The certificate alone, issued as usual, with an AIA of its own.
    private static RunningScenario LeafWithAia(LabSite site, string url) =>
        site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [url] })));

    private static LabAuthority Nowhere(LabSite site) =>
        LabAuthority.CreateRoot("CN=Lab Nowhere Root, O=TlsTrust Lab", site.Now).IssueAuthority("CN=Lab Nowhere CA, O=TlsTrust Lab");
}

using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;
using TlsTrust.Revocation;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>Revoked, not revoked, and nobody could be asked: three different answers.</summary>
internal static class RevocationScenarios
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Untrusted("revoked-crl", "The issuer's CRL lists the server's certificate.", ServerKind.SslStream, Cause.Revoked, site =>
        {
            LabAuthority issuing = Issuer(site, "CRL", "revoked-crl");
            LabCertificate leaf = site.Leaf(spec => spec with { CrlUrls = [site.Http.Url("revoked.crl")] }, issuing);
            site.Http.Publish("revoked.crl", "application/pkix-crl", RevocationList.Create(issuing, leaf));
            return site.AtLocalhost(ServedChain.Of(leaf, issuing.Certificate)) with { Revocation = RevocationMode.Online };
        }),

        Untrusted("revoked-ocsp", "The issuer's OCSP responder says the server's certificate is revoked.", ServerKind.SslStream,
            Cause.Revoked, site =>
            Ocsp(site, "revoked-ocsp", OcspStatus.Revoked, delegated: false)),

        Untrusted("revoked-ocsp-delegated", "An OCSP responder that the issuer has delegated to says revoked.", ServerKind.SslStream,
            Cause.Revoked, site =>
            Ocsp(site, "revoked-ocsp-delegated", OcspStatus.Revoked, delegated: true)),

        Untrusted("revoked-ocsp-stapled", "The server staples an OCSP response that says its own certificate is revoked, in TLS 1.3.",
            ServerKind.RawTls13, Cause.Revoked, site =>
            site.AtLocalhost(RawTlsServer.Tls13(Stapled(site, "Stapling", OcspStatus.Revoked))) with { Revocation =
                RevocationMode.Offline }),

        Untrusted("revoked-ocsp-stapled-tls12", "The server staples an OCSP response that says its own certificate is revoked, in TLS 1.2.",
            ServerKind.RawTls12, Cause.Revoked, site =>
            site.AtLocalhost(RawTlsServer.Tls12(Stapled(site, "Stapling Too", OcspStatus.Revoked))) with { Revocation =
                RevocationMode.Offline }),

        Trusted("not-revoked-ocsp-stapled",
            "The server staples an OCSP response that says its certificate is good; nobody was asked about its issuer.",
                ServerKind.RawTls13, [FindingId.RevocationUnknown], site =>
            site.AtLocalhost(RawTlsServer.Tls13(Stapled(site, "Stapling Well", OcspStatus.Good))) with { Revocation =
                RevocationMode.Offline }),

        Trusted("not-revoked-ocsp", "The issuer's OCSP responder says the server's certificate is good.", ServerKind.SslStream, [], site =>
            Ocsp(site, "not-revoked-ocsp", OcspStatus.Good, delegated: false)),

        Trusted("not-revoked-crl", "The issuer's CRL does not list the server's certificate.", ServerKind.SslStream, [], site =>
        {
            LabAuthority issuing = Issuer(site, "Clean CRL", "not-revoked-crl");
            LabCertificate leaf =
                site.Leaf(spec =>
                    spec with { CrlUrls = [site.Http.Publish("clean.crl", "application/pkix-crl", RevocationList.Create(issuing))] },
                        issuing);
            return site.AtLocalhost(ServedChain.Of(leaf, issuing.Certificate)) with { Revocation = RevocationMode.Online };
        }),

        Trusted("revocation-unknown", "Revocation is asked for, and the OCSP responder is not there.", ServerKind.SslStream,
            [FindingId.RevocationUnknown], site =>
        {
            LabAuthority issuing = Issuer(site, "Mute", "revocation-unknown");
            LabCertificate leaf =
                site.Leaf(spec => spec with { OcspUrls = [$"http://127.0.0.1:{site.RefuseConnections()}/ocsp"] }, issuing);
            return site.AtLocalhost(ServedChain.Of(leaf, issuing.Certificate)) with { Revocation = RevocationMode.Online };
        }),
    ];

    // The intermediate's own status is answered for too, by a CRL of the root: only the server's certificate is in question.
    private static LabAuthority Issuer(LabSite site, string name, string path)
    {
        string url = site.Http.Publish($"{path}-root.crl", "application/pkix-crl", RevocationList.Create(site.Pki.Root));
        return site.Pki.Root.IssueAuthority(new CertificateSpec { Subject = $"CN=Lab {name} CA, O=TlsTrust Lab", CrlUrls = [url] });
    }

    private static RunningScenario Ocsp(LabSite site, string path, OcspStatus status, bool delegated)
    {
        LabAuthority issuing = Issuer(site, path, path);
        OcspResponder responder = new(issuing, delegated);
        string url = site.Http.Publish(path, request => new HttpAnswer(200, "application/ocsp-response", responder.Answer(request)));
        LabCertificate leaf = site.Leaf(spec => spec with { OcspUrls = [url] }, issuing);
        responder.Set(leaf, status);
        return site.AtLocalhost(ServedChain.Of(leaf, issuing.Certificate)) with { Revocation = RevocationMode.Online };
    }

    private static RawTlsOptions Stapled(LabSite site, string name, OcspStatus status)
    {
        LabAuthority issuing = site.Pki.Root.IssueAuthority($"CN=Lab {name} CA, O=TlsTrust Lab");
        LabCertificate leaf = site.Leaf(issuer: issuing);
        OcspResponder responder = new(issuing);
        responder.Set(leaf, status);
        return new RawTlsOptions(ServedChain.Of(leaf, issuing.Certificate)) { StapledOcsp = responder.Staple(leaf) };
    }
}

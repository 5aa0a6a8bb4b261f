using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>OpenSSL's error 20 and its kin: an issuer is missing, and which one, and why.</summary>
internal static class IssuerScenarios
{
    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Of("missing-intermediate", "Only the server's certificate is sent; its AIA serves the intermediate.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.MissingIntermediate, [FindingId.MissingIntermediate, FindingId.TrustedOnlyWithDownload],
            site => site.AtLocalhost(ServedChain.Of(site.Leaf()))),

        Untrusted("missing-intermediate-no-aia", "Only the server's certificate is sent, without AIA; the intermediate is in a file at hand.", ServerKind.SslStream, Cause.MissingIntermediate, site =>
            site.AtLocalhost(ServedChain.Of(site.Leaf(spec => spec with { CaIssuersUrls = [] }))) with
            {
                SearchPaths = [site.WriteCertificates("at-hand.pem", site.Pki.Issuing.Certificate)],
            }),

        Untrusted("issuer-unknown", "Only the server's certificate is sent, and nothing anywhere says who issued it.", ServerKind.SslStream, Cause.IssuerUnknown, site =>
        {
            LabAuthority nowhere = LabAuthority.CreateRoot("CN=Lab Nowhere Root, O=TlsTrust Lab", site.Now).IssueAuthority("CN=Lab Nowhere CA, O=TlsTrust Lab");
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: nowhere)));
        }),

        Untrusted("private-root-sent", "The chain is complete up to a private root that is sent and that the store lacks.", ServerKind.SslStream, Cause.PrivateRoot, site =>
        {
            LabAuthority root = LabAuthority.CreateRoot("CN=Lab Private Root, O=TlsTrust Lab", site.Now);
            LabAuthority issuing = root.IssueAuthority("CN=Lab Private Issuing CA, O=TlsTrust Lab");
            return site.AtLocalhost(ServedChain.Of(site.Leaf(issuer: issuing), issuing.Certificate, root.Certificate));
        }),

        Untrusted("self-signed", "The server's certificate is its own issuer.", ServerKind.SslStream, Cause.SelfSigned, site =>
            site.AtLocalhost(ServedChain.Of(LabAuthority.CreateSelfSigned(new CertificateSpec { Subject = "CN=localhost", DnsNames = ["localhost"] }, site.Now)))),
    ];
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Lab.Servers;
using TlsTrust.Lab.Servers.RawTls;
using static TlsTrust.Lab.Scenarios.ScenarioPlan;

namespace TlsTrust.Lab.Scenarios;

/// <summary>Chains with all their certificates that break a rule of RFC 5280 or RFC 9525.</summary>
internal static class RuleScenarios
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // An arc that IANA keeps for documentation (RFC 5612): no client can know it.
    private const string UnknownExtension = "1.3.6.1.4.1.32473.1";

    // More than 2^20 comparisons together (OpenSSL's NAME_CHECK_MAX).
    private const int ManyNames = 1000;
    private const int ManyConstraints = 1100;

    public static IReadOnlyList<ScenarioPlan> All { get; } =
    [
        Untrusted("expired-leaf", "The server's certificate expired five days ago.", ServerKind.SslStream, Cause.Expired, site =>
            site.AtLocalhost(site.Chain(spec => spec with { NotBefore = site.Now.AddDays(-95), NotAfter = site.Now.AddDays(-5) }))),

        Untrusted("expired-intermediate", "The intermediate expired twenty days ago.", ServerKind.RawTls12, Cause.Expired, site =>
            Below(site, site.Pki.Root.IssueAuthority(
                new CertificateSpec { Subject = "CN=Lab Expired CA, O=TlsTrust Lab", NotAfter = site.Now.AddDays(-20) }))),

        Untrusted("expired-root", "The root in the store expired two months ago, and there is no other.", ServerKind.RawTls12,
            Cause.Expired, site =>
        {
            LabAuthority root = LabAuthority.CreateRoot(
                new CertificateSpec { Subject = "CN=Lab Expired Root, O=TlsTrust Lab", NotBefore = site.Now.AddYears(-10),
                    NotAfter = site.Now.AddDays(-60) },
                site.Now);
            site.Trust(root.Certificate);
            return Below(site, root.IssueAuthority("CN=Lab Outlived CA, O=TlsTrust Lab"));
        }),

        Untrusted("not-yet-valid", "The server's certificate is valid from the day after tomorrow.", ServerKind.SslStream,
            Cause.NotYetValid, site =>
            site.AtLocalhost(site.Chain(spec => spec with { NotBefore = site.Now.AddDays(2) }))),

        Untrusted("clock-skew", "This machine's clock is three years slow, as the greeting of a mail server shows.", ServerKind.SslStream,
            Cause.ClockSkew, site =>
            site.At($"smtp://localhost:{site.Listen(StartTlsServers.Smtp(TlsServer.Serve(site.Chain()), site.Now))}") with { At =
                site.Now.AddYears(-3).UtcDateTime, AtIsClock = true }),

        Untrusted("wrong-host", "The certificate is for other names.", ServerKind.SslStream, Cause.NameMismatch, site =>
            site.AtLocalhost(site.Chain(spec => spec with { Subject = "CN=shop.lab.test", DnsNames = ["shop.lab.test", "www.lab.test"] }))),

        Of("wrong-virtual-host", "The host of that name has another's certificate, and the default host a third one.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.NameMismatch, [FindingId.NameMismatch, FindingId.OtherWithoutServerName], site =>
            site.AtLocalhost(TlsServer.ServeByName(
                site.Chain(spec => spec with { Subject = "CN=shop.lab.test", DnsNames = ["shop.lab.test"] }),
                site.Chain(spec => spec with { Subject = "CN=default.lab.test", DnsNames = ["default.lab.test"] })))),

        Untrusted("wildcard-too-deep", "The wildcard covers one label and the name has two.", ServerKind.SslStream, Cause.NameMismatch,
            site =>
            site.AtLocalhost(site.Chain(spec => spec with { Subject = "CN=*.lab.test", DnsNames = ["*.lab.test"] })) with { HostName =
                "app.eu.lab.test" }),

        Of("cn-only", "The name stands in the common name only.", ServerKind.SslStream,
            Verdict.Untrusted, Cause.NameMismatch, [FindingId.NameMismatch, FindingId.NoSubjectAltName], site =>
            site.AtLocalhost(site.Chain(spec => spec with { DnsNames = [] }))),

        Untrusted("ip-not-in-san", "The endpoint is an IP address and the certificate has DNS names only.", ServerKind.SslStream,
            Cause.NameMismatch, site =>
            site.AtAddress(site.Chain())),

        Untrusted("weak-signature-sha1", "The server's certificate is signed with SHA-1.", ServerKind.RawTls12, Cause.WeakSignature, site =>
        {
            LabCertificate leaf = site.Leaf(spec => spec with { Digest = HashAlgorithmName.SHA1 }, site.RsaIssuing);
            return site.AtLocalhostRaw(ServedChain.Of(leaf, site.RsaIssuing.Certificate));
        }),

        Untrusted("weak-key-rsa1024", "The server's key is RSA with 1024 bits.", ServerKind.RawTls12, Cause.WeakKey, site =>
            site.AtLocalhostRaw(site.Chain(spec => spec with { KeyKind = LabKeyKind.Rsa1024 }))),

        Untrusted("wrong-usage", "The certificate is for clients only.", ServerKind.RawTls12, Cause.WrongUsage, site =>
            site.AtLocalhostRaw(site.Chain(spec => spec with { ExtendedKeyUsages = [ClientAuthentication] }))),

        Untrusted("intermediate-not-a-ca", "The issuer's certificate says that it is no CA.", ServerKind.RawTls12, Cause.NotCa, site =>
            Below(site, site.Pki.Root.IssueAuthority(new CertificateSpec { Subject = "CN=Lab No CA, O=TlsTrust Lab", IsCA = false }))),

        Untrusted("path-length", "A CA that may have none below it has issued another CA.", ServerKind.RawTls12, Cause.PathLength, site =>
        {
            LabAuthority last =
                site.Pki.Root.IssueAuthority(new CertificateSpec { Subject = "CN=Lab Last CA, O=TlsTrust Lab", PathLength = 0 });
            LabAuthority extra = last.IssueAuthority("CN=Lab Extra CA, O=TlsTrust Lab");
            return site.AtLocalhostRaw(ServedChain.Of(site.Leaf(issuer: extra), extra.Certificate, last.Certificate));
        }),

        Untrusted("name-constraint", "The issuer may issue for lab.test only, and the certificate is for localhost.", ServerKind.RawTls12,
            Cause.NameConstraint, site =>
            Below(site, site.Pki.Root.IssueAuthority(
                new CertificateSpec { Subject = "CN=Lab Constrained CA, O=TlsTrust Lab", PermittedDns = ["lab.test"] }))),

        Untrusted("too-many-constraints", "A thousand names under a thousand constraints: more than OpenSSL compares, and than the " +
            "platform's own chain builder survives.", ServerKind.RawTls13, Cause.NameConstraint, site =>
        {
            LabAuthority constrained = site.Pki.Root.IssueAuthority(new CertificateSpec
            {
                Subject = "CN=Lab Busy CA, O=TlsTrust Lab",
                PermittedDns = ["localhost", "lab.test", .. Enumerable.Range(0, ManyConstraints).Select(i => $"d{i}.test")],
            });
            LabCertificate leaf =
                site.Leaf(spec =>
                    spec with { DnsNames = ["localhost", .. Enumerable.Range(0, ManyNames).Select(i => $"h{i}.lab.test")] }, constrained);
            return site.AtLocalhost(RawTlsServer.Tls13(new RawTlsOptions(ServedChain.Of(leaf, constrained.Certificate))));
        }),

        Untrusted("critical-extension", "The certificate has a critical extension that no client knows.", ServerKind.RawTls12,
            Cause.CriticalExtension, site =>
            site.AtLocalhostRaw(
                site.Chain(spec => spec with { Extensions = [new X509Extension(UnknownExtension, [0x05, 0x00], critical: true)] }))),

        Untrusted("bad-signature", "The signature of the server's certificate does not verify with its issuer's key.", ServerKind.RawTls12,
            Cause.BadSignature, site =>
            site.AtLocalhostRaw(site.Chain(spec => spec with { BreakSignature = true }))),

        Untrusted("malformed", "An extension of the server's certificate claims more bytes than there are: no client can read it.",
            ServerKind.RawTls12, Cause.Malformed, site =>
            site.AtLocalhostRaw(site.Chain(spec => spec with { Rewrite = CutOffInside }))),

        Untrusted("malformed-beside-chain",
            "A sound chain, followed by the first half of a certificate: most clients give up inside the handshake.", ServerKind.RawTls12,
                Cause.Malformed, site =>
        {
            LabCertificate root = site.Pki.Root.Certificate;
            LabCertificate half = new(root.Der[..(root.Der.Length / 2)].ToArray(), root.Key, root.Subject);
            return site.AtLocalhostRaw(ServedChain.Of(site.Leaf(), site.Pki.Issuing.Certificate, half));
        }),
    ];

    private static RunningScenario Below(LabSite site, LabAuthority issuer) =>
        site.AtLocalhostRaw(ServedChain.Of(site.Leaf(issuer: issuer), issuer.Certificate));

    // The SEQUENCE around the subject alternative name claims more bytes than there are; the lengths around it stay true.
    private static byte[] CutOffInside(byte[] tbs)
    {
        ReadOnlySpan<byte> subjectAltName = [0x06, 0x03, 0x55, 0x1D, 0x11];
        int at = tbs.AsSpan().IndexOf(subjectAltName);
        byte[] forged = [.. tbs];
        forged[at - 1] = 0x7F;
        return forged;
    }
}

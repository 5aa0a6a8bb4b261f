using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Hostile;

/// <summary>Sound input of each kind to start from, made at run time: a name, a dash, and what tells it from others of its kind.</summary>
internal static class FuzzSeeds
{
    public static IReadOnlyDictionary<string, byte[]> All { get; } = Make();

    private static Dictionary<string, byte[]> Make()
    {
        DateTime now = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);
        LabAuthority root = LabAuthority.CreateRoot("CN=Fuzz Root", now);
        LabAuthority intermediate = root.IssueAuthority("CN=Fuzz Intermediate");
        LabCertificate leaf = intermediate.Issue(new CertificateSpec
        {
            Subject = "CN=fuzz.test, O=Größe",
            DnsNames = ["fuzz.test", "*.fuzz.test"],
            OcspUrls = ["http://ocsp.fuzz.test/"],
            CrlUrls = ["http://crl.fuzz.test/a.crl"],
        });
        X509Certificate2Collection chain = [leaf.ToX509Certificate2(), intermediate.Certificate.ToX509Certificate2()];
        byte[] der = leaf.Der.ToArray();
        string pem = leaf.Pem + intermediate.Certificate.Pem;
        Dictionary<string, byte[]> seeds = new()
        {
            ["pem-chain"] = Encoding.ASCII.GetBytes(pem),
            ["pem-glued"] = Encoding.ASCII.GetBytes(pem.Replace("-----\n-----", "----------", StringComparison.Ordinal)),
            ["pem-escaped"] = Encoding.ASCII.GetBytes($"{{\"a\": \"{pem.Replace("\n", "\\n", StringComparison.Ordinal)}\"}}"),
            ["pem-utf16"] = Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(pem)).ToArray(),
            ["der-leaf"] = der,
            ["der-ca"] = intermediate.Certificate.Der.ToArray(),
            ["p7-chain"] = chain.ToPkcs7(),
            ["jks-two"] = KeyStore([der, intermediate.Certificate.Der.ToArray()]),
            ["crl-empty"] = Crl(root, now),
            ["ocsp-good"] = SignedAnswers.Ocsp(leaf, intermediate.Certificate, now, copies: 2),
            ["name-leaf"] = chain[0].SubjectName.RawData,
            ["flight-12"] = Flight(der),
            ["text-curl"] =
                "curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore details here: https://x.test:8443/\n"u8.ToArray(),
            ["text-java"] = ("javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path "u8 +
                "to requested target\n"u8).ToArray(),
            ["text-smtp"] = "220 mail.test ESMTP Date: Mon, 01 Jun 2026 12:00:00 GMT\r\n"u8.ToArray(),
            ["csv-ccadb"] = Encoding.ASCII.GetBytes($"\"CA Owner\",\"PEM Info\"\n\"x\",\"'{pem}'\"\n"),
            ["endpoint-uri"] = "https://user@[::1]:8443/a?b#c"u8.ToArray(),
            ["endpoint-name"] = "xn--bcher-kva.example:443"u8.ToArray(),
            ["configuration-yaml"] = "a:\n  - b: 'c'\n  d: |\n    e\n"u8.ToArray(),
            ["configuration-json"] = "{\"a\": [1, {\"b\": \"\\u0041\"}], // c\n}"u8.ToArray(),
            ["configuration-ini"] = "[a \"b\"]\n\tc = \"d\\n\" ; e\n"u8.ToArray(),
            ["configuration-shell"] = "export A=\"${B:-c}\" # d\nset -x E 'f'\n"u8.ToArray(),
            ["configuration-xml"] = "<a b=\"c\"><!-- d --><e f='g'/></a>"u8.ToArray(),
            ["configuration-toml"] = "[a.b]\nc = \"\"\"d\"\"\"\n"u8.ToArray(),
        };
        if (TestKeys.ArePlatforms)
        {
            seeds["p12-chain"] = chain.ToPkcs12("secret");
        }

        return seeds;
    }

    private static byte[] Crl(LabAuthority issuer, DateTime now)
    {
        CertificateRevocationListBuilder builder = new();
        builder.AddEntry([1, 2, 3], now, X509RevocationReason.KeyCompromise);
        using X509Certificate2 signer = issuer.Certificate.ToX509Certificate2();
        return builder.Build(signer.SubjectName, issuer.Certificate.Key.SignatureGenerator(), 7, now.AddDays(7),
            System.Security.Cryptography.HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(signer, true, false), now);
    }

    private static byte[] KeyStore(byte[][] certificates)
    {
        List<byte> store = [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, (byte)certificates.Length];
        foreach (byte[] der in certificates)
        {
            store.AddRange(
                [0, 0, 0, 2, 0, 1, (byte)'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, .. "X.509"u8, 0, 0, (byte)(der.Length >> 8), (byte)der.Length,
                    .. der]);
        }

        return [.. store, .. new byte[20]];
    }

    // ServerHello and Certificate of TLS 1.2, each in a record.
    private static byte[] Flight(byte[] der)
    {
        byte[] hello = [3, 3, .. new byte[32], 0, 0xC0, 0x2F, 0, 0, 0];
        byte[] entry = [0, (byte)(der.Length >> 8), (byte)der.Length, .. der];
        byte[] list = [0, (byte)(entry.Length >> 8), (byte)entry.Length, .. entry];
        return [.. Record(2, hello), .. Record(11, list), .. Record(14, [])];
    }

    private static byte[] Record(byte kind, byte[] body) =>
        [22, 3, 3, (byte)((body.Length + 4) >> 8), (byte)(body.Length + 4), kind, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
}

using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Connections.MailExchangers;
using TlsTrust.Connections.Wire;
using TlsTrust.Diagnosis;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.ErrorTexts;
using TlsTrust.Lab.Pki;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Hostile.Readers;

/// <summary>Sound input of each kind to start from, made at run time: a name, a dash, and what tells it from others of its kind.</summary>
internal static class FuzzSeeds
{
    /// <summary>When all of them are valid.</summary>
    public static DateTime Now { get; } = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);

    private static readonly LabAuthority Root = LabAuthority.CreateRoot("CN=Fuzz Root", Now);
    private static readonly LabAuthority Intermediate = Root.IssueAuthority("CN=Fuzz Intermediate");
    private static readonly LabCertificate Leaf = Intermediate.Issue(new CertificateSpec
    {
        Subject = "CN=fuzz.test, O=Größe",
        DnsNames = ["fuzz.test", "*.fuzz.test"],
        OcspUrls = ["http://ocsp.fuzz.test/"],
        CrlUrls = ["http://crl.fuzz.test/a.crl"],
    });

    /// <summary>A certificate, the one that issued it, and the root.</summary>
    public static IReadOnlyList<Certificate> Path { get; } =
        [Certificate.Parse(Leaf.Der), Certificate.Parse(Intermediate.Certificate.Der), Certificate.Parse(Root.Certificate.Der)];

    /// <summary>The question that name servers answer.</summary>
    public static byte[] MailQuestion { get; } = MailExchangerMessage.Question(7, "mail.test");

    /// <summary>Every kind of result that comes back from a file or another machine, in the order of their names.</summary>
    public static IReadOnlyList<Type> Results { get; } =
        [.. typeof(IResult).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(IResult)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)];

    /// <summary>All of them, by name; made of what stands above.</summary>
    public static IReadOnlyDictionary<string, byte[]> All { get; } = Make();

    private static Dictionary<string, byte[]> Make()
    {
        X509Certificate2Collection chain = [Leaf.ToX509Certificate2(), Intermediate.Certificate.ToX509Certificate2()];
        byte[] der = Leaf.Der.ToArray();
        string pem = Leaf.Pem + Intermediate.Certificate.Pem;
        Dictionary<string, byte[]> seeds = new()
        {
            ["pem-chain"] = Encoding.ASCII.GetBytes(pem),
            ["pem-glued"] = Encoding.ASCII.GetBytes(pem.Replace("-----\n-----", "----------", StringComparison.Ordinal)),
            ["pem-escaped"] = Encoding.ASCII.GetBytes($"{{\"a\": \"{pem.Replace("\n", "\\n", StringComparison.Ordinal)}\"}}"),
            ["pem-utf16"] = Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(pem)).ToArray(),
            ["der-leaf"] = der,
            ["der-ca"] = Intermediate.Certificate.Der.ToArray(),
            ["p7-chain"] = chain.ToPkcs7(),
            ["jks-two"] = KeyStore([der, Intermediate.Certificate.Der.ToArray()]),
            ["crl-empty"] = Crl(Root, Now),
            ["ocsp-good"] = SignedAnswers.Ocsp(Leaf, Intermediate.Certificate, Now, copies: 2),
            ["name-leaf"] = chain[0].SubjectName.RawData,
            ["flight-12"] = Flight(der),
            ["hello-13"] = [22, 3, 1, 0, 0, .. new ClientHello { ServerName = "fuzz.test", Random = new byte[32] }.ToMessage()],
            ["text-curl"] =
                "curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore details here: https://x.test:8443/\n"u8.ToArray(),
            ["text-java"] = ("javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path "u8 +
                "to requested target\n"u8).ToArray(),
            ["text-smtp"] = "220 mail.test ESMTP Date: Mon, 01 Jun 2026 12:00:00 GMT\r\n"u8.ToArray(),
            ["dns-two"] = [.. MailQuestion[..2], 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, .. MailQuestion[12..],
                0xC0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 7, 0, 10, 2, (byte)'m', (byte)'x', 0xC0, 12,
                0xC0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 4, 0, 20, 0xC0, 12],
            ["http-refused"] = ("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"a\"\r\n"u8 +
                "Proxy-Connection: close\r\nContent-Length: 2\r\n\r\nno"u8).ToArray(),
            ["http-open"] = "HTTP/1.0 200 Connection established\r\n\r\n"u8.ToArray(),
            ["dialogue-smtp"] = "220-a\r\n220 b ESMTP\r\n250-c\r\n250 STARTTLS\r\n220 go\r\n"u8.ToArray(),
            ["dialogue-imap"] = "* OK [CAPABILITY STARTTLS] a\r\n* CAPABILITY STARTTLS\r\na1 OK b\r\na2 OK c\r\n"u8.ToArray(),
            ["dialogue-pop"] = "+OK a\r\n+OK\r\nSTLS\r\n.\r\n+OK b\r\n"u8.ToArray(),
            ["dialogue-sieve"] = "\"IMPLEMENTATION\" \"a\"\r\n\"STARTTLS\"\r\nOK \"b\"\r\nOK \"c\"\r\n"u8.ToArray(),
            ["dialogue-xmpp"] = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "u8 +
                "xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'><stream:features>"u8 +
                "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"u8 +
                "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"u8).ToArray(),
            ["dialogue-ldap"] = [0x30, 0x0C, 2, 1, 1, 0x78, 7, 0x0A, 1, 0, 4, 0, 4, 0],
            ["dialogue-postgresql"] = "S"u8.ToArray(),
            ["dialogue-mysql"] = [0x4A, 0, 0, 0, 10, .. "8.0.0\0"u8, 1, 0, 0, 0, .. "saltsalt"u8, 0, 0xFF, 0xFF, 0x21, 2, 0, 0xFF, 0xDF,
                21, .. new byte[10], .. "saltsaltsalt\0mysql_native_pass\0"u8],
            ["dialogue-tds"] = [4, 1, 0, 26, 0, 0, 1, 0, 0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 16, 0, 0, 0, 0, 0, 1],
            ["dialogue-rdp"] = [3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0],
            ["dialogue-nats"] = "INFO {\"server_id\":\"a\",\"tls_required\":true}\r\n"u8.ToArray(),
            ["dialogue-irc"] = ":a CAP * LS :tls sts=port=6697\r\n:a 670 b :STARTTLS go\r\n"u8.ToArray(),
            ["dialogue-ftp"] = "220 a\r\n234 AUTH TLS\r\n"u8.ToArray(),
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
        foreach (IResult result in Made(Leaf, Intermediate.Certificate))
        {
            byte kind = (byte)Results.ToList().IndexOf(result.GetType());
            seeds[$"kept-{result.GetType().Name}"] = [kind, .. KeptResult.Write(result)];
        }

        if (TestKeys.ArePlatforms)
        {
            seeds["p12-chain"] = chain.ToPkcs12("secret");
        }

        return seeds;
    }

    private static IResult[] Made(LabCertificate leaf, LabCertificate intermediate)
    {
        using ChainInspector inspector = new(new ChainInspectionOptions
        {
            Store = new TrustStore("none", []),
            HostName = "fuzz.test",
            At = Now,
            NoDownload = true,
        });
        CertificateChain chain = inspector.InspectOneAsync(new()
        {
            Origin = "sent",
            Certificates = [.. new[] { leaf, intermediate }.Select((each, position) =>
                new StoredCertificate(Certificate.Parse(each.Der), CertificateOrigin.Sent(position)))],
        }, CancellationToken.None).GetAwaiter().GetResult();
        return
        [
            chain,
            TlsErrorResolver.Resolve("curl: (60) SSL certificate problem: unable to get local issuer certificate")[0],
        ];
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

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.EdEC;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Extension;
using TlsTrust.RealClients.Clients;

namespace TlsTrust.RealClients;

/// <summary>A server of certificates that the lab can't make.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Leaf">Key of the server's certificate.</param>
/// <param name="Issuer">Key of its issuer.</param>
internal sealed record Kind(string Name, string Leaf, string Issuer)
{
    /// <summary>How the issuer signs; null for the usual way of its key.</summary>
    public Func<AsymmetricKeyParameter, ISignatureFactory>? Sign { get; init; }

    public string Subject { get; init; } = "CN=localhost";

    /// <summary>Name constraints of the issuer.</summary>
    public Asn1Encodable? Constraints { get; init; }

    public bool AreCritical { get; init; }
}

/// <summary>
/// Real servers whose certificates have keys that the lab can't make: Ed25519 and Ed448 behind <c>openssl s_server</c>, ML-DSA behind a
/// Node.js with OpenSSL 3.5. The root is of P-256, since not every client can be given another.
/// </summary>
internal sealed class KeyKindServers : IAsyncDisposable
{
    private const string Serve = "const f=require('fs');require('https').createServer({key:f.readFileSync(process.argv[1])," +
        "cert:f.readFileSync(process.argv[2])},(q,a)=>a.end('ok')).listen(+process.argv[3],'127.0.0.1')";

    private static readonly SecureRandom Random = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<Process> _processes = [];
    private readonly string _directory;
    private readonly AsymmetricCipherKeyPair _rootKey = Key("P-256");
    private readonly X509Certificate _root;

    internal KeyKindServers(string directory)
    {
        _directory = directory;
        _root = Issue("CN=Kinds Root", _rootKey.Public, "CN=Kinds Root", Ecdsa(_rootKey.Private), isCA: true);
    }

    /// <summary>What the lab can't make.</summary>
    internal static IReadOnlyList<Kind> Kinds { get; } =
    [
        new("leaf of Ed25519", "Ed25519", "P-256"),
        new("leaf of Ed448", "Ed448", "P-256"),
        new("leaf of ML-DSA-65", "ML-DSA-65", "P-256"),
        new("CA of Ed25519", "P-256", "Ed25519"),
        new("CA of Ed448", "P-256", "Ed448"),
        new("CA of ML-DSA-65", "P-256", "ML-DSA-65"),
        new("leaf and CA of ML-DSA-65", "ML-DSA-65", "ML-DSA-65"),
        new("leaf signed by PSS, SHA-256, salt 32", "P-256", "RSA") { Sign = PssSignature.Of(new Sha256Digest(), 32) },
        new("leaf signed by PSS, SHA-512, salt 20", "P-256", "RSA") { Sign = PssSignature.Of(new Sha512Digest(), 20) },
        new("leaf signed by PSS, SHA-256, salt 0", "P-256", "RSA") { Sign = PssSignature.Of(new Sha256Digest(), 0) },
        new("leaf signed by PSS, masks of another hash", "P-256", "RSA")
        {
            Sign = PssSignature.Of(new Sha256Digest(), 32, mask: new Sha512Digest()),
        },
        new("leaf signed by PSS, masks of no hash", "P-256", "RSA")
        {
            Sign = PssSignature.Of(new Sha256Digest(), 32, named: new DerObjectIdentifier("1.2.840.113549.3.7")),
        },
        new("leaf signed with SHA-224, RSA", "P-256", "RSA") { Sign = key => new Asn1SignatureFactory("SHA224WITHRSA", key, Random) },
        new("leaf signed with SHA-224, P-256", "P-256", "P-256") { Sign = key => new Asn1SignatureFactory("SHA224WITHECDSA", key, Random) },
        new("leaf with the name of its CA", "P-256", "P-256") { Subject = "CN=Kinds CA" },
        new("CA with constraints on SmtpUTF8 mailboxes", "P-256", "P-256") { Constraints = Mailboxes, AreCritical = true },
        new("CA with constraints on SmtpUTF8 mailboxes, not critical", "P-256", "P-256") { Constraints = Mailboxes },
    ];

    // Permitted: the mailboxes of one host (RFC 9598).
    private static Asn1Encodable Mailboxes => new DerSequence(new DerTaggedObject(false, 0, new DerSequence(new DerSequence(
        new GeneralName(GeneralName.OtherName, new DerSequence(new DerObjectIdentifier("1.3.6.1.5.5.7.8.9"),
            new DerTaggedObject(true, 0, new DerUtf8String("example.org"))))))));

    /// <summary>Starts a server; null where no program here can serve such a key.</summary>
    internal async Task<(int Port, string Anchors)?> StartAsync(Kind kind)
    {
        string leaf = kind.Leaf, issuer = kind.Issuer;
        AsymmetricCipherKeyPair issuerKey = Key(issuer), leafKey = Key(leaf);
        X509Certificate authority =
            Issue("CN=Kinds CA", issuerKey.Public, "CN=Kinds Root", Ecdsa(_rootKey.Private), isCA: true, kind);
        X509Certificate server =
            Issue(kind.Subject, leafKey.Public, "CN=Kinds CA", kind.Sign?.Invoke(issuerKey.Private)
                ?? (issuer == "P-256" ? Ecdsa(issuerKey.Private) : new Asn1SignatureFactory(issuer, issuerKey.Private, Random)),
                isCA: false);
        string at = Path.Combine(_directory, $"kind{_processes.Count}"), chain = at + ".pem", key = at + ".key", anchors = at + "-root.pem",
            issuers = at + "-issuers.pem";
        await File.WriteAllTextAsync(chain, Pem("CERTIFICATE", server.GetEncoded()) + Pem("CERTIFICATE", authority.GetEncoded()));
        await File.WriteAllTextAsync(issuers, Pem("CERTIFICATE", authority.GetEncoded()));
        await File.WriteAllTextAsync(key, Pem("PRIVATE KEY", Private(leafKey.Private)));
        await File.WriteAllTextAsync(anchors, Pem("CERTIFICATE", _root.GetEncoded()));
        int port = FreePort();
        string? node = System.Environment.GetEnvironmentVariable("TLSTRUST_CLIENTS") is { } folder
            ? Path.Combine(folder, "node_modules", "node-24", "bin", "node") : "node";
        bool started = leaf == "ML-DSA-65" || issuer == "ML-DSA-65"
            ? Start(node, "-e", Serve, key, chain, port.ToString(null, null))
            : Start("openssl", "s_server", "-accept", $"127.0.0.1:{port}", "-cert", chain, "-cert_chain", issuers, "-key", key, "-www");
        return started && await AnswersAsync(port) ? (port, anchors) : null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }

    private static Asn1SignatureFactory Ecdsa(AsymmetricKeyParameter key) => new("SHA256WITHECDSA", key, Random);

    private static AsymmetricCipherKeyPair Key(string kind)
    {
        IAsymmetricCipherKeyPairGenerator generator =
            GeneratorUtilities.GetKeyPairGenerator(kind switch { "P-256" => "EC", "ML-DSA-65" => "ML-DSA", _ => kind });
        generator.Init(kind switch
        {
            "P-256" => new ECKeyGenerationParameters(SecObjectIdentifiers.SecP256r1, Random),
            "RSA" => new KeyGenerationParameters(Random, 2048),
            "ML-DSA-65" => new MLDsaKeyGenerationParameters(Random, MLDsaParameters.ml_dsa_65),
            "Ed25519" => new Ed25519KeyGenerationParameters(Random),
            _ => new Ed448KeyGenerationParameters(Random),
        });
        return generator.GenerateKeyPair();
    }

    private static X509Certificate Issue(string subject, AsymmetricKeyParameter key, string issuer, ISignatureFactory signature,
        bool isCA, Kind? kind = null)
    {
        DateTime now = DateTime.UtcNow;
        X509V3CertificateGenerator generator = new();
        generator.SetSerialNumber(new BigInteger(100, Random));
        generator.SetIssuerDN(new X509Name(issuer));
        generator.SetSubjectDN(new X509Name(subject));
        generator.SetNotBefore(now.AddDays(-1));
        generator.SetNotAfter(now.AddDays(60));
        generator.SetPublicKey(key);
        generator.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(isCA));
        generator.AddExtension(X509Extensions.KeyUsage, true,
            new KeyUsage(isCA ? KeyUsage.KeyCertSign | KeyUsage.CrlSign : KeyUsage.DigitalSignature));
        generator.AddExtension(X509Extensions.SubjectKeyIdentifier, false, X509ExtensionUtilities.CreateSubjectKeyIdentifier(key));
        if (!isCA)
        {
            generator.AddExtension(X509Extensions.SubjectAlternativeName, false,
                new GeneralNames(new GeneralName(GeneralName.DnsName, "localhost")));
            generator.AddExtension(X509Extensions.ExtendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeID.id_kp_serverAuth));
        }

        if (kind is { Constraints: { } constraints })
        {
            generator.AddExtension(X509Extensions.NameConstraints, kind.AreCritical, constraints);
        }

        return generator.Generate(signature);
    }

    private bool Start(string program, params string[] arguments)
    {
        try
        {
            Process process = Process.Start(ChildProcess.Start(program, arguments))!;
            _processes.Add(process);
            _ = process.StandardError.ReadToEndAsync();
            _ = process.StandardOutput.ReadToEndAsync();
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private async Task<bool> AnswersAsync(int port)
    {
        using CancellationTokenSource limit = new(Patience);
        while (!limit.IsCancellationRequested && !_processes[^1].HasExited)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(50, CancellationToken.None);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // Without the public key beside it, which OpenSSL 3.0 does not read.
    private static byte[] Private(AsymmetricKeyParameter key) => key switch
    {
        Ed25519PrivateKeyParameters ed =>
            new PrivateKeyInfo(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), new DerOctetString(ed.GetEncoded())).GetEncoded(),
        Ed448PrivateKeyParameters ed =>
            new PrivateKeyInfo(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed448), new DerOctetString(ed.GetEncoded())).GetEncoded(),
        _ => PrivateKeyInfoFactory.CreatePrivateKeyInfo(key).GetEncoded(),
    };

    private static string Pem(string label, byte[] der) => new string(System.Security.Cryptography.PemEncoding.Write(label, der)) + "\n";
}

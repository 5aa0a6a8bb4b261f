using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Tests.Connections.Servers;

/// <summary>A root, an intermediate and server certificates, made anew for each test run; no key outlives it.</summary>
internal sealed class TestPki
{
    private static readonly Lazy<TestPki> LazyShared = new(() => new TestPki());

    private readonly X509Certificate2 _intermediateWithKey;
    private int _serial = 100;

    private TestPki()
    {
        using ECDsa rootKey = TestKeys.Ecdsa();
        X509Certificate2 root = CaRequest("CN=Connection Test Root", rootKey).SelfSigned(rootKey, Start, End);
        using ECDsa intermediateKey = TestKeys.Ecdsa();
        X509Certificate2 intermediate = CaRequest("CN=Connection Test Intermediate", intermediateKey).IssuedBy(root, Start, End, [2]);
        Root = X509Certificate2.CreateFromPem(root.ExportCertificatePem());
        Intermediate = X509Certificate2.CreateFromPem(intermediate.ExportCertificatePem());
        _intermediateWithKey = intermediate.WithKey(intermediateKey);
        Leaf = Issue("localhost");
        RsaLeaf = Issue("localhost", 2048);
    }

    public static TestPki Shared => LazyShared.Value;

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    /// <summary>An ECDSA P-256 certificate for localhost, 127.0.0.1 and ::1, with its key.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>An RSA 2048 certificate for the same names.</summary>
    public X509Certificate2 RsaLeaf { get; }

    private static DateTimeOffset Start { get; } = DateTimeOffset.UtcNow.AddDays(-1);

    private static DateTimeOffset End { get; } = DateTimeOffset.UtcNow.AddDays(30);

    public X509Certificate2 Issue(string name, int rsaBits = 0)
    {
        using ECDsa ec = TestKeys.Ecdsa();
        using RSA rsa = TestKeys.Rsa(rsaBits == 0 ? 2048 : rsaBits);
        CertificateRequest request = rsaBits > 0
            ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", ec, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        byte[] serial = [1, (byte)(Interlocked.Increment(ref _serial) >> 8), (byte)_serial];

        // The key's kind is not the issuer's where it is RSA: sign by hand over the generator of the issuer.
        X509SignatureGenerator issuer = TestKeys.Generator(TestKeys.KeyOf(_intermediateWithKey));
        X509Certificate2 certificate = request.Create(_intermediateWithKey.SubjectName, issuer, Start, End.AddDays(-1), serial);
        X509Certificate2 withKey = rsaBits > 0 ? certificate.WithKey(rsa) : certificate.WithKey(ec);
        if (!TestKeys.ArePlatforms)
        {
            return withKey;
        }

        // Through PKCS#12, so that every platform's TLS can use the key.
#pragma warning disable SYSLIB0057 // its successor, X509CertificateLoader, is not in .NET 8
        using (withKey)
        {
            return new X509Certificate2(withKey.ToPkcs12(null), (string?)null, X509KeyStorageFlags.Exportable);
        }
#pragma warning restore SYSLIB0057
    }

    /// <summary>Writes a chain and its key for servers that read files.</summary>
    public static (string Chain, string Key) Write(string directory, string name, X509Certificate2 leaf, params X509Certificate2[] rest)
    {
        string chain = Path.Combine(directory, name + ".pem");
        string key = Path.Combine(directory, name + ".key");
        File.WriteAllText(chain, string.Join('\n', rest.Prepend(leaf).Select(each => each.ExportCertificatePem())) + "\n");
        File.WriteAllText(key, TestKeys.KeyOf(leaf).ExportPkcs8PrivateKeyPem() + "\n");
        return (chain, key);
    }

    private static CertificateRequest CaRequest(string subject, ECDsa key)
    {
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request;
    }
}

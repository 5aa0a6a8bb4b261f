using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;

namespace TlsTrust.Tests.Bundles.Laws;

/// <summary>
/// Certificates for generated files, made once:
/// <code>
/// server A ── issuing ──┬── root 1 ── (renewed: the same name, key and extensions)
///                       └── root 2        issuing has one certificate by each root
/// server B ── root 3                      no intermediate; also an expired one of its name and key
/// root 4                                  nobody's
/// </code>
/// </summary>
internal sealed class MadeGraph
{
    private static readonly Lazy<MadeGraph> Made = new(() => new MadeGraph());
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private MadeGraph()
    {
        ECDsa[] rootKeys = [.. Enumerable.Range(0, 4).Select(_ => Key())];
        Roots = [.. rootKeys.Select((key, i) => Authority($"Root {i + 1}", key, null, -400 - i, 4000 + i))];
        Renewed = Authority("Root 1", rootKeys[0], null, -10, 5000);
        ECDsa issuing = Key();
        CrossSigned = [.. Enumerable.Range(0, 2).Select(i => Authority("Issuing", issuing, (Roots[i], rootKeys[i]), -100, 1000 + i))];
        OldCrossSign = Authority("Issuing", issuing, (Roots[3], rootKeys[3]), -300, -5);
        ServerKey = TestKeys.Rsa(2048);
        OtherKey = Key();
        Server = Leaf("a.example", ServerKey, CrossSigned[0], issuing, -30, 60);
        OtherServer = Leaf("b.example", OtherKey, Roots[2], rootKeys[2], -30, 60);
        ExpiredServer = Leaf("b.example", OtherKey, Roots[2], rootKeys[2], -90, -30);
    }

    public static MadeGraph Instance => Made.Value;

    public IReadOnlyList<X509Certificate2> Roots { get; }

    public X509Certificate2 Renewed { get; }

    public IReadOnlyList<X509Certificate2> CrossSigned { get; }

    public X509Certificate2 OldCrossSign { get; }

    public RSA ServerKey { get; }

    public ECDsa OtherKey { get; }

    public X509Certificate2 Server { get; }

    public X509Certificate2 OtherServer { get; }

    public X509Certificate2 ExpiredServer { get; }

    /// <summary>Every certificate.</summary>
    public IEnumerable<X509Certificate2> All => [.. Roots, Renewed, .. CrossSigned, OldCrossSign, Server, OtherServer, ExpiredServer];

    /// <summary>
    /// What a client that holds one root gets by: a path of these certificates, all valid, from a server's certificate to it.
    /// </summary>
    public static bool Accepts(X509Certificate2 root, X509Certificate2 server, IEnumerable<Certificate> sent)
    {
        Certificate[] given = [.. sent.Where(c => c.NotBefore <= DateTime.UtcNow && DateTime.UtcNow <= c.NotAfter)];
        HashSet<string> seen = [];
        Queue<Certificate> open = new([Certificate.From(server)]);
        while (open.TryDequeue(out Certificate? child))
        {
            if (Signed(child, Certificate.From(root)))
            {
                return true;
            }

            foreach (Certificate issuer in given.Where(i => Signed(child, i) && seen.Add(i.Sha256)))
            {
                open.Enqueue(issuer);
            }
        }

        return false;
    }

    // The platform's own check, or BouncyCastle's where it has none, so that it is not ours that is asked about ours.
    private static bool Signed(Certificate child, Certificate issuer)
    {
        if (!child.Issuer.Equals(issuer.Subject))
        {
            return false;
        }

        if (issuer.PublicKey.Kind != PublicKeyKind.EllipticCurve)
        {
            return false;
        }

        using ECDsa key = TestKeys.Ecdsa();
        key.ImportSubjectPublicKeyInfo(issuer.PublicKey.SubjectPublicKeyInfo.Span, out _);
        return key.VerifyData(child.ToBeSigned, child.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static ECDsa Key() => TestKeys.Ecdsa();

    private static X509Certificate2 Authority(string name, ECDsa key, (X509Certificate2 Certificate, ECDsa Key)? issuer, int from, int to)
    {
        CertificateRequest request = new($"CN={name}, O=Laws", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return issuer is { } by
            ? request.Create(
                by.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(by.Key), Now.AddDays(from), Now.AddDays(to), Serial())
            : request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Now.AddDays(from), Now.AddDays(to), Serial());
    }

    private static X509Certificate2 Leaf(string name, AsymmetricAlgorithm key, X509Certificate2 issuer, ECDsa issuerKey, int from, int to)
    {
        CertificateRequest request = key is RSA rsa
            ? new($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), Now.AddDays(from), Now.AddDays(to), Serial());
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}

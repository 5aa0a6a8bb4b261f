using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Keys;

/// <summary>
/// The keys of fixtures: the platform's, and where its cryptography makes none (Wine) others, with the certificates that belong to them.
/// </summary>
internal static class TestKeys
{
    // So many times fewer cases are generated where BouncyCastle checks every signature.
    private const int FewerWithoutPlatforms = 10;

    private static readonly Lazy<bool> Works = new(Try);

    private static int Taken;

    // Which key a certificate has, where the platform can't join the two.
    private static readonly ConditionalWeakTable<X509Certificate2, AsymmetricAlgorithm> Joined = [];

    /// <summary>True where the platform makes keys and joins them with certificates.</summary>
    public static bool ArePlatforms => Works.Value;

    /// <summary>For what needs the platform's keys: its TLS servers, PKCS#12 with a password.</summary>
    public static void SkipWithoutPlatforms() =>
        Assert.SkipUnless(ArePlatforms, "this platform's cryptography makes no keys (Wine's), and the test is about just these");

    /// <summary>How many cases are generated in the usual run.</summary>
    public static int Usual(int cases) => ArePlatforms ? cases : cases / FewerWithoutPlatforms;

    /// <summary>All cases, or in the usual run one of so many.</summary>
    public static IEnumerable<T> Some<T>(IEnumerable<T> cases) =>
        ArePlatforms ? cases : cases.Where((_, place) => place % FewerWithoutPlatforms == 0);

    /// <summary>What a report says that must open a key for it: null where the platform opens none.</summary>
    public static bool? Told(bool fits) => ArePlatforms ? fits : null;

    /// <summary>An ECDSA key, on P-256.</summary>
    public static ECDsa Ecdsa() => Ecdsa(ECCurve.NamedCurves.nistP256);

    public static ECDsa Ecdsa(ECCurve curve) => ArePlatforms ? ECDsa.Create(curve) : new MadeEcdsa(curve);

    public static ECDiffieHellman Agreement(ECCurve curve) => ArePlatforms ? ECDiffieHellman.Create(curve) : new MadeEcdh(curve);

    public static RSA Rsa(int bits) => ArePlatforms ? RSA.Create(bits) : Ready(bits) ?? new MadeRsa(bits);

    /// <summary>A certificate that the key signs itself, joined with it.</summary>
    public static X509Certificate2 SelfSigned(this CertificateRequest request, AsymmetricAlgorithm key, DateTimeOffset from,
        DateTimeOffset to) =>
        ArePlatforms
            ? request.CreateSelfSigned(from, to)
            : request.Create(request.SubjectName, Generator(key), from, to, RandomNumberGenerator.GetBytes(8)).WithKey(key);

    /// <summary>A certificate signed by the key of an issuer that has one.</summary>
    public static X509Certificate2 IssuedBy(this CertificateRequest request, X509Certificate2 issuer, DateTimeOffset from,
        DateTimeOffset to, byte[] serial) =>
        ArePlatforms ? request.Create(issuer, from, to, serial)
            : request.Create(issuer.SubjectName, Generator(KeyOf(issuer)), from, to, serial);

    /// <summary>The certificate joined with its key.</summary>
    public static X509Certificate2 WithKey(this X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        if (ArePlatforms)
        {
            return key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
        }

        X509Certificate2 copy = PlatformCertificates.Load(certificate.RawData);
        Joined.Add(copy, key);
        return copy;
    }

    /// <summary>The key that <see cref="WithKey"/> joined with it.</summary>
    public static AsymmetricAlgorithm KeyOf(X509Certificate2 certificate) =>
        Joined.TryGetValue(certificate, out AsymmetricAlgorithm? key) ? key
            : (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey()!;

    /// <summary>The lab makes its keys as the tests do.</summary>
    [ModuleInitializer]
    internal static void LendToLab()
    {
        LabKeys.Ecdsa = Ecdsa;
        LabKeys.Rsa = Rsa;
        LabKeys.Agreement = Agreement;
        LabKeys.ArePlatforms = () => ArePlatforms;
    }

    // RSA keys are slow to make by BouncyCastle: who starts the tests may have made some for this run, rsa-2048-1.der and so on.
    private static MadeRsa? Ready(int bits)
    {
        string file = $"rsa-{bits}-{Interlocked.Increment(ref Taken)}.der";
        if (System.Environment.GetEnvironmentVariable("TLSTRUST_TEST_KEYS") is not { Length: > 0 } folder
            || !File.Exists(Path.Combine(folder, file)))
        {
            return null;
        }

        MadeRsa key = new(bits);
        key.ImportPkcs8PrivateKey(File.ReadAllBytes(Path.Combine(folder, file)), out _);
        return key;
    }

    /// <summary>A key in PKCS#8 under a password, by PBES2 with AES-256 and HMAC-SHA-256, in PEM.</summary>
    public static string Locked(byte[] pkcs8, string password, int rounds = 10_000)
    {
        EncryptedPrivateKeyInfo locked = EncryptedPrivateKeyInfoFactory.CreateEncryptedPrivateKeyInfo(NistObjectIdentifiers.IdAes256Cbc,
            PkcsObjectIdentifiers.IdHmacWithSha256, password.ToCharArray(), RandomNumberGenerator.GetBytes(16), rounds, new SecureRandom(),
            PrivateKeyFactory.CreateKey(pkcs8));
        return PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", locked.GetDerEncoded()) + "\n";
    }

    /// <summary>What signs with a key that need not be the platform's.</summary>
    public static X509SignatureGenerator Generator(AsymmetricAlgorithm key) => key is RSA rsa
        ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)key);

    private static bool Try()
    {
        try
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            key.ExportParameters(includePrivateParameters: false);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

using System.Security.Cryptography;

namespace TlsTrust.Certificates.Keys;

/// <summary>
/// Platform keys by their encoding. Importing a key costs more than a verification, and the same few issuers sign most
/// chains, so that keys are kept. What is kept never changes an answer: the encoding is the whole key.
/// </summary>
internal static class PublicKeys
{
    /// <summary>Some 10,000 CA keys exist in public; each is about 2 KiB of native memory. When it is full, it starts anew.</summary>
    private const int Capacity = 4096;

    /// <summary>OpenSSL's OPENSSL_RSA_MAX_MODULUS_BITS: above it a verification is a way to burn time.</summary>
    private const int MaximumRsaBits = 16384;

    /// <summary>OpenSSL's OPENSSL_RSA_SMALL_MODULUS_BITS and OPENSSL_RSA_MAX_PUBEXP_BITS, for the same reason.</summary>
    private const int LargeRsaBits = 3072;
    private const int MaximumLargeExponentBytes = 8;

    /// <summary>FIPS 186-4 ends at 3072; the work grows with the cube.</summary>
    private const int MaximumDsaBits = 4096;

    // Never disposed: another thread may be verifying with one of them; their finalizers release them.
    private static readonly BoundedCache<PublicKeyInfo, AsymmetricAlgorithm> Kept = new(Capacity);

    /// <summary>The key for the platform.</summary>
    internal static RSA Rsa(PublicKeyInfo key) => (RSA)Keep(key, ImportRsa);

    /// <summary>The key for the platform.</summary>
    internal static ECDsa Ecdsa(PublicKeyInfo key) => (ECDsa)Keep(key, ImportEcdsa);

    /// <summary>Whether we compute with the key, whoever does the computing.</summary>
    internal static bool IsWithinLimits(PublicKeyInfo key) => key.Kind switch
    {
        PublicKeyKind.Rsa =>
            key.SizeInBits is > 0 and <= MaximumRsaBits
                && (key.SizeInBits <= LargeRsaBits || key.Exponent.Length <= MaximumLargeExponentBytes),
        PublicKeyKind.Dsa => key.SizeInBits is > 0 and <= MaximumDsaBits,

        // Whoever writes the curve's parameters chooses the generator, and with it the private key (CVE-2020-0601).
        PublicKeyKind.EllipticCurve => key.CurveOid is not null,
        PublicKeyKind.Unknown => false,
        _ => true,
    };

    /// <summary>Kept under a copy, since the bytes may be part of a large file that nobody else holds any more.</summary>
    private static AsymmetricAlgorithm Keep(PublicKeyInfo key, Func<PublicKeyInfo, AsymmetricAlgorithm> import) =>
        Kept.TryFind(key, out AsymmetricAlgorithm? known) ? known : Kept.Keep(key.Copy(), import(key));

    private static RSA ImportRsa(PublicKeyInfo key)
    {
        // As parameters and not as SubjectPublicKeyInfo, since platforms refuse keys marked as restricted to PSS.
        RSAParameters parameters = new() { Modulus = key.Modulus.ToArray(), Exponent = key.Exponent.ToArray() };
        return RSA.Create(parameters);
    }

    private static ECDsa ImportEcdsa(PublicKeyInfo key)
    {
        ECDsa ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
            return ecdsa;
        }
        catch
        {
            ecdsa.Dispose();
            throw;
        }
    }
}

using System.Security.Cryptography;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Keys;

/// <summary>How a signature is checked.</summary>
internal enum SignatureKind
{
    /// <summary>An algorithm that is not known here.</summary>
    Unknown,

    /// <summary>RSASSA-PKCS1-v1_5, RFC 8017 §8.2.</summary>
    RsaPkcs1,

    /// <summary>RSASSA-PSS, RFC 8017 §8.1.</summary>
    RsaPss,

    /// <summary>ECDSA, RFC 5758 §3.2.</summary>
    Ecdsa,

    /// <summary>DSA, RFC 3279 §2.2.2: no TLS client of today takes it, and no platform is asked.</summary>
    Dsa,

    /// <summary>Ed25519 and Ed448, RFC 8410.</summary>
    EdDsa,

    /// <summary>RSASSA-PKCS1-v1_5 with MD2, MD4 or RIPEMD-160, which no platform computes any more.</summary>
    BrokenHash,

    /// <summary>ML-DSA (RFC 9881) and SLH-DSA (RFC 9909).</summary>
    PostQuantum,

    /// <summary>SM2 with SM3, GM/T 0015.</summary>
    Sm2,

    /// <summary>GOST R 34.10, RFC 4491 and RFC 9215.</summary>
    Gost,
}

/// <summary>
/// Signature algorithms by object identifier: RFC 3279, RFC 4055, RFC 5758, RFC 8410, RFC 9881, RFC 9909. Which of these the provider has
/// is for the provider to say.
/// </summary>
internal static class SignatureAlgorithms
{
    // The platform has no names for these.
    private static readonly HashAlgorithmName Sha224 = new("SHA224");
    private static readonly HashAlgorithmName Sha512To224 = new("SHA512-224");
    private static readonly HashAlgorithmName Sha512To256 = new("SHA512-256");
    private static readonly HashAlgorithmName Sha3To224 = new("SHA3-224");

    internal static (string Name, SignatureKind Kind, HashAlgorithmName Hash) Find(string oid) => oid switch
    {
        "1.2.840.113549.1.1.11" => ("sha256WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA256),
        "1.2.840.113549.1.1.12" => ("sha384WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA384),
        "1.2.840.113549.1.1.13" => ("sha512WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA512),
        "1.2.840.113549.1.1.14" => ("sha224WithRSAEncryption", SignatureKind.RsaPkcs1, Sha224),
        "1.2.840.113549.1.1.15" => ("sha512-224WithRSAEncryption", SignatureKind.RsaPkcs1, Sha512To224),
        "1.2.840.113549.1.1.16" => ("sha512-256WithRSAEncryption", SignatureKind.RsaPkcs1, Sha512To256),
        "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" => ("sha1WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA1),
        "1.2.840.113549.1.1.4" => ("md5WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.MD5),
        "1.2.840.113549.1.1.2" => ("md2WithRSAEncryption", SignatureKind.BrokenHash, default),
        "1.2.840.113549.1.1.3" => ("md4WithRSAEncryption", SignatureKind.BrokenHash, default),
        "1.3.36.3.3.1.2" => ("ripemd160WithRSA", SignatureKind.BrokenHash, default),
        Oids.RsaPss => ("rsassaPss", SignatureKind.RsaPss, default),
        "1.2.840.10045.4.1" => ("ecdsa-with-SHA1", SignatureKind.Ecdsa, HashAlgorithmName.SHA1),
        "1.2.840.10045.4.3.2" => ("ecdsa-with-SHA256", SignatureKind.Ecdsa, HashAlgorithmName.SHA256),
        "1.2.840.10045.4.3.3" => ("ecdsa-with-SHA384", SignatureKind.Ecdsa, HashAlgorithmName.SHA384),
        "1.2.840.10045.4.3.4" => ("ecdsa-with-SHA512", SignatureKind.Ecdsa, HashAlgorithmName.SHA512),
        "1.2.840.10045.4.3.1" => ("ecdsa-with-SHA224", SignatureKind.Ecdsa, Sha224),
        "2.16.840.1.101.3.4.3.9" => ("ecdsa_with_SHA3-224", SignatureKind.Ecdsa, Sha3To224),
        "2.16.840.1.101.3.4.3.10" => ("ecdsa_with_SHA3-256", SignatureKind.Ecdsa, HashAlgorithmName.SHA3_256),
        "2.16.840.1.101.3.4.3.11" => ("ecdsa_with_SHA3-384", SignatureKind.Ecdsa, HashAlgorithmName.SHA3_384),
        "2.16.840.1.101.3.4.3.12" => ("ecdsa_with_SHA3-512", SignatureKind.Ecdsa, HashAlgorithmName.SHA3_512),
        "2.16.840.1.101.3.4.3.13" => ("RSA-SHA3-224", SignatureKind.RsaPkcs1, Sha3To224),
        "2.16.840.1.101.3.4.3.14" => ("RSA-SHA3-256", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA3_256),
        "2.16.840.1.101.3.4.3.15" => ("RSA-SHA3-384", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA3_384),
        "2.16.840.1.101.3.4.3.16" => ("RSA-SHA3-512", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA3_512),
        "1.2.840.10040.4.3" => ("dsaWithSHA1", SignatureKind.Dsa, HashAlgorithmName.SHA1),
        "2.16.840.1.101.3.4.3.1" => ("dsa_with_SHA224", SignatureKind.Dsa, Sha224),
        "2.16.840.1.101.3.4.3.2" => ("dsa_with_SHA256", SignatureKind.Dsa, HashAlgorithmName.SHA256),
        "2.16.840.1.101.3.4.3.3" => ("dsa_with_SHA384", SignatureKind.Dsa, HashAlgorithmName.SHA384),
        "2.16.840.1.101.3.4.3.4" => ("dsa_with_SHA512", SignatureKind.Dsa, HashAlgorithmName.SHA512),
        Oids.Ed25519 => ("ED25519", SignatureKind.EdDsa, default),
        Oids.Ed448 => ("ED448", SignatureKind.EdDsa, default),
        "1.2.156.10197.1.501" => ("SM2-with-SM3", SignatureKind.Sm2, default),
        Oids.Gost2001Signature => ("GOST R 34.11-94 with GOST R 34.10-2001", SignatureKind.Gost, default),
        Oids.Gost256Signature => ("GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)", SignatureKind.Gost, default),
        Oids.Gost512Signature => ("GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)", SignatureKind.Gost, default),
        _ when PostQuantumNames.Find(oid) is { } name => (name, SignatureKind.PostQuantum, default),
        _ => (oid, SignatureKind.Unknown, default),
    };

    /// <summary>Whether a signature of this algorithm can come from a key of this kind at all.</summary>
    internal static bool GoTogether(SignatureAlgorithm algorithm, PublicKeyInfo key) => algorithm.Kind switch
    {
        SignatureKind.RsaPkcs1 or SignatureKind.BrokenHash => key.AlgorithmOid == Oids.RsaEncryption,
        SignatureKind.RsaPss => key.AlgorithmOid is Oids.RsaEncryption or Oids.RsaPss,
        SignatureKind.Ecdsa => key.Kind == PublicKeyKind.EllipticCurve,
        SignatureKind.Sm2 => key.CurveOid == EllipticCurves.Sm2,
        SignatureKind.Dsa => key.Kind == PublicKeyKind.Dsa,
        SignatureKind.Gost => key.AlgorithmOid == algorithm.Oid switch
        {
            Oids.Gost2001Signature => Oids.Gost2001Key,
            Oids.Gost256Signature => Oids.Gost256Key,
            _ => Oids.Gost512Key,
        },
        SignatureKind.EdDsa or SignatureKind.PostQuantum => key.AlgorithmOid == algorithm.Oid,
        _ => false,
    };

    internal static HashAlgorithmName? FindHash(string oid) => oid switch
    {
        Oids.Sha1 => HashAlgorithmName.SHA1,
        Oids.Sha256 => HashAlgorithmName.SHA256,
        Oids.Sha384 => HashAlgorithmName.SHA384,
        Oids.Sha512 => HashAlgorithmName.SHA512,
        "2.16.840.1.101.3.4.2.4" => Sha224,
        "2.16.840.1.101.3.4.2.5" => Sha512To224,
        "2.16.840.1.101.3.4.2.6" => Sha512To256,
        "2.16.840.1.101.3.4.2.7" => Sha3To224,
        "2.16.840.1.101.3.4.2.8" => HashAlgorithmName.SHA3_256,
        "2.16.840.1.101.3.4.2.9" => HashAlgorithmName.SHA3_384,
        "2.16.840.1.101.3.4.2.10" => HashAlgorithmName.SHA3_512,
        _ => null,
    };

    internal static string HashName(HashAlgorithmName hash) => hash.Name ?? "unknown";

    internal static int HashLength(HashAlgorithmName hash) => hash.Name switch
    {
        "MD5" => 16,
        "SHA1" => 20,
        "SHA224" or "SHA512-224" or "SHA3-224" => 28,
        "SHA256" or "SHA512-256" or "SHA3-256" => 32,
        "SHA384" or "SHA3-384" => 48,
        _ => 64,
    };
}

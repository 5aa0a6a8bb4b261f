using System.Security.Cryptography;

namespace TlsTrust.Certificates;

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

    /// <summary>DSA, RFC 3279 §2.2.2: no TLS client of today takes it.</summary>
    Dsa,

    /// <summary>Ed25519 and Ed448, RFC 8410.</summary>
    EdDsa,

    /// <summary>Made with MD2 or MD4, which no platform computes any more.</summary>
    BrokenHash,
}

/// <summary>Signature algorithms by object identifier: RFC 3279, RFC 4055, RFC 5758, RFC 8410.</summary>
internal static class SignatureAlgorithms
{
    internal static (string Name, SignatureKind Kind, HashAlgorithmName Hash) Find(string oid) => oid switch
    {
        "1.2.840.113549.1.1.11" => ("sha256WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA256),
        "1.2.840.113549.1.1.12" => ("sha384WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA384),
        "1.2.840.113549.1.1.13" => ("sha512WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA512),
        "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" => ("sha1WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA1),
        "1.2.840.113549.1.1.4" => ("md5WithRSAEncryption", SignatureKind.RsaPkcs1, HashAlgorithmName.MD5),
        "1.2.840.113549.1.1.2" => ("md2WithRSAEncryption", SignatureKind.BrokenHash, default),
        "1.2.840.113549.1.1.3" => ("md4WithRSAEncryption", SignatureKind.BrokenHash, default),
        Oids.RsaPss => ("rsassaPss", SignatureKind.RsaPss, default),
        "1.2.840.10045.4.1" => ("ecdsa-with-SHA1", SignatureKind.Ecdsa, HashAlgorithmName.SHA1),
        "1.2.840.10045.4.3.2" => ("ecdsa-with-SHA256", SignatureKind.Ecdsa, HashAlgorithmName.SHA256),
        "1.2.840.10045.4.3.3" => ("ecdsa-with-SHA384", SignatureKind.Ecdsa, HashAlgorithmName.SHA384),
        "1.2.840.10045.4.3.4" => ("ecdsa-with-SHA512", SignatureKind.Ecdsa, HashAlgorithmName.SHA512),
        "2.16.840.1.101.3.4.3.10" => ("ecdsa_with_SHA3-256", SignatureKind.Ecdsa, HashAlgorithmName.SHA3_256),
        "2.16.840.1.101.3.4.3.11" => ("ecdsa_with_SHA3-384", SignatureKind.Ecdsa, HashAlgorithmName.SHA3_384),
        "2.16.840.1.101.3.4.3.12" => ("ecdsa_with_SHA3-512", SignatureKind.Ecdsa, HashAlgorithmName.SHA3_512),
        "2.16.840.1.101.3.4.3.14" => ("RSA-SHA3-256", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA3_256),
        "2.16.840.1.101.3.4.3.15" => ("RSA-SHA3-384", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA3_384),
        "2.16.840.1.101.3.4.3.16" => ("RSA-SHA3-512", SignatureKind.RsaPkcs1, HashAlgorithmName.SHA3_512),
        "1.2.840.10040.4.3" => ("dsaWithSHA1", SignatureKind.Dsa, HashAlgorithmName.SHA1),
        "2.16.840.1.101.3.4.3.2" => ("dsa_with_SHA256", SignatureKind.Dsa, HashAlgorithmName.SHA256),
        Oids.Ed25519 => ("ED25519", SignatureKind.EdDsa, default),
        Oids.Ed448 => ("ED448", SignatureKind.EdDsa, default),
        Oids.MlDsa44 => ("ML-DSA-44", SignatureKind.Unknown, default),
        Oids.MlDsa65 => ("ML-DSA-65", SignatureKind.Unknown, default),
        Oids.MlDsa87 => ("ML-DSA-87", SignatureKind.Unknown, default),
        _ => (oid, SignatureKind.Unknown, default),
    };

    internal static HashAlgorithmName? FindHash(string oid) => oid switch
    {
        Oids.Sha1 => HashAlgorithmName.SHA1,
        Oids.Sha256 => HashAlgorithmName.SHA256,
        Oids.Sha384 => HashAlgorithmName.SHA384,
        Oids.Sha512 => HashAlgorithmName.SHA512,
        _ => null,
    };

    internal static string HashName(HashAlgorithmName hash) => hash.Name switch
    {
        "SHA1" => "SHA1",
        { } name => name,
        null => "unknown",
    };

    internal static int HashLength(HashAlgorithmName hash) => hash.Name switch
    {
        "MD5" => 16,
        "SHA1" => 20,
        "SHA256" => 32,
        "SHA384" => 48,
        _ => 64,
    };
}

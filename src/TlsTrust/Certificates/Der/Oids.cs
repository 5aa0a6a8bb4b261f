namespace TlsTrust.Certificates.Der;

/// <summary>Object identifiers that the engine knows, by the names of their ASN.1 modules.</summary>
internal static class Oids
{
    // Extensions, RFC 5280 §4.2.
    internal const string SubjectKeyIdentifier = "2.5.29.14";
    internal const string KeyUsage = "2.5.29.15";
    internal const string SubjectAltName = "2.5.29.17";
    internal const string IssuerAltName = "2.5.29.18";
    internal const string BasicConstraints = "2.5.29.19";
    internal const string CrlNumber = "2.5.29.20";
    internal const string ReasonCode = "2.5.29.21";
    internal const string InvalidityDate = "2.5.29.24";
    internal const string HoldInstruction = "2.5.29.23";
    internal const string DeltaCrlIndicator = "2.5.29.27";
    internal const string IssuingDistributionPoint = "2.5.29.28";
    internal const string CertificateIssuer = "2.5.29.29";
    internal const string NameConstraints = "2.5.29.30";
    internal const string CrlDistributionPoints = "2.5.29.31";
    internal const string CertificatePolicies = "2.5.29.32";
    internal const string AnyPolicy = "2.5.29.32.0";
    internal const string CpsQualifier = "1.3.6.1.5.5.7.2.1";
    internal const string UserNoticeQualifier = "1.3.6.1.5.5.7.2.2";
    internal const string PolicyMappings = "2.5.29.33";
    internal const string AuthorityKeyIdentifier = "2.5.29.35";
    internal const string PolicyConstraints = "2.5.29.36";
    internal const string ExtendedKeyUsage = "2.5.29.37";
    internal const string FreshestCrl = "2.5.29.46";
    internal const string InhibitAnyPolicy = "2.5.29.54";
    internal const string AuthorityInfoAccess = "1.3.6.1.5.5.7.1.1";
    internal const string SubjectInfoAccess = "1.3.6.1.5.5.7.1.11";
    internal const string TlsFeature = "1.3.6.1.5.5.7.1.24";
    internal const string OcspNoCheck = "1.3.6.1.5.5.7.48.1.5";
    internal const string SignedCertificateTimestamps = "1.3.6.1.4.1.11129.2.4.2";

    // Access methods and key purposes, RFC 5280 §4.2.2.1 and §4.2.1.12.
    internal const string CaIssuers = "1.3.6.1.5.5.7.48.2";
    internal const string Ocsp = "1.3.6.1.5.5.7.48.1";
    internal const string AnyExtendedKeyUsage = "2.5.29.37.0";
    internal const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    internal const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Public keys, RFC 3279, RFC 5480, RFC 8410; those of RFC 9881 and RFC 9909 are in PostQuantumNames.
    internal const string RsaEncryption = "1.2.840.113549.1.1.1";
    internal const string RsaPss = "1.2.840.113549.1.1.10";
    internal const string EcPublicKey = "1.2.840.10045.2.1";
    internal const string Dsa = "1.2.840.10040.4.1";
    internal const string Ed25519 = "1.3.101.112";
    internal const string Ed448 = "1.3.101.113";

    // Russian keys and signatures, RFC 4491 and RFC 9215.
    internal const string Gost2001Key = "1.2.643.2.2.19";
    internal const string Gost2001Signature = "1.2.643.2.2.3";
    internal const string Gost256Key = "1.2.643.7.1.1.1.1";
    internal const string Gost256Signature = "1.2.643.7.1.1.3.2";
    internal const string Gost512Key = "1.2.643.7.1.1.1.2";
    internal const string Gost512Signature = "1.2.643.7.1.1.3.3";

    // Hash functions, RFC 4055 §2.1.
    internal const string Sha1 = "1.3.14.3.2.26";
    internal const string Sha256 = "2.16.840.1.101.3.4.2.1";
    internal const string Sha384 = "2.16.840.1.101.3.4.2.2";
    internal const string Sha512 = "2.16.840.1.101.3.4.2.3";
    internal const string Mgf1 = "1.2.840.113549.1.1.8";
}

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>Object identifiers of PKCS#12 (RFC 7292) and of what stands in it.</summary>
internal static class Pkcs12Oids
{
    public const string Data = "1.2.840.113549.1.7.1";
    public const string EncryptedData = "1.2.840.113549.1.7.6";
    public const string KeyBag = "1.2.840.113549.1.12.10.1.1";
    public const string ShroudedKeyBag = "1.2.840.113549.1.12.10.1.2";
    public const string CertificateBag = "1.2.840.113549.1.12.10.1.3";
    public const string SafeBag = "1.2.840.113549.1.12.10.1.6";
    public const string X509Certificate = "1.2.840.113549.1.9.22.1";
    public const string FriendlyName = "1.2.840.113549.1.9.20";
    public const string LocalKeyId = "1.2.840.113549.1.9.21";
    public const string PbMac1 = "1.2.840.113549.1.5.14";

    /// <summary>Oracle's attribute: with it Java takes a certificate for an anchor, without it for part of a chain.</summary>
    public const string TrustedKeyUsage = "2.16.840.1.113894.746875.1.1";
    public const string AnyExtendedKeyUsage = "2.5.29.37.0";
}

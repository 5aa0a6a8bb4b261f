using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests;

/// <summary>Certificates as the platform reads them, in words that .NET 8 has too: X509CertificateLoader came with .NET 9.</summary>
internal static class PlatformCertificates
{
#pragma warning disable SYSLIB0057 // replaced by X509CertificateLoader, which the oldest runtime does not have
    public static X509Certificate2 Load(byte[] der) => new(der);

    /// <summary>
    /// PKCS#7 with certificates only. The platform's, but under Wine: there the store stays locked behind it, and the next test waits
    /// for ever.
    /// </summary>
    public static byte[] ToPkcs7(this X509Certificate2Collection certificates) => TestKeys.ArePlatforms
        ? certificates.Export(X509ContentType.Pkcs7)!
        : CertificatesOnlyMessage.Encode([.. certificates.Select(each => (ReadOnlyMemory<byte>)each.RawData)]);

    /// <summary>PKCS#12 as the platform writes it.</summary>
    public static byte[] ToPkcs12(this X509Certificate2Collection certificates, string? password)
    {
        TestKeys.SkipWithoutPlatforms();
        return certificates.Export(X509ContentType.Pkcs12, password)!;
    }

    /// <summary>One certificate, with its key where it has one, as the platform writes it.</summary>
    public static byte[] ToPkcs12(this X509Certificate2 certificate, string? password)
    {
        TestKeys.SkipWithoutPlatforms();
        return certificate.Export(X509ContentType.Pkcs12, password);
    }

    public static X509Certificate2Collection LoadPkcs12(byte[] content, string password)
    {
        TestKeys.SkipWithoutPlatforms();
        X509Certificate2Collection certificates = [];
        certificates.Import(content, password, X509KeyStorageFlags.Exportable);
        return certificates;
    }
#pragma warning restore SYSLIB0057
}

using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Tests;

/// <summary>Certificates as the platform reads them, in words that .NET 8 has too: X509CertificateLoader came with .NET 9.</summary>
internal static class PlatformCertificates
{
#pragma warning disable SYSLIB0057 // replaced by X509CertificateLoader, which the oldest runtime does not have
    public static X509Certificate2 Load(byte[] der) => new(der);

    public static X509Certificate2Collection LoadPkcs12(byte[] content, string password)
    {
        X509Certificate2Collection certificates = [];
        certificates.Import(content, password, X509KeyStorageFlags.Exportable);
        return certificates;
    }
#pragma warning restore SYSLIB0057
}

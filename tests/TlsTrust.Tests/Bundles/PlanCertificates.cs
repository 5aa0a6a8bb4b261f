using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Tests.CertificateFiles;

namespace TlsTrust.Tests.Bundles;

/// <summary>Certificates that plans are tried on, and how they are written.</summary>
internal static class PlanCertificates
{
    private static readonly MadeCertificates Made = MadeCertificates.Instance;
    private static readonly DateTime Now = DateTime.UtcNow;

    public static string Body(X509Certificate2 certificate) => Convert.ToBase64String(certificate.RawData);

    public static string Pem(X509Certificate2 certificate) => MadeCertificates.Pem(certificate);

    public static X509Certificate2 EcAuthority(string name, X509Certificate2? issuer)
    {
        ECDsa key = TestKeys.Ecdsa();
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return issuer is null ? request.SelfSigned(key, Now.AddDays(-1), Now.AddDays(90))
            : request.IssuedBy(issuer, Now.AddDays(-1), Now.AddDays(80), RandomNumberGenerator.GetBytes(8)).WithKey(key);
    }

    public static X509Certificate2 Server(RSA key, DateTime from, DateTime to)
    {
        CertificateRequest request = new("CN=renewed.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        return request.Create(Made.Intermediate.SubjectName,
            X509SignatureGenerator.CreateForRSA(Made.IntermediateKey, RSASignaturePadding.Pkcs1), from, to,
                RandomNumberGenerator.GetBytes(8));
    }

    public static X509Certificate2 SelfSigned(RSA key, DateTime from, DateTime to, string name = "Renewed Root")
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.SelfSigned(key, from, to);
    }
}

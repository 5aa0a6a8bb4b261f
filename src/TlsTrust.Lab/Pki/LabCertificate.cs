using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Lab.Pki;

/// <summary>A certificate of the lab with its private key.</summary>
public sealed class LabCertificate
{
    private readonly byte[] _der;

    internal LabCertificate(byte[] der, LabKey key, string subject)
    {
        _der = der;
        Key = key;
        Subject = subject;
    }

    /// <summary>The certificate, DER.</summary>
    public ReadOnlyMemory<byte> Der => _der;

    /// <summary>Its private key, in memory only.</summary>
    public LabKey Key { get; }

    /// <summary>The subject as it was asked for.</summary>
    public string Subject { get; }

    /// <summary>The certificate in PEM form, LF, with a line feed at its end.</summary>
    public string Pem => PemEncoding.WriteString("CERTIFICATE", _der) + "\n";

    /// <summary>The private key in PKCS#8 PEM form: write it only where others can't read, and remove it.</summary>
    public string KeyPem => Key.ToPem() + "\n";

    /// <summary>The certificate alone as a new BCL object; the caller disposes it.</summary>
#pragma warning disable SYSLIB0057 // its successor, X509CertificateLoader, is not in net8.0
    public X509Certificate2 ToX509Certificate2() => new(_der);
#pragma warning restore SYSLIB0057

    /// <summary>The certificate with its key as a new BCL object; the caller disposes it.</summary>
    public X509Certificate2 WithPrivateKey()
    {
        using X509Certificate2 alone = ToX509Certificate2();
        return Key.Join(alone);
    }

    /// <inheritdoc/>
    public override string ToString() => Subject;
}

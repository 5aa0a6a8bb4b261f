using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Files;

namespace TlsTrust.Connections.Handshakes;

/// <summary>What this side presents to a server that asks: a certificate with its private key, and the issuers that go with it.</summary>
public sealed class ClientIdentity : IDisposable
{
    private readonly X509Certificate2Collection _issuers;

    private ClientIdentity(X509Certificate2 certificate, X509Certificate2Collection issuers)
    {
        Certificate = certificate;
        _issuers = issuers;
    }

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What is sent behind it.</summary>
    public IReadOnlyList<X509Certificate2> Issuers => [.. _issuers];

    /// <summary>A certificate and, of the others, those that may be its issuers.</summary>
    /// <exception cref="ArgumentException">None of them has a private key.</exception>
    public static ClientIdentity Of(IEnumerable<X509Certificate2> certificates)
    {
        X509Certificate2[] all = [.. certificates];
        X509Certificate2 own = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new ArgumentException("no certificate with a private key is among them", nameof(certificates));
        return new ClientIdentity(own, [.. all.Where(certificate => certificate != own)]);
    }

    /// <summary>A PKCS#12 file, or a PEM file with certificate, issuers and key in any order.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="password">Of the file, or of the encrypted key in it; null for none.</param>
    /// <exception cref="CryptographicException">It holds no certificate with its key, or the password is wrong.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static ClientIdentity Read(string path, string? password)
    {
        byte[] content = InputFile.ReadAllBytes(path);
        string text = System.Text.Encoding.Latin1.GetString(content);
        return text.Contains("-----BEGIN ", StringComparison.Ordinal) ? FromPem(text, password) : FromPkcs12(content, password);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (X509Certificate2 issuer in _issuers)
        {
            issuer.Dispose();
        }
    }

    /// <summary>What SslStream sends: these certificates and nothing that the platform would look for on the network.</summary>
    internal System.Net.Security.SslStreamCertificateContext ToContext() =>
        System.Net.Security.SslStreamCertificateContext.Create(Certificate, _issuers, offline: true);

    private static ClientIdentity FromPkcs12(byte[] content, string? password)
    {
        X509Certificate2Collection all = [];
        all.Import(content, password, X509KeyStorageFlags.DefaultKeySet);
        return all.Any(certificate => certificate.HasPrivateKey) ? Of(all)
            : throw new CryptographicException("The file holds no certificate with its private key.");
    }

    private static ClientIdentity FromPem(string text, string? password)
    {
        X509Certificate2Collection all = [];
        all.ImportFromPem(text);
        foreach (X509Certificate2 certificate in all)
        {
            string own = certificate.ExportCertificatePem();
            X509Certificate2 joined;
            try
            {
                joined = password is null ? X509Certificate2.CreateFromPem(own, text)
                    : X509Certificate2.CreateFromEncryptedPem(own, text, password);
            }
            catch (Exception fault) when (fault is CryptographicException or ArgumentException && certificate != all[^1])
            {
                continue; // the key is another certificate's
            }

            return new ClientIdentity(AtHome(joined), [.. all.Where(other => other != certificate)]);
        }

        throw new CryptographicException("The file holds no certificate.");
    }

    // SChannel does not use a key that exists in memory only.
    private static X509Certificate2 AtHome(X509Certificate2 joined)
    {
        if (!OperatingSystem.IsWindows())
        {
            return joined;
        }

        using (joined)
        {
            return new X509Certificate2(joined.Export(X509ContentType.Pkcs12));
        }
    }
}

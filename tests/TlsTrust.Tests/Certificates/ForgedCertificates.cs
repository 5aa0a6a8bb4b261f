using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;

namespace TlsTrust.Tests.Certificates;

/// <summary>What a forged certificate is to be; every default is harmless.</summary>
internal sealed record Forgery
{
    internal static readonly DateTime Now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    public required string Subject { get; init; }

    public required string Issuer { get; init; }

    /// <summary>Name of the key that is certified; the subject's own by default.</summary>
    public string? Key { get; init; }

    /// <summary>Name of the key that signs; the issuer's own by default.</summary>
    public string? SigningKey { get; init; }

    public DateTime NotBefore { get; init; } = Now.AddYears(-1);

    public DateTime NotAfter { get; init; } = Now.AddYears(1);

    public bool IsCA { get; init; }

    public int? PathLength { get; init; }

    public string[] DnsNames { get; init; } = [];

    public IPAddress[] Addresses { get; init; } = [];

    public string[] KeyPurposes { get; init; } = [];

    public X509KeyUsageFlags? KeyUsage { get; init; }

    public bool WithKeyIdentifiers { get; init; } = true;

    /// <summary>Name of the key whose identifier stands as authority key identifier; the signing key by default.</summary>
    public string? AuthorityKey { get; init; }

    public X509Extension[] Extensions { get; init; } = [];
}

/// <summary>Issues certificates that no CA would, quickly: P-256 keys, one for each name.</summary>
internal static class ForgedCertificates
{
    private static readonly ConcurrentDictionary<string, ECDsa> Keys = new();
    private static int Serial;

    internal const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    internal const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    internal static ECDsa KeyOf(string name) => Keys.GetOrAdd(name, static _ => TestKeys.Ecdsa());

    internal static Certificate Issue(Forgery forgery)
    {
        CertificateRequest request =
            new(new X500DistinguishedName($"CN={forgery.Subject}"), KeyOf(forgery.Key ?? forgery.Subject), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(forgery.IsCA, forgery.PathLength is not null, forgery.PathLength ?? 0, forgery.IsCA));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            forgery.KeyUsage
                ?? (forgery.IsCA ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign : X509KeyUsageFlags.DigitalSignature),
                    critical: true));
        if (forgery.DnsNames.Length + forgery.Addresses.Length > 0)
        {
            SubjectAlternativeNameBuilder names = new();
            foreach (string name in forgery.DnsNames)
            {
                names.AddDnsName(name);
            }

            foreach (IPAddress address in forgery.Addresses)
            {
                names.AddIpAddress(address);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        if (forgery.KeyPurposes.Length > 0)
        {
            OidCollection purposes = [];
            foreach (string purpose in forgery.KeyPurposes)
            {
                purposes.Add(new Oid(purpose));
            }

            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(purposes, critical: false));
        }

        string signer = forgery.SigningKey ?? forgery.Issuer;
        if (forgery.WithKeyIdentifiers)
        {
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            request.CertificateExtensions.Add(
                X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(KeyIdentifierOf(forgery.AuthorityKey ?? signer)));
        }

        foreach (X509Extension extension in forgery.Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        byte[] number = BitConverter.GetBytes(Interlocked.Increment(ref Serial));
        using X509Certificate2 issued = request.Create(
            new X500DistinguishedName($"CN={forgery.Issuer}"), X509SignatureGenerator.CreateForECDsa(KeyOf(signer)), forgery.NotBefore,
                forgery.NotAfter, [0x01, .. number]);
        return Certificate.From(issued);
    }

    internal static Certificate Root(string name) => Issue(new Forgery { Subject = name, Issuer = name, IsCA = true });

    internal static Certificate Authority(string name, string issuer) =>
        Issue(new Forgery { Subject = name, Issuer = issuer, IsCA = true });

    internal static Certificate Server(string name, string issuer) =>
        Issue(new Forgery { Subject = name, Issuer = issuer, DnsNames = [name], KeyPurposes = [ServerAuthentication] });

    private static X509SubjectKeyIdentifierExtension KeyIdentifierOf(string key) => new(new PublicKey(KeyOf(key)), critical: false);
}

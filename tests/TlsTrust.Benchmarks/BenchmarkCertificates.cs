using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Benchmarks;

/// <summary>Certificates for the benchmarks: P-256 chains leaf, intermediate, root, as bettertls and most of the web have them.</summary>
internal static class BenchmarkCertificates
{
    internal static readonly DateTime Now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>DER of a chain, leaf first.</summary>
    internal sealed record Chain(byte[] Leaf, byte[] Intermediate, byte[] Root, string HostName);

    /// <summary>Chains that share nothing: every key is new to whoever validates them.</summary>
    internal static Chain[] WithOwnIssuers(int count) => [.. Enumerable.Range(0, count).AsParallel().AsOrdered().Select(static i =>
    {
        using ECDsa root = NewKey();
        using ECDsa intermediate = NewKey();
        return Make(i, $"Intermediate {i}", intermediate, Authority($"Root {i}", root, $"Root {i}", root),
            Authority($"Intermediate {i}", intermediate, $"Root {i}", root));
    })];

    /// <summary>Leaves of one intermediate.</summary>
    internal static Chain[] WithOneIssuer(int count)
    {
        using ECDsa root = NewKey();
        using ECDsa intermediate = NewKey();
        byte[] rootDer = Authority("Root", root, "Root", root);
        byte[] intermediateDer = Authority("Intermediate", intermediate, "Root", root);
        return [.. Enumerable.Range(0, count).Select(i => Make(i, "Intermediate", intermediate, rootDer, intermediateDer))];
    }

    private static Chain Make(int number, string intermediateName, ECDsa intermediate, byte[] rootDer, byte[] intermediateDer)
    {
        string host = $"host{number}.example.com";
        using ECDsa key = NewKey();
        CertificateRequest request = new($"CN={host}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        AddIdentifiers(request, intermediate);
        return new Chain(Issue(request, intermediateName, intermediate, number + 1), intermediateDer, rootDer, host);
    }

    private static byte[] Authority(string name, ECDsa key, string issuer, ECDsa issuerKey)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        AddIdentifiers(request, issuerKey);
        return Issue(request, issuer, issuerKey, 1);
    }

    private static void AddIdentifiers(CertificateRequest request, ECDsa issuerKey)
    {
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
                new X509SubjectKeyIdentifierExtension(new PublicKey(issuerKey), false)));
    }

    private static byte[] Issue(CertificateRequest request, string issuer, ECDsa issuerKey, int number)
    {
        using X509Certificate2 certificate = request.Create(
            new X500DistinguishedName($"CN={issuer}"), X509SignatureGenerator.CreateForECDsa(issuerKey), Now.AddYears(-1), Now.AddYears(1),
                [0x01, .. BitConverter.GetBytes(number)]);
        return certificate.RawData;
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);
}

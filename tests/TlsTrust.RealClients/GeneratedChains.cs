using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Tests.Clients;

namespace TlsTrust.RealClients;

/// <summary>
/// Chains by one change to the server's certificate, to its issuer or to what is trusted, and by two of them, drawn with a seed.
/// </summary>
internal sealed class GeneratedChains(DateTimeOffset now)
{
    private const int Seed = 20261130;
    private const int Pairs = 30;
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string AnyUsage = "2.5.29.37.0";

    /// <summary>Chains that also depend on the protocol: their keys may not sign handshakes.</summary>
    internal static IReadOnlyList<string> OfUsage { get; } = ["leaf EC for agreement only", "leaf RSA for encipherment only"];

    private readonly LabAuthority _root = LabAuthority.CreateRoot("CN=Made Root", now);
    private readonly LabAuthority _twin = LabAuthority.CreateRoot("CN=Made Root", now);

    private Dictionary<string, Func<CertificateSpec, CertificateSpec>> Leaves => new()
    {
        ["leaf RSA"] = s => s with { KeyKind = LabKeyKind.Rsa2048 },
        ["leaf P-384"] = s => s with { KeyKind = LabKeyKind.EcP384 },
        ["leaf RSA 1024"] = s => s with { KeyKind = LabKeyKind.Rsa1024 },
        ["leaf EC for agreement only"] = s => s with { KeyUsage = X509KeyUsageFlags.KeyAgreement },
        ["leaf RSA for encipherment only"] = s => s with { KeyKind = LabKeyKind.Rsa2048, KeyUsage = X509KeyUsageFlags.KeyEncipherment },
        ["leaf without key usage"] = s => s with { KeyUsage = X509KeyUsageFlags.None },
        ["leaf without extended key usage"] = s => s with { ExtendedKeyUsages = [] },
        ["leaf for servers and clients"] = s => s with { ExtendedKeyUsages = [ServerUsage, ClientUsage] },
        ["leaf for clients"] = s => s with { ExtendedKeyUsages = [ClientUsage] },
        ["leaf for any usage"] = s => s with { ExtendedKeyUsages = [AnyUsage] },
        ["leaf for any usage and servers"] = s => s with { ExtendedKeyUsages = [AnyUsage, ServerUsage] },
        ["leaf expired"] = s => s with { NotBefore = now.AddDays(-100), NotAfter = now.AddDays(-2) },
        ["leaf not yet valid"] = s => s with { NotBefore = now.AddDays(2), NotAfter = now.AddDays(100) },
        ["leaf for 900 days"] = s => s with { NotBefore = now.AddDays(-10), NotAfter = now.AddDays(890) },
        ["leaf for ten years"] = s => s with { NotBefore = now.AddDays(-10), NotAfter = now.AddYears(10) },
        ["leaf signed with SHA-1"] = s => s with { Digest = HashAlgorithmName.SHA1 },
        ["leaf signed with SHA-512"] = s => s with { Digest = HashAlgorithmName.SHA512 },
        ["leaf with a trailing dot"] = s => s with { DnsNames = ["localhost."] },
        ["leaf in capitals"] = s => s with { DnsNames = ["LOCALHOST"] },
        ["leaf with part of a wildcard"] = s => s with { DnsNames = ["local*"] },
        ["leaf with a bare wildcard"] = s => s with { DnsNames = ["*"] },
        ["leaf with the address as name"] = s => s with { DnsNames = ["127.0.0.1"], IpAddresses = [] },
        ["leaf for another name"] = s => s with { Subject = "CN=other.example", DnsNames = ["other.example"], IpAddresses = [] },
        ["leaf without names"] = s => s with { DnsNames = [], IpAddresses = [] },
        ["leaf without any name"] = s => s with { Subject = "CN=nobody", DnsNames = [], IpAddresses = [] },
        ["leaf that is a CA"] = s =>
            s with { IsCA = true, KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign,
                ExtendedKeyUsages = [ServerUsage] },
        ["leaf with an unknown extension"] = s => s with { Extensions = [new X509Extension("1.2.3.4.5", [5, 0], critical: false)] },
        ["leaf with an unknown critical extension"] = s => s with { Extensions = [new X509Extension("1.2.3.4.5", [5, 0], critical: true)] },
        ["leaf without key identifiers"] = s => s with { SubjectKeyIdentifier = false, AuthorityKeyIdentifier = false },
        ["leaf with a serial number of one"] = s => s with { SerialNumber = new byte[] { 1 } },
        ["leaf with a broken signature"] = s => s with { BreakSignature = true },
    };

    private Dictionary<string, Func<CertificateSpec, CertificateSpec>> Issuers => new()
    {
        ["CA RSA"] = s => s with { KeyKind = LabKeyKind.Rsa2048 },
        ["CA RSA 1024"] = s => s with { KeyKind = LabKeyKind.Rsa1024 },
        ["CA for servers"] = s => s with { ExtendedKeyUsages = [ServerUsage] },
        ["CA for clients"] = s => s with { ExtendedKeyUsages = [ClientUsage] },
        ["CA without key usage"] = s => s with { KeyUsage = X509KeyUsageFlags.None },
        ["CA that may only sign CRLs"] = s => s with { KeyUsage = X509KeyUsageFlags.CrlSign },
        ["CA without the flag"] = s => s with { IsCA = false, KeyUsage = X509KeyUsageFlags.KeyCertSign },
        ["CA with path length 0"] = s => s with { PathLength = 0 },
        ["CA permitted localhost"] = s => s with { PermittedDns = ["localhost"] },
        ["CA permitted another name"] = s => s with { PermittedDns = ["example.org"] },
        ["CA excluded from localhost"] = s => s with { ExcludedDns = ["localhost"] },
        ["CA expired"] = s => s with { NotBefore = now.AddYears(-2), NotAfter = now.AddDays(-3) },
        ["CA not yet valid"] = s => s with { NotBefore = now.AddDays(3), NotAfter = now.AddYears(2) },
        ["CA signed with SHA-1"] = s => s with { Digest = HashAlgorithmName.SHA1 },
        ["CA without key identifiers"] = s => s with { SubjectKeyIdentifier = false, AuthorityKeyIdentifier = false },
        ["CA with an unknown critical extension"] = s => s with { Extensions = [new X509Extension("1.2.3.4.5", [5, 0], critical: true)] },
        ["CA with a broken signature"] = s => s with { BreakSignature = true },
    };

    private Dictionary<string, Func<LabCertificate, LabCertificate, ClientCase>> Stores => new()
    {
        ["root sent"] = (leaf, ca) => Made(leaf, [ca, _root.Certificate], [_root.Certificate]),
        ["CA not sent"] = (leaf, _) => Made(leaf, [], [_root.Certificate]),
        ["CA sent twice"] = (leaf, ca) => Made(leaf, [ca, ca], [_root.Certificate]),
        ["CA is the only anchor"] = (leaf, ca) => Made(leaf, [ca], [ca]),
        ["CA is the only anchor and not sent"] = (leaf, ca) => Made(leaf, [], [ca]),
        ["leaf is the only anchor"] = (leaf, ca) => Made(leaf, [ca], [leaf]),
        ["CA and root are anchors"] = (leaf, ca) => Made(leaf, [], [ca, _root.Certificate]),
        ["another root of the name first"] = (leaf, ca) => Made(leaf, [ca], [_twin.Certificate, _root.Certificate]),
        ["another root of the name last"] = (leaf, ca) => Made(leaf, [ca], [_root.Certificate, _twin.Certificate]),
        ["another root of the name only"] = (leaf, ca) => Made(leaf, [ca], [_twin.Certificate]),
        ["another root of the name only, the right one sent"] = (leaf, ca) => Made(leaf, [ca, _root.Certificate], [_twin.Certificate]),
    };

    // None of these servers staples.
    private Dictionary<string, ClientCase> Features => new()
    {
        ["leaf with the feature must-staple"] = Make(Demanding, s => s, null),
        ["leaf without the feature that its CA demands"] = Make(s => s, Demanding, null),
        ["leaf with the feature that its CA demands"] = Make(Demanding, Demanding, null),
    };

    // TLS feature, RFC 7633: status_request.
    private static CertificateSpec Demanding(CertificateSpec spec) =>
        spec with { Extensions = [new X509Extension("1.3.6.1.5.5.7.1.24", [0x30, 3, 2, 1, 5], critical: false)] };

    /// <summary>All of them by name.</summary>
    internal IEnumerable<(string Name, ClientCase Case)> All()
    {
        foreach ((string name, Func<CertificateSpec, CertificateSpec> change) in Leaves)
        {
            yield return (name, Make(change, s => s, null, name.Contains("address", StringComparison.Ordinal) ? "127.0.0.1" : "localhost"));
        }

        foreach ((string name, Func<CertificateSpec, CertificateSpec> change) in Issuers)
        {
            yield return (name, Make(s => s, change, null));
        }

        foreach ((string name, Func<LabCertificate, LabCertificate, ClientCase> store) in Stores)
        {
            yield return (name, Make(s => s, s => s, store));
        }

        foreach ((string name, ClientCase made) in Features)
        {
            yield return (name, made);
        }

        Random random = new(Seed);
        string[] leaves = [.. Leaves.Keys], issuers = [.. Issuers.Keys], stores = [.. Stores.Keys];
        HashSet<string> pairs = [];
        while (pairs.Count < Pairs)
        {
            string leaf = leaves[random.Next(leaves.Length)], issuer = issuers[random.Next(issuers.Length)],
                store = stores[random.Next(stores.Length)];
            bool withIssuer = random.Next(3) > 0, withStore = !withIssuer || random.Next(3) == 0;
            string name =
                string.Join(", ", new[] { leaf, withIssuer ? issuer : null, withStore ? store : null }.Where(part => part is not null));
            if (pairs.Add(name))
            {
                yield return (name, Make(Leaves[leaf], withIssuer ? Issuers[issuer] : s => s, withStore ? Stores[store] : null));
            }
        }
    }

    private ClientCase Make(
        Func<CertificateSpec, CertificateSpec> leaf, Func<CertificateSpec, CertificateSpec> issuer,
            Func<LabCertificate, LabCertificate, ClientCase>? store, string host = "localhost")
    {
        LabAuthority authority = _root.IssueAuthority(issuer(new CertificateSpec { Subject = "CN=Made CA" }));
        LabCertificate server =
            authority.Issue(leaf(new CertificateSpec { Subject = "CN=localhost", DnsNames = ["localhost"], IpAddresses = ["127.0.0.1"] }));
        ClientCase made = store?.Invoke(server, authority.Certificate) ?? Made(server, [authority.Certificate], [_root.Certificate]);
        return made with { Host = host };
    }

    private ClientCase Made(LabCertificate leaf, LabCertificate[] sent, LabCertificate[] anchors) => new(leaf, sent, anchors, now);
}

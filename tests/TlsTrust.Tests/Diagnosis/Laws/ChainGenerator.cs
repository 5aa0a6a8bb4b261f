using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Diagnosis.Laws;

/// <summary>Makes chains with each kind of fault in turn, and every fourth with a second one.</summary>
internal static class ChainGenerator
{
    private const string Utc = "yyMMddHHmmss'Z'";

    private static readonly ConcurrentDictionary<(LabKeyKind Kind, int Number), LabKey> SlowKeys = new();

    private static DateTimeOffset Now => Judged.Now;

    private static Finding Revoked { get; } = new()
    {
        Id = FindingId.Revoked, Severity = Severity.Error, Message = "revoked", Evidence = ["a CRL says so"], Remedy = "replace it",
    };

    /// <summary>The kinds, each with how it is made.</summary>
    internal static IReadOnlyList<(string Name, Func<Bench, GeneratedChain> Make)> Kinds { get; } =
    [
        ("sound", bench => bench.Of(bench.Leaf(), bench.Issuing)),
        ("sound, below a publicly known root", bench =>
            bench.Of(bench.Leaf(), bench.Issuing) with { Public = [bench.Root.Certificate.Der.ToArray()] }),
        ("sound, with the root", bench => bench.Of(bench.Leaf(), bench.Issuing, bench.Root)),
        ("sound, RSA", bench => bench.Of(bench.Leaf(spec => spec with { Key = Rsa(0) }), bench.Issuing)),
        ("sound, at a port that browsers do not open", bench => bench.Of(bench.Leaf(), bench.Issuing) with { Port = 993 }),
        ("an issuer is missing and at hand", bench => bench.Of(bench.Leaf()) with { AtHand = [bench.Issuing.Certificate.Der.ToArray()] }),
        ("an issuer is missing and nowhere", bench => bench.Of(bench.Leaf())),
        ("a public root is missing", bench => bench.Below(LabAuthority.CreateRoot("CN=Known", Now), isPublic: true, isSent: false)),
        ("a private root is sent", bench => bench.Below(LabAuthority.CreateRoot("CN=Private", Now), isPublic: false, isSent: true)),
        ("a private root is not sent", bench => bench.Below(LabAuthority.CreateRoot("CN=Private", Now), isPublic: false, isSent: false)),
        ("self-signed", bench => bench.Of(SelfSigned())),
        ("self-signed and in the store", bench => SelfSigned() is var own ? bench.Of(own) with { Store = [own.Der.ToArray()] } : null!),
        ("the store is empty", bench => bench.Of(bench.Leaf(), bench.Issuing) with { Store = [] }),
        ("an intermediate as anchor", bench =>
            bench.Of(bench.Leaf(), bench.Issuing) with { Store = [bench.Issuing.Certificate.Der.ToArray()] }),
        ("an intermediate as anchor below a root that strict clients refuse", bench =>
            bench.UnderRoot(spec => spec with { KeyUsage = X509KeyUsageFlags.None }) is var chain
                ? chain with { Store = [.. chain.Store, chain.Sent[^1]] } : null!),
        ("the leaf expired", bench => bench.Of(bench.Leaf(spec => spec with { NotAfter = Now.AddDays(-1) }), bench.Issuing)),
        ("the intermediate expired", bench =>
            bench.Through(spec => spec with { NotBefore = Now.AddYears(-3), NotAfter = Now.AddDays(-1) })),
        ("the root expired", bench => bench.UnderRoot(spec => spec with { NotBefore = Now.AddYears(-9), NotAfter = Now.AddDays(-1) })),
        ("not yet valid", bench => bench.Of(bench.Leaf(spec => spec with { NotBefore = Now.AddDays(1) }), bench.Issuing)),
        ("an expired cross-sign beside the root", ExpiredCrossSign),
        ("another name", bench => bench.Of(bench.Named("www.other.dev"), bench.Issuing)),
        ("an address as a DNS name", bench => bench.Of(bench.Named("127.0.0.1"), bench.Issuing) with { HostName = "127.0.0.1" }),
        ("a port in the name", bench => bench.Of(bench.Named("www.shop.dev:8443"), bench.Issuing)),
        ("a scheme in the name", bench => bench.Of(bench.Named("https://www.shop.dev"), bench.Issuing)),
        ("an underscore under a wildcard", bench =>
            bench.Of(bench.Named("*.shop.dev"), bench.Issuing) with { HostName = "my_host.shop.dev" }),
        ("a trailing dot in the name", bench => bench.Of(bench.Named("www.shop.dev."), bench.Issuing)),
        ("a wildcard within a label", bench => bench.Of(bench.Named("w*.shop.dev"), bench.Issuing)),
        ("a wildcard too deep", bench => bench.Of(bench.Named("*.shop.dev"), bench.Issuing) with { HostName = "a.b.shop.dev" }),
        ("a common name only", bench => bench.Of(bench.Issuing.Issue(new CertificateSpec { Subject = "CN=www.shop.dev" }), bench.Issuing)),
        ("an anchor without basic constraints and key usage", bench =>
            bench.UnderRoot(spec => spec with { KeyUsage = X509KeyUsageFlags.None }, isCa: null)),
        ("an anchor without basic constraints, with key usage", bench =>
            bench.UnderRoot(spec => spec with { KeyUsage = X509KeyUsageFlags.KeyCertSign }, isCa: null)),
        ("an anchor of version 1", bench => bench.UnderRoot(spec => spec with { Rewrite = Tbs.Version1 }, isCa: null)),
        ("two CAs of one name in the store", bench => bench.TwoOfOneName(withIdentifiers: true, rightFirst: false)),
        ("two CAs of one name in the store, without identifiers", bench => bench.TwoOfOneName(withIdentifiers: false, rightFirst: false)),
        ("two CAs of one name in the store, the right one first", bench => bench.TwoOfOneName(withIdentifiers: false, rightFirst: true)),
        ("CA and server of one name", OfOneName),
        ("seconds missing in a time", bench => bench.Timed(Tbs.Times(0x17, "2605021200Z", 0x17, After(Utc)))),
        ("an offset in a time", bench => bench.Timed(Tbs.Times(0x17, "260502120000+0000", 0x17, After(Utc)))),
        ("a GeneralizedTime without Z", bench => bench.Timed(Tbs.Times(0x18, "20260502120000", 0x18, After("yyyyMMddHHmmss'Z'")))),
        ("a fraction in a time", bench => bench.Timed(Tbs.Times(0x17, Before(Utc), 0x18, After("yyyyMMddHHmmss'.5Z'")))),
        ("a GeneralizedTime before 2050", bench =>
            bench.Timed(Tbs.Times(0x18, Before("yyyyMMddHHmmss'Z'"), 0x18, After("yyyyMMddHHmmss'Z'")))),
        ("RSA that may only encipher", bench =>
            bench.Of(bench.Leaf(spec => spec with { Key = Rsa(0), KeyUsage = X509KeyUsageFlags.KeyEncipherment }), bench.Issuing)),
        ("EC that may only agree", bench =>
            bench.Of(bench.Leaf(spec => spec with { KeyUsage = X509KeyUsageFlags.KeyAgreement }), bench.Issuing)),
        ("a restricted PSS key that did what it may", bench => bench.RestrictedPss(HashAlgorithmName.SHA384)),
        ("a restricted PSS key that did what it may not", bench => bench.RestrictedPss(HashAlgorithmName.SHA256)),
        ("the store holds the issuer's name with another key", bench =>
            bench.Of(bench.Leaf(),
                bench.Issuing) with { Store = [LabAuthority.CreateRoot(bench.Root.Certificate.Subject, Now).Certificate.Der.ToArray()] }),
        ("the store's root was made again, the new one is sent", bench =>
            bench.Of(bench.Leaf(), bench.Issuing,
                bench.Root) with { Store = [LabAuthority.CreateRoot(bench.Root.Certificate.Subject, Now).Certificate.Der.ToArray()] }),
        ("the intermediate of the same name and another key is sent", bench =>
            bench.Of(bench.Leaf(), bench.Root.IssueAuthority(bench.Issuing.Certificate.Subject))),
        ("an issuer whose key nobody can read", bench =>
            bench.Through(spec => spec with { Rewrite = tbs => Tbs.With(tbs, Tbs.PublicKey, Tbs.UnknownKey()) })),
        ("a bad signature", bench => bench.Of(bench.Leaf(spec => spec with { BreakSignature = true }), bench.Issuing)),
        ("a bad signature above", bench => bench.Through(spec => spec with { BreakSignature = true })),
        ("a weak signature", bench => bench.OverRsa(spec => spec with { Digest = HashAlgorithmName.SHA1 })),
        ("a weak key", bench => bench.Of(bench.Leaf(spec => spec with { Key = Slow(LabKeyKind.Rsa1024, 0) }), bench.Issuing)),
        ("for another usage", bench =>
            bench.Of(bench.Leaf(spec => spec with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] }), bench.Issuing)),
        ("an issuer for another usage", bench => bench.Through(spec => spec with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] })),
        ("for any usage", bench => bench.Of(bench.Leaf(spec => spec with { ExtendedKeyUsages = ["2.5.29.37.0"] }), bench.Issuing)),
        ("a key usage that is nothing for TLS", bench =>
            bench.Of(bench.Leaf(spec => spec with { KeyUsage = X509KeyUsageFlags.CrlSign }), bench.Issuing)),
        ("an issuer that is no CA", bench => bench.Through(spec => spec with { IsCA = false })),
        ("an issuer that may not sign", bench => bench.Through(spec => spec with { KeyUsage = X509KeyUsageFlags.DigitalSignature })),
        ("a path too long", bench => bench.UnderRoot(spec => spec with { PathLength = 0 })),
        ("a name outside of what is permitted", bench => bench.Through(spec => spec with { PermittedDns = ["other.dev"] })),
        ("a name that is excluded", bench => bench.Through(spec => spec with { ExcludedDns = ["shop.dev"] })),
        ("an unknown critical extension", bench =>
            bench.Of(bench.Leaf(spec => spec with { Extensions = [new X509Extension("1.2.3.4.5", [0x05, 0x00], critical: true)] }),
                bench.Issuing)),
        ("a malformed extension", bench =>
            bench.Of(bench.Leaf(spec =>
                spec with { ExtendedKeyUsages = [], Extensions = [new X509Extension("2.5.29.37", [0x30, 0x05, 0x01], critical: false)] }),
                    bench.Issuing)),
        ("no authority key identifier", bench => bench.Of(bench.Leaf(spec => spec with { AuthorityKeyIdentifier = false }), bench.Issuing)),
        ("a CA as the server", bench => bench.Of(bench.Leaf(spec => spec with { IsCA = true }), bench.Issuing)),
        ("revoked, as a list says that nobody asks for", bench => bench.Of(bench.Leaf(), bench.Issuing) with { Kept = [Revoked] }),
        ("a handshake that nobody finishes", bench => Refused(bench.Of(bench.Leaf(), bench.Issuing))),
        ("a handshake that nobody finishes, and expired", bench =>
            Refused(bench.Of(bench.Leaf(spec => spec with { NotAfter = Now.AddDays(-1) }), bench.Issuing))),
        ("a handshake that nobody finishes, and without its issuer", bench => Refused(bench.Of(bench.Leaf()))),
        ("a Netscape type for clients", bench => bench.Extended(NetscapeType(0x80, unused: 7))),
        ("a Netscape type for servers", bench => bench.Extended(NetscapeType(0x40, unused: 6))),
        ("an issuer without a name", bench =>
            bench.Root.IssueAuthority(new CertificateSpec { Subject = "" }) is var nameless
                ? bench.Of(bench.Leaf(issuer: nameless), nameless) : null!),
        ("an issuer in other letters", bench =>
            bench.Of(bench.Leaf(spec => spec with { Rewrite = tbs =>
                Tbs.With(tbs, Tbs.Issuer, new X500DistinguishedName(bench.Issuing.Certificate.Subject.ToUpperInvariant()).RawData) }),
                    bench.Issuing)),
        ("bytes behind the names", bench =>
            bench.Of(bench.Leaf(spec => spec with { DnsNames = [], Extensions = [new X509Extension("2.5.29.17",
                [0x30, 14, 0x82, 12, .. "www.shop.dev"u8, 5, 0], critical: false)] }), bench.Issuing)),
        ("a proxy's certificate", bench => bench.Extended(
            new X509Extension("1.3.6.1.5.5.7.1.14", [0x30, 12, 0x30, 10, 6, 8, 0x2B, 6, 1, 5, 5, 7, 21, 1], critical: true))),
        ("out of order", bench => bench.Of(bench.Leaf(), bench.Root, bench.Issuing)),
        ("a stranger is sent", bench => bench.Of(bench.Leaf(), bench.Issuing, LabAuthority.CreateRoot("CN=Stranger", Now))),
    ];

    /// <summary>Chains of every kind in turn; the same seed gives the same kinds, names and orders, with fresh keys.</summary>
    internal static IEnumerable<GeneratedChain> Make(int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            (string name, Func<Bench, GeneratedChain> make) = Kinds[i % Kinds.Count];
            GeneratedChain chain = make(new Bench(random.Next(1000))) with { Kind = name };
            yield return random.Next(4) == 0 ? Second(chain, random) : chain;
        }
    }

    internal static LabKey Rsa(int number) => Slow(LabKeyKind.Rsa2048, number);

    private static LabKey Slow(LabKeyKind kind, int number) => SlowKeys.GetOrAdd((kind, number), static which => LabKey.Create(which.Kind));

    private static string Before(string form) => Now.AddDays(-30).ToString(form, CultureInfo.InvariantCulture);

    private static string After(string form) => Now.AddDays(60).ToString(form, CultureInfo.InvariantCulture);

    private static X509Extension NetscapeType(byte bits, byte unused) =>
        new("2.16.840.1.113730.1.1", [3, 2, unused, bits], critical: false);

    private static GeneratedChain Refused(GeneratedChain chain) => chain with
    {
        Ended = Cause.HandshakeRefused,
        Kept =
        [
            new Finding
            {
                Id = FindingId.HandshakeRefused, Severity = Severity.Error, Message = "the server refuses the handshake",
                Remedy = "look there",
            },
        ],
    };

    private static LabCertificate SelfSigned() =>
        LabAuthority.CreateSelfSigned(new CertificateSpec { Subject = "CN=www.shop.dev", DnsNames = ["www.shop.dev"] }, Now);

    private static GeneratedChain Second(GeneratedChain chain, Random random) => random.Next(7) switch
    {
        0 => chain with { Kind = chain.Kind + " + too late", At = Now.AddYears(1).UtcDateTime },
        1 => chain with { Kind = chain.Kind + " + too early", At = Now.AddYears(-1).UtcDateTime },
        2 => chain with { Kind = chain.Kind + " + asked by another name", HostName = "elsewhere.dev" },
        3 => chain with { Kind = chain.Kind + " + asked by no name", HostName = null },
        4 => chain with { Kind = chain.Kind + " + leaf only", Sent = [chain.Sent[0]] },
        5 => chain with { Kind = chain.Kind + " + twice", Sent = [.. chain.Sent, .. chain.Sent] },
        _ => chain with { Kind = chain.Kind + " + store reversed",
            Store = [.. chain.Store.AsEnumerable().Reverse(), LabAuthority.CreateRoot("CN=Another", Now).Certificate.Der.ToArray()] },
    };

    private static GeneratedChain ExpiredCrossSign(Bench bench)
    {
        LabAuthority old =
            LabAuthority.CreateRoot(new CertificateSpec { Subject = "CN=Old", NotBefore = Now.AddYears(-9), NotAfter = Now.AddDays(-2) },
                Now);
        LabCertificate cross = old.CrossSign(bench.Root, Now.AddYears(-5), Now.AddDays(-2));
        return new GeneratedChain { Kind = "",
            Sent = [bench.Leaf().Der.ToArray(), bench.Issuing.Certificate.Der.ToArray(), cross.Der.ToArray()],
                Store = [bench.Root.Certificate.Der.ToArray(), old.Certificate.Der.ToArray()] };
    }

    private static GeneratedChain OfOneName(Bench bench)
    {
        LabAuthority root =
            LabAuthority.CreateRoot(
                new CertificateSpec { Subject = "CN=www.shop.dev", SubjectKeyIdentifier = false, NotBefore = Now.AddYears(-1),
                    NotAfter = Now.AddYears(1) }, Now);
        LabCertificate leaf =
            root.Issue(new CertificateSpec { Subject = "CN=www.shop.dev", DnsNames = ["www.shop.dev"], SubjectKeyIdentifier = false,
                AuthorityKeyIdentifier = false });
        return new GeneratedChain { Kind = "", Sent = [leaf.Der.ToArray()], Store = [root.Certificate.Der.ToArray()] };
    }

    /// <summary>A root, an intermediate, and what chains are made of.</summary>
    internal sealed class Bench
    {
        internal Bench(int number)
        {
            Root = LabAuthority.CreateRoot($"CN=Root {number}", Now);
            Issuing = Root.IssueAuthority($"CN=Issuing {number}");
        }

        internal LabAuthority Root { get; }

        internal LabAuthority Issuing { get; }

        internal LabCertificate Leaf(Func<CertificateSpec, CertificateSpec>? change = null, LabAuthority? issuer = null)
        {
            CertificateSpec spec = new() { Subject = "CN=www.shop.dev", DnsNames = ["www.shop.dev"] };
            return (issuer ?? Issuing).Issue(change?.Invoke(spec) ?? spec);
        }

        internal LabCertificate Named(string dnsName) => Leaf(spec => spec with { Subject = "CN=x", DnsNames = [dnsName] });

        internal GeneratedChain Of(LabCertificate leaf, params LabAuthority[] sent) => new()
        {
            Kind = "",
            Sent = [leaf.Der.ToArray(), .. sent.Select(authority => authority.Certificate.Der.ToArray())],
            Store = [Root.Certificate.Der.ToArray()],
        };

        internal GeneratedChain Below(LabAuthority root, bool isPublic, bool isSent)
        {
            LabAuthority issuing = root.IssueAuthority("CN=Another issuing");
            GeneratedChain chain = isSent ? Of(Leaf(issuer: issuing), issuing, root) : Of(Leaf(issuer: issuing), issuing);
            return chain with { Public = isPublic ? [root.Certificate.Der.ToArray()] : [] };
        }

        /// <summary>Through an intermediate that is changed.</summary>
        internal GeneratedChain Through(Func<CertificateSpec, CertificateSpec> change)
        {
            LabAuthority issuing = Root.IssueAuthority(change(new CertificateSpec { Subject = "CN=Changed issuing" }));
            return Of(Leaf(issuer: issuing), issuing);
        }

        /// <summary>Under a root that is changed, with two intermediates.</summary>
        internal GeneratedChain UnderRoot(Func<CertificateSpec, CertificateSpec> change, bool? isCa = true)
        {
            CertificateSpec spec =
                change(new CertificateSpec { Subject = "CN=Changed root", IsCA = isCa, NotBefore = Now.AddYears(-9),
                    NotAfter = Now.AddYears(9) });
            LabAuthority root = isCa is null
                ? LabAuthority.Of(LabAuthority.CreateSelfSigned(spec with { ExtendedKeyUsages = [] }, Now), Now)
                    : LabAuthority.CreateRoot(spec, Now);
            LabAuthority upper = root.IssueAuthority("CN=Upper");
            LabAuthority lower = upper.IssueAuthority("CN=Lower");
            return Of(Leaf(issuer: lower), lower, upper) with { Store = [root.Certificate.Der.ToArray()] };
        }

        internal GeneratedChain TwoOfOneName(bool withIdentifiers, bool rightFirst)
        {
            CertificateSpec spec =
                new() { Subject = "CN=Twice", SubjectKeyIdentifier = withIdentifiers, NotBefore = Now.AddYears(-1),
                    NotAfter = Now.AddYears(1) };
            LabAuthority wrong = LabAuthority.CreateRoot(spec, Now);
            LabAuthority right = LabAuthority.CreateRoot(spec, Now);
            LabCertificate leaf = Leaf(leaf => leaf with { AuthorityKeyIdentifier = withIdentifiers }, right);
            byte[][] store = [wrong.Certificate.Der.ToArray(), right.Certificate.Der.ToArray()];
            return Of(leaf) with { Store = rightFirst ? [.. store.AsEnumerable().Reverse()] : store };
        }

        internal GeneratedChain Extended(X509Extension extension) =>
            Of(Leaf(spec => spec with { Extensions = [extension] }), Issuing);

        internal GeneratedChain Timed(byte[] validity) =>
            Of(Leaf(spec => spec with { Rewrite = tbs => Tbs.With(tbs, Tbs.Validity, validity) }), Issuing);

        internal GeneratedChain OverRsa(Func<CertificateSpec, CertificateSpec> change)
        {
            LabAuthority root =
                LabAuthority.CreateRoot(
                    new CertificateSpec { Subject = "CN=RSA root", Key = Rsa(1), NotBefore = Now.AddYears(-1), NotAfter = Now.AddYears(1) },
                        Now);
            return Of(Leaf(change, root)) with { Store = [root.Certificate.Der.ToArray()] };
        }

        /// <summary>A root whose key may be used with SHA-384 only.</summary>
        internal GeneratedChain RestrictedPss(HashAlgorithmName hash)
        {
            LabAuthority root =
                LabAuthority.CreateRoot(
                    new CertificateSpec { Subject = "CN=PSS root", Key = Rsa(1), NotBefore = Now.AddYears(-1), NotAfter = Now.AddYears(1) },
                        Now);
            byte[] restricted =
                Tbs.SignPss(root.Certificate.Der.ToArray(), Rsa(1), HashAlgorithmName.SHA384, tbs =>
                    Tbs.With(tbs, Tbs.PublicKey, Tbs.RestrictedKey(Rsa(1))));
            byte[] leaf = Tbs.SignPss(Leaf(issuer: root).Der.ToArray(), Rsa(1), hash);
            return new GeneratedChain { Kind = "", Sent = [leaf], Store = [restricted] };
        }
    }
}

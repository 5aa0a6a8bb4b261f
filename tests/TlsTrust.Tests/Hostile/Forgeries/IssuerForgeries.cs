using System.Security.Cryptography.X509Certificates;
using System.Text;
using TlsTrust.Lab.Pki;
using TlsTrust.Tests.Diagnosis;

namespace TlsTrust.Tests.Hostile.Forgeries;

/// <summary>Chains whose every signature is sound: by whom nobody trusts, by who may not, or for another name.</summary>
internal static class IssuerForgeries
{
    private const string BasicConstraints = "2.5.29.19";
    private const string AlternativeName = "2.5.29.17";
    private static readonly byte[] CaTrue = [0x30, 3, 1, 1, 0xFF];

    public static IEnumerable<ForgedChain> Of(HonestChain chain) => [.. Strangers(chain), .. Authorities(chain), .. Names(chain)];

    private static CertificateSpec Server(HonestChain chain) =>
        new() { Subject = "CN=" + HonestChain.HostName, DnsNames = [HonestChain.HostName], KeyKind = chain.Kind };

    private static ForgedChain Chain(HonestChain chain, string name, params LabCertificate[] sent) =>
        new($"{chain.Kind}: {name}", [.. sent.Select(certificate => certificate.Der.ToArray())]);

    // A whole PKI with the honest one's names, key identifiers and serial numbers, and other keys.
    private static IEnumerable<ForgedChain> Strangers(HonestChain chain)
    {
        LabCertificate honestRoot = chain.Root.Certificate, honestIssuing = chain.Issuing.Certificate;
        LabAuthority root = LabAuthority.CreateRoot(Copy(honestRoot, chain.Kind, isCA: true), Judged.Now);
        LabAuthority issuing = root.IssueAuthority(Copy(honestIssuing, chain.Kind, isCA: true) with { AuthorityKeyIdentifier = false,
            Extensions = [.. Identifiers(honestIssuing)] });
        LabCertificate leaf = issuing.Issue(Server(chain));
        LabCertificate direct = root.Issue(Server(chain));
        LabCertificate alone = LabAuthority.CreateSelfSigned(Server(chain), Judged.Now);
        yield return Chain(chain, "a stranger's PKI", leaf, issuing.Certificate, root.Certificate);
        yield return Chain(chain, "a stranger's PKI, without its root", leaf, issuing.Certificate);
        yield return Chain(chain, "a stranger's PKI, with the honest root", leaf, issuing.Certificate, honestRoot);
        yield return Chain(chain, "a stranger's leaf, with the honest intermediate", leaf, honestIssuing);
        yield return Chain(chain, "a stranger's leaf, with both intermediates", leaf, honestIssuing, issuing.Certificate, honestRoot,
            root.Certificate);
        yield return Chain(chain, "a leaf of a stranger with the root's name", direct, root.Certificate);
        yield return Chain(chain, "a leaf of a stranger with the root's name, and the root", direct, honestRoot);
        yield return Chain(chain, "signed by itself", alone);
        yield return Chain(chain, "signed by itself, with the honest chain", alone, honestIssuing, honestRoot);
        yield return Chain(chain, "the honest leaf, of a stranger's intermediate", chain.Leaf, issuing.Certificate, root.Certificate);
        yield return Chain(chain, "the root as a server", honestRoot);
        yield return Chain(chain, "the intermediate as a server", honestIssuing);
        yield return Chain(chain, "an honest certificate of another", chain.Other, honestIssuing);
    }

    private static CertificateSpec Copy(LabCertificate of, LabKeyKind kind, bool isCA)
    {
        using X509Certificate2 certificate = of.ToX509Certificate2();
        return new()
        {
            Subject = of.Subject,
            KeyKind = kind,
            IsCA = isCA,
            SerialNumber = certificate.SerialNumberBytes,
            SubjectKeyIdentifier = false,
            Extensions = [.. certificate.Extensions.Where(extension => extension.Oid!.Value == "2.5.29.14")],
        };
    }

    private static IEnumerable<X509Extension> Identifiers(LabCertificate of)
    {
        using X509Certificate2 certificate = of.ToX509Certificate2();
        return [.. certificate.Extensions.Where(extension => extension.Oid!.Value is "2.5.29.14" or "2.5.29.35")];
    }

    // Certified by the honest CA, and not to issue this.
    private static IEnumerable<ForgedChain> Authorities(HonestChain chain)
    {
        DateTimeOffset now = Judged.Now;
        (string Name, CertificateSpec Spec)[] rows =
        [
            ("a server that issues", new() { Subject = "CN=a server", DnsNames = ["other.test"], KeyKind = chain.Kind }),
            ("no CA", new() { Subject = "CN=none", IsCA = false }),
            ("no word of CA", new() { Subject = "CN=none", IsCA = null, ExtendedKeyUsages = [] }),
            ("a CA that may not sign", new() { Subject = "CN=crl only", IsCA = true, KeyUsage = X509KeyUsageFlags.CrlSign }),
            ("a CA for clients", new() { Subject = "CN=clients", IsCA = true, ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] }),
            ("a CA for code", new() { Subject = "CN=code", IsCA = true, ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.3"] }),
            ("a CA for other names", new() { Subject = "CN=elsewhere", IsCA = true, PermittedDns = ["other.test"] }),
            ("a CA for all but this", new() { Subject = "CN=not here", IsCA = true, ExcludedDns = ["shop.dev"] }),
            ("a CA of yesterday", new() { Subject = "CN=old", IsCA = true, NotBefore = now.AddYears(-3), NotAfter = now.AddDays(-1) }),
            ("a CA of tomorrow", new() { Subject = "CN=young", IsCA = true, NotBefore = now.AddDays(1), NotAfter = now.AddYears(3) }),
            ("a CA with a rule that nobody knows",
                new() { Subject = "CN=rule", IsCA = true, Extensions = [new("1.2.3.4.5", [5, 0], true)] }),
            ("no CA, and yet", new() { Subject = "CN=both", IsCA = false, Rewrite = body => With(body, BasicConstraints, CaTrue) }),
            ("no CA, and in another place yet", new() { Subject = "CN=both", IsCA = null, ExtendedKeyUsages = [], Extensions =
                [new("2.5.29.10", CaTrue, true)] }),
            ("the sign of Netscape's CA", new() { Subject = "CN=netscape", IsCA = null, ExtendedKeyUsages = [], KeyUsage =
                X509KeyUsageFlags.DigitalSignature, Extensions = [new("2.16.840.1.113730.1.1", [3, 2, 0, 7], false)] }),
        ];
        foreach ((string name, CertificateSpec spec) in rows)
        {
            LabCertificate between = chain.Issuing.Issue(spec with { KeyKind = chain.Kind });
            LabCertificate leaf = LabAuthority.Of(between, now).Issue(Server(chain));
            yield return Chain(chain, "by " + name, leaf, between, chain.Issuing.Certificate);
            LabCertificate below = LabAuthority.Of(between, now)
                .Issue(new CertificateSpec { Subject = "CN=below", IsCA = true, KeyKind = chain.Kind });
            yield return Chain(chain, "by a CA of " + name, LabAuthority.Of(below, now).Issue(Server(chain)), below, between,
                chain.Issuing.Certificate);
        }

        LabAuthority last = chain.Root.IssueAuthority(new CertificateSpec { Subject = "CN=last", PathLength = 0, KeyKind = chain.Kind });
        LabAuthority beyond = last.IssueAuthority(new CertificateSpec { Subject = "CN=beyond", KeyKind = chain.Kind });
        yield return Chain(chain, "by a CA below the last", beyond.Issue(Server(chain)), beyond.Certificate, last.Certificate);
        (string, CertificateSpec)[] leaves =
        [
            ("of yesterday", Server(chain) with { NotBefore = now.AddDays(-9), NotAfter = now.AddDays(-1) }),
            ("of tomorrow", Server(chain) with { NotBefore = now.AddDays(1), NotAfter = now.AddDays(9) }),
            ("for clients", Server(chain) with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] }),
            ("for OCSP", Server(chain) with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.9"] }),
            ("with a rule that nobody knows", Server(chain) with { Extensions = [new("1.2.3.4.5", [5, 0], true)] }),
            ("with two lists of names", Server(chain) with { DnsNames = ["other.test"], Rewrite =
                body => With(body, AlternativeName, Names((2, HonestChain.HostName))) }),
        ];
        foreach ((string name, CertificateSpec spec) in leaves)
        {
            yield return Chain(chain, "a leaf " + name, chain.Issuing.Issue(spec), chain.Issuing.Certificate);
        }
    }

    private static IEnumerable<ForgedChain> Names(HonestChain chain)
    {
        const string host = "www.shop.dev";
        (string Name, byte[]? AlternativeName)[] rows =
        [
            ("only in the common name", null), ("a zero in it", Names((2, host + "\0.evil.test"))),
                ("a zero behind it", Names((2, host + "\0"))),
            ("a star", Names((2, "*"))), ("a star too high", Names((2, "*.dev"))), ("two stars", Names((2, "*.*.dev"))),
            ("a star in the middle", Names((2, "www.*.dev"))), ("half a star", Names((2, "w*.shop.dev"), (2, "*ww.shop.dev"))),
            ("a star of a label in puny code", Names((2, "xn--*.shop.dev"))), ("the parent", Names((2, "shop.dev"))),
                ("a dot before it", Names((2, ".shop.dev"))),
            ("as an address of mail", Names((1, host))), ("as a URI", Names((6, "https://" + host))), ("as a URI alone", Names((6, host))),
            ("as an address of X.400", Names((3, host))), ("as a registered number", Names((8, host))),
                ("as an IP address", Names((7, host))),
            ("with a port", Names((2, host + ":443"))), ("with a path", Names((2, host + "/"))),
                ("with a scheme", Names((2, "https://" + host))),
            ("a blank before it", Names((2, " " + host))), ("a line behind it", Names((2, host + "\n"))),
                ("a letter of another script", Names((2, "www.\u0455hop.dev"))),
            ("a dot of another script", Names((2, "www\u3002shop.dev"))), ("of no length", Names((2, ""))),
                ("two in one", Names((2, "other.test," + host))),
            ("none", [0x30, 0]), ("in another order", Names((2, "dev.shop.www"))),
        ];
        foreach ((string name, byte[]? names) in rows)
        {
            LabCertificate leaf = chain.Issuing.Issue(Server(chain) with
            {
                DnsNames = [],
                KeyKind = LabKeyKind.EcP256, // soon made; its issuer signs as before
                Extensions = names is null ? [] : [new X509Extension(AlternativeName, names, false)],
            });
            yield return Chain(chain, "the name: " + name, leaf, chain.Issuing.Certificate);
        }
    }

    // An extension that is there already, once more.
    private static byte[] With(byte[] body, string oid, byte[] value)
    {
        CertificateParts parts = new(body, [], []);
        return parts.WithExtensions([.. parts.Extensions(), Encoded.Algorithm(oid, DerBytes.Wrap(0x04, value))]).Body;
    }

    private static byte[] Names(params (int Kind, string Text)[] names) => DerBytes.Wrap(0x30, [.. names.SelectMany(name =>
        DerBytes.Wrap((byte)(0x80 | name.Kind), Encoding.UTF8.GetBytes(name.Text)))]);
}

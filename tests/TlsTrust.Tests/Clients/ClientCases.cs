using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Clients;
using TlsTrust.Lab.Pki;
using TlsTrust.Paths;

namespace TlsTrust.Tests.Clients;

/// <summary>A chain as a server sends it, and who trusts what.</summary>
internal sealed record ClientCase(LabCertificate Leaf, LabCertificate[] Sent, LabCertificate[] Anchors, DateTimeOffset Now,
    string Host = "localhost")
{
    internal static DateTimeOffset FixedNow { get; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ClientCases Fixed = new(FixedNow);

    internal static ClientCase Named(string name) => Fixed.Named(name);

    internal static Certificate Read(LabCertificate certificate) => Certificate.Parse(certificate.Der);

    internal ClientEvidence Evidence => new()
    {
        AnchorsOf = AnchorScope.EveryClient,
        PublicRoots = CertificateIndex.Empty,
        Query = new PathQuery
        {
            Leaf = Read(Leaf),
            Presented = [Read(Leaf), .. Sent.Select(Read)],
            Anchors = new CertificateIndex(Anchors.Select(Read)),
            HostName = Host,
            At = Now.UtcDateTime,
        },
    };
}

/// <summary>
/// The chains that real clients are shown on loopback: a root R with an intermediate I below it, another root X that nobody trusts,
/// and a server's certificate for localhost and 127.0.0.1 below I.
/// </summary>
internal sealed class ClientCases
{
    private readonly DateTimeOffset _now;
    private readonly LabAuthority _root;
    private readonly LabAuthority _other;
    private readonly LabAuthority _intermediate;
    private readonly LabAuthority _otherIntermediate;
    private readonly CertificateSpec _server = new() { Subject = "CN=localhost", DnsNames = ["localhost"], IpAddresses = ["127.0.0.1"] };
    private readonly LabCertificate _good;

    internal static IReadOnlyList<string> Names { get; } =
    [
        "ok",
        "missing intermediate",
        "private root not sent",
        "private root sent",
        "self-signed",
        "self-signed anchor",
        "expired",
        "not yet valid",
        "expired intermediate",
        "expired root",
        "wrong name",
        "common name only",
        "address in the common name, a name in the SAN",
        "address in the common name, no SAN",
        "address in the SAN",
        "address missing in the SAN",
        "client usage",
        "client usage on the CA",
        "any usage",
        "any usage on the CA",
        "policy required",
        "key encipherment only",
        "RSA 1024",
        "RSA 1024 on the CA",
        "SHA-1",
        "SHA-1 on the CA",
        "critical extension",
        "not a CA",
        "CA without keyCertSign",
        "path length",
        "name constraint",
        "name constraint of a CA whose name reads like a tolerance",
        "bad signature",
        "lax root",
        "intermediate as anchor",
        "intermediate as anchor, leaf only sent",
        "leaf as anchor",
        "intermediate and root as anchors, leaf only sent",
        "untrusted twin first",
        "untrusted twin last",
        "expired twin first",
        "constrained twin first",
        "unrelated first",
        "duplicate",
        "root before intermediate",
        "cross-signed root sent",
        "expired cross-sign sent",
    ];

    internal ClientCases(DateTimeOffset now)
    {
        _now = now;
        _root = LabAuthority.CreateRoot("CN=Lab Root", now);
        _other = LabAuthority.CreateRoot("CN=Other Root", now);
        _intermediate = _root.IssueAuthority("CN=Lab Intermediate");
        _otherIntermediate = _other.IssueAuthority("CN=Other Intermediate");
        _good = _intermediate.Issue(_server);
    }

    internal ClientCase Named(string name)
    {
        LabCertificate root = _root.Certificate, intermediate = _intermediate.Certificate;
        LabCertificate[] i = [intermediate], r = [root];

        LabCertificate Twin(LabAuthority issuer, DateTimeOffset? notAfter = null, string? permitted = null) =>
            issuer.Issue(new CertificateSpec
        {
            Subject = intermediate.Subject,
            Key = intermediate.Key,
            IsCA = true,
            NotBefore = _now.AddYears(-1),
            NotAfter = notAfter ?? _now.AddYears(1),
            PermittedDns = permitted is null ? [] : [permitted],
        });

        ClientCase Made(LabCertificate leaf, LabCertificate[] sent, LabCertificate[] anchors, string host = "localhost") =>
            new(leaf, sent, anchors, _now, host);

        ClientCase Below(CertificateSpec ca)
        {
            LabAuthority authority = _root.IssueAuthority(ca);
            return Made(authority.Issue(_server), [authority.Certificate], r);
        }

        ClientCase Server(CertificateSpec spec, string host = "localhost") => Made(_intermediate.Issue(spec), i, r, host);

        switch (name)
        {
            case "ok":
                return Made(_good, i, r);
            case "missing intermediate":
                return Made(_good, [], r);
            case "private root not sent":
                return Made(_otherIntermediate.Issue(_server), [_otherIntermediate.Certificate], r);
            case "private root sent":
                return Made(_otherIntermediate.Issue(_server), [_otherIntermediate.Certificate, _other.Certificate], r);
            case "self-signed":
                return Made(LabAuthority.CreateSelfSigned(_server, _now), [], r);
            case "self-signed anchor":
                LabCertificate own = LabAuthority.CreateSelfSigned(_server, _now);
                return Made(own, [], [own]);
            case "expired":
                return Server(_server with { NotBefore = _now.AddDays(-90), NotAfter = _now.AddDays(-1) });
            case "not yet valid":
                return Server(_server with { NotBefore = _now.AddDays(1), NotAfter = _now.AddDays(90) });
            case "expired intermediate":
                return Below(new CertificateSpec { Subject = "CN=Old", NotBefore = _now.AddYears(-2), NotAfter = _now.AddDays(-1) });
            case "expired root":
                LabAuthority old =
                    LabAuthority.CreateRoot(
                        new CertificateSpec { Subject = "CN=Old Root", NotBefore = _now.AddYears(-2), NotAfter = _now.AddDays(-1) }, _now);
                return Made(old.Issue(_server), [], [old.Certificate]);
            case "wrong name":
                return Server(new CertificateSpec { Subject = "CN=other.example", DnsNames = ["other.example", "www.other.example"] });
            case "common name only":
                return Server(new CertificateSpec { Subject = "CN=localhost" });
            case "address in the common name, a name in the SAN":
                return Server(new CertificateSpec { Subject = "CN=127.0.0.1", DnsNames = ["other.example"] }, "127.0.0.1");
            case "address in the common name, no SAN":
                return Server(new CertificateSpec { Subject = "CN=127.0.0.1" }, "127.0.0.1");
            case "address in the SAN":
                return Made(_good, i, r, "127.0.0.1");
            case "address missing in the SAN":
                return Server(new CertificateSpec { Subject = "CN=localhost", DnsNames = ["localhost"] }, "127.0.0.1");
            case "client usage":
                return Server(_server with { ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] });
            case "client usage on the CA":
                return Below(new CertificateSpec { Subject = "CN=Client CA", ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.2"] });
            case "any usage":
                return Server(_server with { ExtendedKeyUsages = ["2.5.29.37.0"] });
            case "any usage on the CA":
                return Below(new CertificateSpec { Subject = "CN=Any CA", ExtendedKeyUsages = ["2.5.29.37.0"] });
            case "policy required":
                return Below(
                    new CertificateSpec { Subject = "CN=Policy CA",
                        Extensions = [new X509Extension("2.5.29.36", [0x30, 3, 0x80, 1, 0], critical: true)] });
            case "key encipherment only":
                return Server(_server with { KeyKind = LabKeyKind.Rsa2048, KeyUsage = X509KeyUsageFlags.KeyEncipherment });
            case "RSA 1024":
                return Server(_server with { KeyKind = LabKeyKind.Rsa1024 });
            case "RSA 1024 on the CA":
                return Below(new CertificateSpec { Subject = "CN=Weak CA", KeyKind = LabKeyKind.Rsa1024 });
            case "SHA-1":
                return Server(_server with { Digest = HashAlgorithmName.SHA1 });
            case "SHA-1 on the CA":
                return Below(new CertificateSpec { Subject = "CN=SHA-1 CA", Digest = HashAlgorithmName.SHA1 });
            case "critical extension":
                return Server(_server with { Extensions = [new X509Extension("1.2.3.4", [5, 0], critical: true)] });
            case "not a CA":
                return Below(new CertificateSpec { Subject = "CN=Not a CA", IsCA = false });
            case "CA without keyCertSign":
                return Below(new CertificateSpec { Subject = "CN=No CertSign", KeyUsage = X509KeyUsageFlags.CrlSign });
            case "path length":
                LabAuthority zero = _root.IssueAuthority(new CertificateSpec { Subject = "CN=Zero", PathLength = 0 });
                LabAuthority below = zero.IssueAuthority("CN=Below zero");
                return Made(below.Issue(_server), [below.Certificate, zero.Certificate], r);
            case "name constraint":
                return Below(new CertificateSpec { Subject = "CN=Constrained", PermittedDns = ["example.org"] });
            case "name constraint of a CA whose name reads like a tolerance":
                return Below(new CertificateSpec { Subject = "CN=URI:x is not permitted", PermittedDns = ["example.org"] });
            case "bad signature":
                return Server(_server with { BreakSignature = true });
            case "lax root":
                LabAuthority lax =
                    LabAuthority.CreateRoot(
                        new CertificateSpec { Subject = "CN=Lax Root", KeyUsage = X509KeyUsageFlags.None, SubjectKeyIdentifier = false },
                            _now);
                return Made(lax.Issue(_server), [], [lax.Certificate]);
            case "intermediate as anchor":
                return Made(_good, i, i);
            case "intermediate as anchor, leaf only sent":
                return Made(_good, [], i);
            case "leaf as anchor":
                return Made(_good, [], [_good]);
            case "intermediate and root as anchors, leaf only sent":
                return Made(_good, [], [root, intermediate]);
            case "untrusted twin first":
                return Made(_good, [Twin(_other), intermediate], r);
            case "untrusted twin last":
                return Made(_good, [intermediate, Twin(_other)], r);
            case "expired twin first":
                return Made(_good, [Twin(_root, _now.AddDays(-1)), intermediate], r);
            case "constrained twin first":
                return Made(_good, [Twin(_root, permitted: "example.org"), intermediate], r);
            case "unrelated first":
                return Made(_good, [_otherIntermediate.Certificate, intermediate], r);
            case "duplicate":
                return Made(_good, [intermediate, intermediate], r);
            case "root before intermediate":
                return Made(_good, [root, intermediate], r);
            case "cross-signed root sent":
                return Made(_good, [intermediate, _other.CrossSign(_root), _other.Certificate], r);
            case "expired cross-sign sent":
                return Made(_good, [intermediate, _other.CrossSign(_root, _now.AddYears(-2), _now.AddDays(-1))], r);
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, null);
        }
    }
}

using System.Security.Cryptography.X509Certificates;
using TlsTrust.Lab.Pki;
using TlsTrust.Tests.Clients;
using TlsTrust.Tests.Diagnosis.Laws;

namespace TlsTrust.RealClients;

/// <summary>Chains about which few clients are of one mind: what is old, what is spelt in another way, what is there twice.</summary>
internal sealed class OddChains
{
    private readonly DateTimeOffset _now;
    private readonly LabAuthority _root;
    private readonly LabAuthority _issuing;

    internal OddChains(DateTimeOffset now)
    {
        _now = now;
        _root = LabAuthority.CreateRoot("CN=Odd Root", now);
        _issuing = _root.IssueAuthority("CN=Odd CA");
    }

    /// <summary>All of them by name.</summary>
    internal IEnumerable<(string Name, ClientCase Case)> All() =>
    [
        ("odd: a Netscape type for clients", Leaf(spec => spec with { Extensions = [Netscape(0x80, unused: 7)] })),
        ("odd: a Netscape type for servers", Leaf(spec => spec with { Extensions = [Netscape(0x40, unused: 6)] })),
        ("odd: an issuer in capitals", Leaf(spec => spec with
        {
            Rewrite = static tbs => Tbs.With(tbs, Tbs.Issuer, new X500DistinguishedName("CN=ODD CA").RawData),
        })),
        ("odd: an issuer without a name", Below(new CertificateSpec { Subject = "" })),
        ("odd: a critical TLS feature", Leaf(spec => spec with
        {
            Extensions = [new X509Extension("1.3.6.1.5.5.7.1.24", [0x30, 3, 2, 1, 5], critical: true)],
        })),
        ("odd: an address beside a common name", Leaf(spec => spec with { DnsNames = [], IpAddresses = ["10.0.0.1"] })),
        ("odd: no subject, and names that are not critical", Leaf(spec => spec with { Subject = "" })),
        ("odd: a self-issued CA under a path length", SelfIssued()),
        ("odd: no path length left under the root", UnderRoot()),
        ("odd: two CAs of one name, the wrong one first", Twins(rightFirst: false)),
        ("odd: two CAs of one name, the right one first", Twins(rightFirst: true)),
        ("odd: the stale CA is sent and the right one an anchor", StaleSent()),
        ("odd: a CA and its server of one name", OfOneName()),
    ];

    private static X509Extension Netscape(byte bits, byte unused) => new("2.16.840.1.113730.1.1", [3, 2, unused, bits], critical: false);

    private static CertificateSpec Server => new() { Subject = "CN=localhost", DnsNames = ["localhost"], IpAddresses = ["127.0.0.1"] };

    private ClientCase Made(LabCertificate leaf, LabCertificate[] sent, params LabCertificate[] anchors) => new(leaf, sent, anchors, _now);

    private ClientCase Leaf(Func<CertificateSpec, CertificateSpec> change) =>
        Made(_issuing.Issue(change(Server)), [_issuing.Certificate], _root.Certificate);

    private ClientCase Below(CertificateSpec spec)
    {
        LabAuthority authority = _root.IssueAuthority(spec);
        return Made(authority.Issue(Server), [authority.Certificate], _root.Certificate);
    }

    private ClientCase SelfIssued()
    {
        LabAuthority upper = _root.IssueAuthority(new CertificateSpec { Subject = "CN=Same", PathLength = 0 });
        LabAuthority lower = upper.IssueAuthority("CN=Same");
        return Made(lower.Issue(Server), [lower.Certificate, upper.Certificate], _root.Certificate);
    }

    private ClientCase UnderRoot()
    {
        LabAuthority root = LabAuthority.CreateRoot(new CertificateSpec { Subject = "CN=Short Root", PathLength = 0 }, _now);
        LabAuthority authority = root.IssueAuthority("CN=Too deep");
        return Made(authority.Issue(Server), [authority.Certificate], root.Certificate);
    }

    private ClientCase Twins(bool rightFirst)
    {
        CertificateSpec spec = new() { Subject = "CN=Twin", SubjectKeyIdentifier = false };
        LabAuthority right = LabAuthority.CreateRoot(spec, _now);
        LabCertificate wrong = LabAuthority.CreateRoot(spec, _now).Certificate;
        LabCertificate leaf = right.Issue(Server with { AuthorityKeyIdentifier = false });
        return rightFirst ? Made(leaf, [], right.Certificate, wrong) : Made(leaf, [], wrong, right.Certificate);
    }

    private ClientCase StaleSent()
    {
        LabAuthority right = _root.IssueAuthority("CN=Renewed");
        return Made(right.Issue(Server), [_root.IssueAuthority("CN=Renewed").Certificate], _root.Certificate, right.Certificate);
    }

    private ClientCase OfOneName()
    {
        LabAuthority authority = LabAuthority.CreateRoot("CN=localhost", _now);
        return Made(authority.Issue(Server), [], authority.Certificate);
    }
}

using TlsTrust.Certificates;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Lab.Pki;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Diagnosis;

/// <summary>A small PKI at a fixed time, and the evidence a test states its case with: presented, trusted, publicly known, found.</summary>
internal sealed class Judged
{
    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public Judged()
    {
        Root = LabAuthority.CreateRoot("CN=Root", Now);
        Issuing = Root.IssueAuthority("CN=Issuing");
        Leaf = Issuing.IssueServer("www.shop.dev");
    }

    public LabAuthority Root { get; }

    public LabAuthority Issuing { get; }

    public LabCertificate Leaf { get; }

    public static Certificate Read(LabCertificate certificate) => Certificate.Parse(certificate.Der);

    public static TrustStore Store(params LabCertificate[] anchors) =>
        new("the test's store", anchors.Select(anchor => new StoredCertificate(Read(anchor), CertificateOrigin.File("anchors.pem"))));

    public static PublicRootSet Public(params LabCertificate[] roots) =>
        new("the test's public roots", new DateOnly(2026, 1, 1), roots.Select(Read));

    public static ChainEvidence Evidence(IEnumerable<LabCertificate> presented, TrustStore store, PublicRootSet? publicRoots = null,
        params LabCertificate[] found) => new()
    {
        Presented = [.. presented.Select(Read)],
        HostName = "www.shop.dev",
        Store = store,
        PublicRoots = publicRoots ?? Public(),
        At = Now.UtcDateTime,
        Found = [.. found.Select(certificate =>
            new FoundCertificate(Read(certificate), CertificateOrigin.Download("http://aia.test/ca.cer")))],
    };
}

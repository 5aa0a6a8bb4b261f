using System.Text;
using TlsTrust.Bundles;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Environment.Provisioning;

/// <summary>A root is a root, whoever can check its signature.</summary>
public sealed class UncheckableRootTests
{
    private static readonly byte[] EcdsaWithSha256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];
    private static readonly byte[] Unheard = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x7F];

    private static readonly LabAuthority Root = LabAuthority.CreateRoot("CN=Root of tomorrow", DateTimeOffset.UtcNow);

    [Fact]
    public void A_self_signed_root_of_an_unknown_algorithm_is_no_intermediate()
    {
        Certificate root = Unknown(Root.Certificate);
        Assert.Equal(SignatureStatus.NotCheckable, root.VerifySignature(root));
        Assert.False(root.IsSelfSigned);
        Assert.True(root.LooksSelfSigned);
        (IReadOnlyList<Certificate> anchors, IReadOnlyList<string> left) = Choose(root);
        Assert.Equal([root], anchors);
        Assert.Empty(left);
    }

    [Fact]
    public async Task A_bundle_calls_it_a_root()
    {
        byte[] file = Encoding.ASCII.GetBytes(Unknown(Root.Certificate).ToPem());
        string path = Path.Combine(Directory.CreateTempSubdirectory("tlstrust-tests-").FullName, "root.pem");
        File.WriteAllBytes(path, file);
        BundlePlan plan = await BundleRepair.PlanAsync(path, new() { At = DateTime.UtcNow, Kind = PemBundleKind.Trust }, finder: null,
            store: null, CancellationToken.None);
        Assert.Equal(ChainRole.Root, Assert.Single(plan.Report.Before).Role);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void An_intermediate_of_an_unknown_algorithm_and_a_root_with_a_bad_signature_are_none()
    {
        Certificate intermediate = Unknown(Root.IssueAuthority("CN=Below").Certificate);
        Assert.False(intermediate.LooksSelfSigned);
        Assert.Equal(Refusal.Intermediate, Assert.Throws<ProvisioningException>(() => Choose(intermediate)).Refusal);
        byte[] broken = Root.Certificate.Der.ToArray();
        broken[^1] ^= 1;
        Assert.False(Parse(broken).LooksSelfSigned);
    }

    private static (IReadOnlyList<Certificate> Anchors, IReadOnlyList<string> Left) Choose(Certificate certificate) =>
        AnchorSelection.Choose(
            new ProvisionRequest { Anchors = [new CandidateAnchor(certificate, "a file", false)], Scope = TrustScope.Process });

    private static Certificate Unknown(LabCertificate certificate)
    {
        byte[] der = certificate.Der.ToArray();
        for (int at = der.AsSpan().IndexOf(EcdsaWithSha256); at >= 0; at = der.AsSpan().IndexOf(EcdsaWithSha256))
        {
            Unheard.CopyTo(der.AsSpan(at));
        }

        return Parse(der);
    }

    private static Certificate Parse(byte[] der) =>
        Certificate.TryParse(der, out Certificate? certificate, out _) ? certificate : throw new InvalidDataException();
}

using TlsTrust.Lab.Pki;

namespace TlsTrust.Lab.Servers;

/// <summary>What a TLS server sends: certificates in wire order, and the key of the first of them.</summary>
internal sealed record ServedChain(IReadOnlyList<LabCertificate> Certificates)
{
    public static ServedChain Of(params LabCertificate[] certificates) => new(certificates);

    public LabCertificate Leaf => Certificates[0];

    public LabKey Key => Leaf.Key;
}

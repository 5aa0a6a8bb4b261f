using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Lab.Pki;

/// <summary>Signs what the BCL's own generators refuse to sign: with SHA-1.</summary>
internal sealed class LabSignature(LabKey key) : X509SignatureGenerator
{
    private static readonly byte[] Sha1WithRsa = Algorithm("1.2.840.113549.1.1.5", withNull: true);
    private static readonly byte[] Sha1WithEcdsa = Algorithm("1.2.840.10045.4.1", withNull: false);

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
        hashAlgorithm != HashAlgorithmName.SHA1
            ? key.SignatureGenerator().GetSignatureAlgorithmIdentifier(hashAlgorithm)
            : key.IsRsa ? Sha1WithRsa : Sha1WithEcdsa;

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.Sign(data, hashAlgorithm);

    protected override PublicKey BuildPublicKey() => key.PublicKey;

    private static byte[] Algorithm(string oid, bool withNull)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (withNull)
            {
                writer.WriteNull();
            }
        }

        return writer.Encode();
    }
}

using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace TlsTrust.RealClients;

/// <summary>RSASSA-PSS with any salt and any hash for its masks, and with parameters that name what it does or something else.</summary>
internal sealed class PssSignature(AsymmetricKeyParameter key, IDigest digest, IDigest mask, int salt, DerObjectIdentifier? named)
    : ISignatureFactory
{
    public object AlgorithmDetails { get; } = new AlgorithmIdentifier(PkcsObjectIdentifiers.IdRsassaPss, new RsassaPssParameters(
        Hash(digest),
        new AlgorithmIdentifier(PkcsObjectIdentifiers.IdMgf1,
            named is null ? Hash(mask) : new AlgorithmIdentifier(named, DerNull.Instance)),
        DerInteger.ValueOf(salt), DerInteger.One));

    /// <param name="digest">Hash of the message.</param>
    /// <param name="salt">Bytes of salt.</param>
    /// <param name="mask">Hash of the masks; null for the same.</param>
    /// <param name="named">What the parameters name in its place; null for itself.</param>
    internal static Func<AsymmetricKeyParameter, ISignatureFactory> Of(IDigest digest, int salt, IDigest? mask = null,
        DerObjectIdentifier? named = null) => key => new PssSignature(key, digest, mask ?? digest, salt, named);

    public IStreamCalculator<IBlockResult> CreateCalculator()
    {
        PssSigner signer = new(new RsaBlindedEngine(), digest, mask, salt);
        signer.Init(true, new ParametersWithRandom(key, new SecureRandom()));
        return new DefaultSignatureCalculator(signer);
    }

    private static AlgorithmIdentifier Hash(IDigest digest) =>
        new(DigestUtilities.GetObjectIdentifier(digest.AlgorithmName), DerNull.Instance);
}

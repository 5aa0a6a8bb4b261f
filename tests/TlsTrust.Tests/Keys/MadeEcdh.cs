using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Parameters;

namespace TlsTrust.Tests.Keys;

/// <summary>A key agreement of BouncyCastle's, for platforms whose cryptography has no curves: the lab's TLS servers agree by it.</summary>
internal sealed class MadeEcdh(ECCurve curve) : ECDiffieHellman
{
    private readonly MadeEcdsa _key = new(curve); // a key of the same kind

    public override ECDiffieHellmanPublicKey PublicKey => new Public(ExportParameters(includePrivateParameters: false));

    public override ECParameters ExportParameters(bool includePrivateParameters) => _key.ExportParameters(includePrivateParameters);

    public override void ImportParameters(ECParameters parameters) => _key.ImportParameters(parameters);

    public override byte[] DeriveRawSecretAgreement(ECDiffieHellmanPublicKey otherPartyPublicKey)
    {
        ECDHBasicAgreement agreement = new();
        agreement.Init(new ECPrivateKeyParameters(_key.Secret, _key.Domain));
        using MadeEcdsa other = new(curve);
        other.ImportParameters(otherPartyPublicKey.ExportParameters());
        ECPublicKeyParameters theirs = new(other.Point, _key.Domain);
        return MadeEcdsa.Padded(agreement.CalculateAgreement(theirs), agreement.GetFieldSize());
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Public(ECParameters parameters) : ECDiffieHellmanPublicKey
    {
        public override ECParameters ExportParameters() => parameters;
    }
}

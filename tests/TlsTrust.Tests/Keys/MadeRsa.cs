using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using BigInteger = Org.BouncyCastle.Math.BigInteger;

namespace TlsTrust.Tests.Keys;

/// <summary>An RSA key of BouncyCastle's, for platforms whose cryptography makes none.</summary>
internal sealed class MadeRsa : RSA
{
    private const int Certainty = 80; // of a test's key, which signs for a minute

    private RsaPrivateCrtKeyParameters? _key;

    public MadeRsa(int bits)
    {
        LegalKeySizesValue = [new KeySizes(512, 16384, 8)];
        KeySizeValue = bits;
    }

    private RsaPrivateCrtKeyParameters Key => _key ??= Make(KeySize);

    public override byte[] SignHash(byte[] hash, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)
    {
        ISigner signer = Signer(hashAlgorithm, padding, hash.Length);
        signer.Init(forSigning: true, padding == RSASignaturePadding.Pss ? new ParametersWithRandom(Key, new SecureRandom()) : Key);
        signer.BlockUpdate(hash, 0, hash.Length);
        return signer.GenerateSignature();
    }

    public override bool VerifyHash(byte[] hash, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)
    {
        ISigner signer = Signer(hashAlgorithm, padding, hash.Length);
        signer.Init(forSigning: false, new RsaKeyParameters(false, Key.Modulus, Key.PublicExponent));
        signer.BlockUpdate(hash, 0, hash.Length);
        return signer.VerifySignature(signature);
    }

    public override RSAParameters ExportParameters(bool includePrivateParameters)
    {
        int size = (KeySize + 7) / 8, half = (size + 1) / 2;
        RSAParameters all = new() { Modulus = Padded(Key.Modulus, size), Exponent = Key.PublicExponent.ToByteArrayUnsigned() };
        return !includePrivateParameters ? all : all with
        {
            D = Padded(Key.Exponent, size),
            P = Padded(Key.P, half),
            Q = Padded(Key.Q, half),
            DP = Padded(Key.DP, half),
            DQ = Padded(Key.DQ, half),
            InverseQ = Padded(Key.QInv, half),
        };
    }

    public override void ImportParameters(RSAParameters parameters)
    {
        _key = new RsaPrivateCrtKeyParameters(Number(parameters.Modulus), Number(parameters.Exponent), Number(parameters.D),
            Number(parameters.P), Number(parameters.Q), Number(parameters.DP), Number(parameters.DQ), Number(parameters.InverseQ));
        KeySizeValue = _key.Modulus.BitLength;
    }

    private static ISigner Signer(HashAlgorithmName hash, RSASignaturePadding padding, int length)
    {
        IDigest digest = DigestUtilities.GetDigest(hash.Name);
        return padding == RSASignaturePadding.Pss
            ? PssSigner.CreateRawSigner(new RsaBlindedEngine(), digest, digest, length, PssSigner.TrailerImplicit)
            : new RsaDigestSigner(new NullDigest(),
                new AlgorithmIdentifier(DigestUtilities.GetObjectIdentifier(hash.Name), DerNull.Instance));
    }

    private static RsaPrivateCrtKeyParameters Make(int bits)
    {
        RsaKeyPairGenerator generator = new();
        generator.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), new SecureRandom(), bits, Certainty));
        return (RsaPrivateCrtKeyParameters)generator.GenerateKeyPair().Private;
    }

    private static BigInteger Number(byte[]? bytes) => new(1, bytes);

    private static byte[] Padded(BigInteger number, int length)
    {
        byte[] bytes = number.ToByteArrayUnsigned();
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}

using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using BigInteger = Org.BouncyCastle.Math.BigInteger;
using CurvePoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace TlsTrust.Tests.Keys;

/// <summary>An ECDSA key of BouncyCastle's, for platforms whose cryptography makes none: Wine's lacks every curve.</summary>
internal sealed class MadeEcdsa : ECDsa
{
    private ECDomainParameters _domain;
    private string _oid;
    private BigInteger? _secret;
    private CurvePoint? _point;

    public MadeEcdsa(ECCurve curve)
    {
        _oid = OidOf(curve);
        _domain = DomainOf(_oid);
        LegalKeySizesValue = [new KeySizes(256, 384, 128), new KeySizes(521, 521, 0)];
        KeySizeValue = _domain.Curve.FieldSize;
    }

    internal ECDomainParameters Domain => _domain;

    internal BigInteger Secret
    {
        get
        {
            Make();
            return _secret!;
        }
    }

    internal CurvePoint Point
    {
        get
        {
            Make();
            return _point!;
        }
    }

    public override byte[] SignHash(byte[] hash)
    {
        ECDsaSigner signer = new();
        signer.Init(forSigning: true, new ParametersWithRandom(new ECPrivateKeyParameters(Secret, _domain), new SecureRandom()));
        int half = (KeySize + 7) / 8;
        return [.. signer.GenerateSignature(hash).SelectMany(number => Padded(number, half))];
    }

    public override bool VerifyHash(byte[] hash, byte[] signature)
    {
        ECDsaSigner signer = new();
        signer.Init(forSigning: false, new ECPublicKeyParameters(Point, _domain));
        int half = signature.Length / 2;
        return signer.VerifySignature(hash, new BigInteger(1, signature, 0, half), new BigInteger(1, signature, half, half));
    }

    public override ECParameters ExportParameters(bool includePrivateParameters)
    {
        int length = (KeySize + 7) / 8;
        CurvePoint point = Point.Normalize();
        return new ECParameters
        {
            Curve = ECCurve.CreateFromValue(_oid),
            Q = new System.Security.Cryptography.ECPoint
            {
                X = Padded(point.AffineXCoord.ToBigInteger(), length),
                Y = Padded(point.AffineYCoord.ToBigInteger(), length),
            },
            D = includePrivateParameters ? Padded(Secret, length) : null,
        };
    }

    public override void ImportParameters(ECParameters parameters)
    {
        _oid = OidOf(parameters.Curve);
        _domain = DomainOf(_oid);
        KeySizeValue = _domain.Curve.FieldSize;
        _secret = parameters.D is null ? null : new BigInteger(1, parameters.D);
        _point = _secret is not null ? _domain.G.Multiply(_secret)
            : _domain.Curve.CreatePoint(new BigInteger(1, parameters.Q.X), new BigInteger(1, parameters.Q.Y));
    }

    public override void GenerateKey(ECCurve curve)
    {
        _oid = OidOf(curve);
        _domain = DomainOf(_oid);
        KeySizeValue = _domain.Curve.FieldSize;
        _secret = null;
        _point = null;
    }

    // As the platform's keys are: not before the first use.
    private void Make()
    {
        if (_point is null)
        {
            ECKeyPairGenerator generator = new();
            generator.Init(new ECKeyGenerationParameters(_domain, new SecureRandom()));
            AsymmetricCipherKeyPair pair = generator.GenerateKeyPair();
            _secret = ((ECPrivateKeyParameters)pair.Private).D;
            _point = ((ECPublicKeyParameters)pair.Public).Q;
        }
    }

    internal static byte[] Padded(BigInteger number, int length)
    {
        byte[] bytes = number.ToByteArrayUnsigned();
        return [.. new byte[length - bytes.Length], .. bytes];
    }

    private static ECDomainParameters DomainOf(string oid) => new(ECNamedCurveTable.GetByOid(new DerObjectIdentifier(oid)));

    private static string OidOf(ECCurve curve) => curve.Oid.Value ?? curve.Oid.FriendlyName switch
    {
        "nistP256" => "1.2.840.10045.3.1.7",
        "nistP384" => "1.3.132.0.34",
        "nistP521" => "1.3.132.0.35",
        _ => throw new NotSupportedException(curve.Oid.FriendlyName),
    };
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Tests.Certificates;

public sealed class SignatureCheckerTests : IDisposable
{
    private static readonly byte[] Data = "to be signed"u8.ToArray();
    private readonly RSA _rsa = TestKeys.Rsa(2048);

    public void Dispose() => _rsa.Dispose();

    [Theory]
    [InlineData(32)]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(64)]
    public void Checks_PSS_with_any_salt_length(int saltLength)
    {
        byte[] signature = SignPss(saltLength);

        Assert.Equal(SignatureStatus.Valid, Check(PssIdentifier(saltLength), signature));
        signature[7] ^= 1;
        Assert.Equal(SignatureStatus.Invalid, Check(PssIdentifier(saltLength), signature));
    }

    [Fact]
    public void Refuses_PSS_with_another_salt_length_than_announced() =>
        Assert.Equal(SignatureStatus.Invalid, Check(PssIdentifier(20), SignPss(21)));

    [Fact]
    public void Agrees_with_the_platform_about_PSS()
    {
        byte[] signature = _rsa.SignData(Data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

        Assert.Equal(SignatureStatus.Valid, Check(PssIdentifier(32), signature));
    }

    [Theory]
    [InlineData("1.2.840.113549.1.1.11", "SHA256")]
    [InlineData("1.2.840.113549.1.1.13", "SHA512")]
    [InlineData("1.2.840.113549.1.1.5", "SHA1")]
    [InlineData("1.2.840.113549.1.1.4", "MD5")]
    public void Checks_PKCS1(string oid, string hash)
    {
        byte[] signature = _rsa.SignData(Data, new HashAlgorithmName(hash), RSASignaturePadding.Pkcs1);

        Assert.Equal(SignatureStatus.Valid, Check(Identifier(oid), signature));
        signature[0] ^= 1;
        Assert.Equal(SignatureStatus.Invalid, Check(Identifier(oid), signature));
    }

    [Theory]
    [InlineData("1.2.3.4")]
    [InlineData("2.16.840.1.101.3.4.3.32")]
    public void Says_not_checkable_and_never_yes_or_no_to_what_nobody_has(string oid) =>
        Assert.Equal(SignatureStatus.NotCheckable, Check(Identifier(oid), new byte[256]));

    [Theory]
    [InlineData("1.2.840.10040.4.3")]
    [InlineData("1.3.101.112")]
    [InlineData("2.16.840.1.101.3.4.3.18")]
    [InlineData("1.2.643.7.1.1.3.2")]
    public void Says_no_to_an_algorithm_that_the_key_is_not_for(string oid) =>
        Assert.Equal(SignatureStatus.Invalid, Check(Identifier(oid), new byte[256]));

    [Fact]
    public void Refuses_a_key_of_another_kind()
    {
        using ECDsa ecdsa = TestKeys.Ecdsa();

        Assert.Equal(SignatureStatus.Invalid,
            SignatureChecker.Check(Data, Identifier("1.2.840.113549.1.1.11"), new byte[256],
                new PublicKeyInfo(ecdsa.ExportSubjectPublicKeyInfo())));
    }

    [Fact]
    public void Does_not_compute_with_keys_made_to_burn_time()
    {
        AsnWriter key = new(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(System.Numerics.BigInteger.One << 20_000 | 1);
            key.WriteInteger(65537);
        }

        PublicKeyInfo huge = new(SubjectPublicKeyInfo(key.Encode()));

        Assert.Equal(20_001, huge.SizeInBits);
        Assert.Equal(SignatureStatus.NotCheckable, SignatureChecker.Check(Data, Identifier("1.2.840.113549.1.1.11"), new byte[2501], huge));
    }

    [Fact]
    public void Reports_curves_by_explicit_parameters_as_not_checkable()
    {
        TestKeys.SkipWithoutPlatforms();
        using ECDsa ecdsa = TestKeys.Ecdsa();
        ecdsa.GenerateKey(ECCurve.NamedCurves.nistP256);
        ECParameters parameters = ecdsa.ExportExplicitParameters(includePrivateParameters: false);
        using ECDsa explicitKey = ECDsa.Create(parameters);
        PublicKeyInfo key = new(explicitKey.ExportSubjectPublicKeyInfo());

        Assert.Null(key.CurveOid);
        Assert.Equal("EC (explicit parameters)", key.ToString());
        Assert.Equal(SignatureStatus.NotCheckable,
            SignatureChecker.Check(Data, Identifier("1.2.840.10045.4.3.2"),
                ecdsa.SignData(Data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence), key));
    }

    private SignatureStatus Check(byte[] identifier, byte[] signature) =>
        SignatureChecker.Check(Data, identifier, signature, new PublicKeyInfo(_rsa.ExportSubjectPublicKeyInfo()));

    private byte[] SignPss(int saltLength)
    {
        RSAParameters p = _rsa.ExportParameters(includePrivateParameters: true);
        static BigInteger N(byte[]? bytes) => new(1, bytes);
        PssSigner signer = new(new RsaBlindedEngine(), new Sha256Digest(), saltLength);
        signer.Init(true,
            new ParametersWithRandom(
                new RsaPrivateCrtKeyParameters(N(p.Modulus), N(p.Exponent), N(p.D), N(p.P), N(p.Q), N(p.DP), N(p.DQ), N(p.InverseQ)),
                    new SecureRandom()));
        signer.BlockUpdate(Data, 0, Data.Length);
        return signer.GenerateSignature();
    }

    private static byte[] Identifier(string oid)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
        }

        return writer.Encode();
    }

    private static byte[] PssIdentifier(int saltLength)
    {
        const string Sha256 = "2.16.840.1.101.3.4.2.1";
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.1.10");
            using (writer.PushSequence())
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    writer.WriteEncodedValue(Identifier(Sha256));
                }

                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.1.8");
                    writer.WriteEncodedValue(Identifier(Sha256));
                }

                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
                {
                    writer.WriteInteger(saltLength);
                }
            }
        }

        return writer.Encode();
    }

    private static byte[] SubjectPublicKeyInfo(byte[] key)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                writer.WriteNull();
            }

            writer.WriteBitString(key);
        }

        return writer.Encode();
    }
}

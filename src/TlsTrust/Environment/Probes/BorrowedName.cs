using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Keys;

namespace TlsTrust.Environment.Probes;

/// <summary>
/// A server's certificate that names a CA as its issuer and that the CA never signed. No client may accept it; one that has the CA says
/// that the signature is wrong, one that lacks it says that the issuer is unknown. So a program can be asked whether it knows a CA whose
/// key nobody has.
/// </summary>
internal static class BorrowedName
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    private const string RsaWithSha256 = "1.2.840.113549.1.1.11";
    private const string Ed25519 = "1.3.101.112";
    private const string Ed448 = "1.3.101.113";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>The certificate with its key, for localhost; null for a CA with a kind of key that no client could tell it by.</summary>
    public static X509Certificate2? For(Certificate authority, DateTime now)
    {
        if (NoSignature.Like(authority.PublicKey) is not { } signature || now < authority.NotBefore || now > authority.NotAfter)
        {
            return null;
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        if (authority.SubjectKeyIdentifier is { } identifier)
        {
            // Without it a client takes the CA for another of the same name.
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier.Value.Span));
        }

        using X509Certificate2 unsigned = request.Create(new X509Certificate2(authority.RawData.Span).SubjectName, signature,
            Later(authority.NotBefore, now - Lifetime), Earlier(authority.NotAfter, now + Lifetime), RandomNumberGenerator.GetBytes(16));
        using X509Certificate2 joined = unsigned.CopyWithPrivateKey(key);

        // Windows serves no key that lies in memory only.
        return new X509Certificate2(joined.Export(X509ContentType.Pfx));
    }

    private static DateTimeOffset Later(DateTime left, DateTime right) => new(left > right ? left : right, TimeSpan.Zero);

    private static DateTimeOffset Earlier(DateTime left, DateTime right) => new(left < right ? left : right, TimeSpan.Zero);

    /// <summary>Random bytes in the form of a signature.</summary>
    private sealed class NoSignature(string algorithm, bool hasNull, Func<byte[]> value) : X509SignatureGenerator
    {
        public static NoSignature? Like(PublicKeyInfo key) => key.Kind switch
        {
            // The first byte is 0, so that the number is smaller than the modulus.
            PublicKeyKind.Rsa when key.SizeInBits >= 1024 => new(RsaWithSha256, true,
                () => [0, .. RandomNumberGenerator.GetBytes((key.SizeInBits / 8) - 1)]),
            PublicKeyKind.EllipticCurve when key.CurveOid is not null => new(EcdsaWithSha256, false, () => Pair(key.SizeInBits / 8)),
            PublicKeyKind.Ed25519 => new(Ed25519, false, () => RandomNumberGenerator.GetBytes(64)),
            PublicKeyKind.Ed448 => new(Ed448, false, () => RandomNumberGenerator.GetBytes(114)),
            _ => null,
        };

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
                if (hasNull)
                {
                    writer.WriteNull();
                }
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => value();

        protected override PublicKey BuildPublicKey() => throw new NotSupportedException();

        // r and s below the order of any curve of that size.
        private static byte[] Pair(int length)
        {
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteInteger(new BigInteger(RandomNumberGenerator.GetBytes(length - 1), isUnsigned: true, isBigEndian: true));
                writer.WriteInteger(new BigInteger(RandomNumberGenerator.GetBytes(length - 1), isUnsigned: true, isBigEndian: true));
            }

            return writer.Encode();
        }
    }
}

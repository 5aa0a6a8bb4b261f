using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Lab.Pki;

/// <summary>What an OCSP responder says of a certificate.</summary>
public enum OcspStatus
{
    /// <summary>Not revoked.</summary>
    Good,

    /// <summary>Revoked three days ago, for key compromise.</summary>
    Revoked,

    /// <summary>The responder does not know it.</summary>
    Unknown,
}

/// <summary>
/// Answers OCSP requests for one authority (RFC 6960). Signed by the authority itself, or by a responder it has delegated to.
/// </summary>
/// <param name="authority">Whose certificates it answers for.</param>
/// <param name="delegated">True to answer with a responder certificate of its own, sent along.</param>
public sealed class OcspResponder(LabAuthority authority, bool delegated = false)
{
    private const string BasicResponse = "1.3.6.1.5.5.7.48.1.1";
    private const string Nonce = "1.3.6.1.5.5.7.48.1.2";
    private const string OcspSigning = "1.3.6.1.5.5.7.3.9";
    private const string Sha1 = "1.3.14.3.2.26";

    private readonly Dictionary<BigInteger, OcspStatus> _statuses = [];
    private readonly LabCertificate _signer = delegated
        ? authority.Issue(new CertificateSpec { Subject = "CN=Lab OCSP Responder, O=TlsTrust Lab", ExtendedKeyUsages = [OcspSigning] })
        : authority.Certificate;

    /// <summary>Sets what is answered for a certificate; without it the answer is <see cref="OcspStatus.Unknown"/>.</summary>
    public void Set(LabCertificate certificate, OcspStatus status)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        _statuses[SerialOf(certificate)] = status;
    }

    /// <summary>Answers a DER request, echoing its certificate id and its nonce.</summary>
    public byte[] Answer(byte[] request)
    {
        AsnReader tbs = new AsnReader(request, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        while (tbs.PeekTag().TagClass == TagClass.ContextSpecific)
        {
            tbs.ReadEncodedValue(); // version, requestor name
        }

        ReadOnlyMemory<byte> certId = tbs.ReadSequence().ReadSequence().ReadEncodedValue();
        return Respond(certId.ToArray(), NonceOf(tbs));
    }

    /// <summary>A response for a certificate without a request: what a server staples.</summary>
    public byte[] Staple(LabCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using X509Certificate2 issuer = authority.Certificate.ToX509Certificate2();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Sha1);
                writer.WriteNull();
            }

            writer.WriteOctetString(SHA1.HashData(issuer.SubjectName.RawData));
            writer.WriteOctetString(SHA1.HashData(issuer.PublicKey.EncodedKeyValue.RawData));
            writer.WriteInteger(SerialOf(certificate));
        }

        return Respond(writer.Encode(), nonce: null);
    }

    private static BigInteger SerialOf(LabCertificate certificate)
    {
        using X509Certificate2 parsed = certificate.ToX509Certificate2();
        return new BigInteger(parsed.SerialNumberBytes.Span, isUnsigned: false, isBigEndian: true);
    }

    private static byte[]? NonceOf(AsnReader tbs)
    {
        if (!tbs.HasData)
        {
            return null;
        }

        AsnReader extensions = tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 2)).ReadSequence();
        while (extensions.HasData)
        {
            ReadOnlyMemory<byte> extension = extensions.ReadEncodedValue();
            if (new AsnReader(extension, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() == Nonce)
            {
                return extension.ToArray();
            }
        }

        return null;
    }

    private byte[] Respond(byte[] certId, byte[]? nonce)
    {
        byte[] data = ResponseData(certId, nonce);
        AsnWriter basic = new(AsnEncodingRules.DER);
        using (basic.PushSequence())
        {
            basic.WriteEncodedValue(data);
            basic.WriteEncodedValue(new LabSignature(_signer.Key).GetSignatureAlgorithmIdentifier(HashAlgorithmName.SHA256));
            basic.WriteBitString(_signer.Key.Sign(data, HashAlgorithmName.SHA256));
            if (delegated)
            {
                using (basic.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                using (basic.PushSequence())
                {
                    basic.WriteEncodedValue(_signer.Der.Span);
                }
            }
        }

        AsnWriter response = new(AsnEncodingRules.DER);
        using (response.PushSequence())
        {
            response.WriteEncodedValue([0x0A, 0x01, 0x00]); // ENUMERATED successful
            using (response.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (response.PushSequence())
            {
                response.WriteObjectIdentifier(BasicResponse);
                response.WriteOctetString(basic.Encode());
            }
        }

        return response.Encode();
    }

    private byte[] ResponseData(byte[] certId, byte[]? nonce)
    {
        using X509Certificate2 signer = _signer.ToX509Certificate2();
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2))) // responder by key hash
            {
                writer.WriteOctetString(SHA1.HashData(signer.PublicKey.EncodedKeyValue.RawData));
            }

            WriteTime(writer, authority.Now.AddHours(-1));
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(certId);
                WriteStatus(writer, StatusOf(certId));
                WriteTime(writer, authority.Now.AddHours(-1));
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    WriteTime(writer, authority.Now.AddDays(7));
                }
            }

            if (nonce is not null)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                using (writer.PushSequence())
                {
                    writer.WriteEncodedValue(nonce);
                }
            }
        }

        return writer.Encode();
    }

    private OcspStatus StatusOf(byte[] certId)
    {
        AsnReader reader = new AsnReader(certId, AsnEncodingRules.DER).ReadSequence();
        reader.ReadEncodedValue();
        reader.ReadEncodedValue();
        reader.ReadEncodedValue();
        return _statuses.GetValueOrDefault(reader.ReadInteger(), OcspStatus.Unknown);
    }

    private void WriteStatus(AsnWriter writer, OcspStatus status)
    {
        switch (status)
        {
            case OcspStatus.Good:
                writer.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 0));
                break;
            case OcspStatus.Revoked:
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                {
                    WriteTime(writer, authority.Now.AddDays(-3));
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    {
                        writer.WriteEncodedValue([0x0A, 0x01, 0x01]); // ENUMERATED keyCompromise
                    }
                }

                break;
            default:
                writer.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 2));
                break;
        }
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset time) => writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
}

using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Oiw;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Hostile.Readers;

/// <summary>OCSP answers as an honest responder signs them.</summary>
internal static class SignedAnswers
{
    /// <summary>"Good" for a leaf, by its issuer or by whom the answer is signed by, with what certificates go along.</summary>
    public static byte[] Ocsp(LabCertificate leaf, LabCertificate issuer, DateTime now, int copies = 1, LabCertificate? signer = null,
        params LabCertificate[] along)
    {
        signer ??= issuer;
        X509CertificateParser parser = new();
        CertificateID id =
            new(new AlgorithmIdentifier(OiwObjectIdentifiers.IdSha1, DerNull.Instance), parser.ReadCertificate(issuer.Der.ToArray()),
                parser.ReadCertificate(leaf.Der.ToArray()).SerialNumber);
        BasicOcspRespGenerator generator = new(new RespID(parser.ReadCertificate(signer.Der.ToArray()).SubjectDN));
        for (int i = 0; i < copies; i++)
        {
            generator.AddResponse(id, CertificateStatus.Good, now.AddHours(-1), now.AddDays(1), null);
        }

        using ECDsa key = TestKeys.Ecdsa();
        key.ImportFromPem(signer.KeyPem);
        BasicOcspResp basic =
            generator.Generate(new Asn1SignatureFactory("SHA256WITHECDSA", PrivateKeyFactory.CreateKey(key.ExportPkcs8PrivateKey())),
                along.Length == 0 ? null : [.. along.Select(each => parser.ReadCertificate(each.Der.ToArray()))], now);
        return new OCSPRespGenerator().Generate(OCSPRespGenerator.Successful, basic).GetEncoded();
    }
}

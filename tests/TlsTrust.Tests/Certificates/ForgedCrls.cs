using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.RevocationLists;

namespace TlsTrust.Tests.Certificates;

/// <summary>CRLs of <see cref="ForgedCertificates"/>, by the names of their keys.</summary>
internal static class ForgedCrls
{
    /// <summary>An empty list, five days old.</summary>
    /// <param name="issuer">Common name of its issuer.</param>
    /// <param name="number">Its CRL number.</param>
    /// <param name="days">Days until the next one is due.</param>
    internal static X509V2CrlGenerator Start(string issuer, int number = 1, int days = 7)
    {
        X509V2CrlGenerator generator = new();
        generator.SetIssuerDN(new X509Name($"CN={issuer}"));
        generator.SetThisUpdate(Forgery.Now.AddDays(-5));
        generator.SetNextUpdate(Forgery.Now.AddDays(days));
        generator.AddExtension(X509Extensions.CrlNumber, critical: false, new CrlNumber(BigInteger.ValueOf(number)));
        return generator;
    }

    /// <summary>The list, signed by a key and read.</summary>
    internal static CertificateRevocationList Sign(X509V2CrlGenerator generator, string key) =>
        Sign(generator, PrivateKeyFactory.CreateKey(ForgedCertificates.KeyOf(key).ExportPkcs8PrivateKey()));

    /// <summary>The same with a key that is at hand.</summary>
    internal static CertificateRevocationList Sign(X509V2CrlGenerator generator, AsymmetricKeyParameter key)
    {
        byte[] der = generator.Generate(new Asn1SignatureFactory("SHA256WITHECDSA", key)).GetEncoded();
        return CertificateRevocationList.TryParse(der, out CertificateRevocationList? list, out DerFault? fault) ? list
            : throw new FormatException(fault.ToString());
    }
}

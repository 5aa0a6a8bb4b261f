using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsTrust.Lab.Pki;

/// <summary>CRLs of a lab authority.</summary>
public static class RevocationList
{
    /// <summary>A CRL that is valid from an hour before the authority's time for a week and lists the given certificates.</summary>
    public static byte[] Create(LabAuthority authority, params LabCertificate[] revoked)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(revoked);
        CertificateRevocationListBuilder builder = new();
        foreach (LabCertificate certificate in revoked)
        {
            using X509Certificate2 entry = certificate.ToX509Certificate2();
            builder.AddEntry(entry.SerialNumberBytes.Span, authority.Now.AddDays(-3), X509RevocationReason.KeyCompromise);
        }

        using X509Certificate2 issuer = authority.Certificate.ToX509Certificate2();
        X509SubjectKeyIdentifierExtension key = new(authority.Certificate.Key.PublicKey, critical: false);
        return builder.Build(
            issuer.SubjectName,
            new LabSignature(authority.Certificate.Key),
            crlNumber: 1,
            nextUpdate: authority.Now.AddDays(7),
            HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(key),
            thisUpdate: authority.Now.AddHours(-1));
    }
}

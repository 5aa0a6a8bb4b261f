using TlsTrust.Certificates;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>Whether a certificate that was put together from damage holds together.</summary>
internal static class RepairedCertificate
{
    /// <summary>
    /// Whether the issuer's key stands for a certificate that was put together from damage. What this platform can't check (Ed25519) is
    /// taken where key and algorithm are of one such kind; an RSA or EC key that can't be used for the check is a damaged one.
    /// </summary>
    public static bool Agrees(Certificate repaired, Certificate issuer) => repaired.VerifySignature(issuer) switch
    {
        SignatureStatus.Valid => true,
        SignatureStatus.NotCheckable =>
            repaired.SignatureAlgorithm.Oid.Length > 0 && repaired.SignatureAlgorithm.Oid == issuer.PublicKey.AlgorithmOid,
        _ => false,
    };

    /// <summary>True for a certificate that its own key signs.</summary>
    public static bool IsConsistent(Certificate certificate) => certificate.IsSelfIssued && Agrees(certificate, certificate);

    /// <summary>True for the DER of a certificate that its own key signs.</summary>
    public static bool IsConsistent(ReadOnlyMemory<byte> der) =>
        Certificate.TryParse(der, out Certificate? certificate, out _) && IsConsistent(certificate);
}

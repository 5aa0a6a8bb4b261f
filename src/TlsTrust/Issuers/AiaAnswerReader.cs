using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;

namespace TlsTrust.Issuers;

/// <summary>
/// Takes all certificates out of what a caIssuers URL answered: DER, PKCS#7 or PEM, told apart by content, since content types are often
/// wrong.
/// </summary>
internal static class AiaAnswerReader
{
    // OID 1.2.840.113549.1.7.2, signedData, as it stands near the start of DER PKCS#7.
    private static ReadOnlySpan<byte> SignedData => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

    /// <summary>The certificates, and in words what form the answer had.</summary>
    internal static IReadOnlyList<Certificate> Read(ReadOnlyMemory<byte> content, out string form)
    {
        CertificateFile file = CertificateFile.ReadDownload(content);
        Certificate[] certificates = [.. file.Certificates.Select(located => located.Certificate).Distinct()];
        string kind = file.Form switch
        {
            CertificateFileForm.Pem => "PEM",
            CertificateFileForm.Der => "DER",
            CertificateFileForm.Pkcs7 => "PKCS#7",
            CertificateFileForm.Pkcs12 => "PKCS#12, which is not taken from the network",
            CertificateFileForm.JavaKeyStore => "a Java key store, which is not taken from the network",
            CertificateFileForm.Empty => "nothing",
            _ => "something else",
        };
        form = certificates.Length > 0
            ? $"{certificates.Length} certificate{(certificates.Length == 1 ? "" : "s")} ({kind})"
            : $"no certificate in the answer ({kind})";
        return certificates;
    }

    /// <summary>True when the first bytes are those of PKCS#7, in DER or PEM.</summary>
    internal static bool LooksLikePkcs7(ReadOnlySpan<byte> start) =>
        (start.Length > 32 && start[0] == 0x30 && start[..32].IndexOf(SignedData) >= 0)
        || start[..Math.Min(start.Length, 1024)].IndexOf("-----BEGIN PKCS7"u8) >= 0
        || start[..Math.Min(start.Length, 1024)].IndexOf("-----BEGIN CMS"u8) >= 0;
}

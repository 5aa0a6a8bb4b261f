using TlsTrust.CertificateFiles.Containers;
using TlsTrust.CertificateFiles.Defects;

namespace TlsTrust.CertificateFiles.Blocks;

/// <summary>What a block is called and what it should be called, by what is in it.</summary>
internal static class BlockNaming
{
    /// <summary>Notes a label that says something else than the content, and content worth knowing of.</summary>
    public static void Note(DefectNotes notes, string label, PemContent content, string? headers, int position)
    {
        PemBlockKind expected = PemLabel.KindOf(label);
        if (content.Kind == PemBlockKind.Pkcs7 && Pkcs7Certificates.IsBag(content.Der))
        {
            notes.Add(PemDefectKind.Pkcs7, position);
        }

        if (content.Kind != PemBlockKind.Other && content.Kind != expected && headers is null)
        {
            notes.Add(PemLabel.IsPrivate(label) && content.Kind is PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey
                ? PemDefectKind.UnusualLabel : PemDefectKind.ContentMismatch, position);
        }
        else if (content.Kind == PemBlockKind.Certificate && label != PemLabel.Certificate)
        {
            if (!notes.Has(PemDefectKind.TrustSettings))
            {
                notes.Add(label switch
                {
                    PemLabel.TrustedCertificate => PemDefectKind.TrustedCertificateLabel,
                    PemLabel.X509Certificate => PemDefectKind.X509CertificateLabel,
                    _ => PemDefectKind.UnusualLabel,
                }, position);
            }
        }

        PemDefectKind? worthKnowing = content.Kind switch
        {
            PemBlockKind.PrivateKey or PemBlockKind.EncryptedPrivateKey => PemDefectKind.PrivateKey,
            PemBlockKind.CertificateRequest => PemDefectKind.CertificateRequest,
            PemBlockKind.Crl => PemDefectKind.RevocationList,
            PemBlockKind.PublicKey or PemBlockKind.Parameters or PemBlockKind.Other => PemDefectKind.OtherBlock,
            PemBlockKind.Certificate when headers is not null => PemDefectKind.Headers,
            _ => null,
        };
        if (worthKnowing is { } kind)
        {
            notes.Add(kind, position);
        }
    }

    /// <summary>The label that a block should have.</summary>
    public static string ProperLabel(string label, PemContent content) => content.Kind switch
    {
        PemBlockKind.Certificate => PemLabel.Certificate,
        PemBlockKind.PrivateKey when PemLabel.IsPrivate(label) && label.StartsWith("OPENSSH", StringComparison.Ordinal) => label,
        PemBlockKind.PrivateKey => DerShape.KeyLabel(content.Der.Span) ?? label,
        PemBlockKind.EncryptedPrivateKey when !content.Der.IsEmpty
            && DerShape.Classify(content.Der.Span) == PemBlockKind.EncryptedPrivateKey => PemLabel.EncryptedPrivateKey,
        PemBlockKind.Crl => "X509 CRL",
        PemBlockKind.CertificateRequest when label != "NEW CERTIFICATE REQUEST" => "CERTIFICATE REQUEST",
        PemBlockKind.PublicKey when label != "RSA PUBLIC KEY" => "PUBLIC KEY",
        _ => label,
    };
}

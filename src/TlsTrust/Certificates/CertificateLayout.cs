using System.Diagnostics.CodeAnalysis;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates;

/// <summary>Where the fields of a certificate are: one pass over the outline, nothing decoded.</summary>
internal struct CertificateLayout
{
    internal DerElement ToBeSigned;
    internal DerElement Version;
    internal DerElement SerialNumber;
    internal DerElement InnerSignatureAlgorithm;
    internal DerElement Issuer;
    internal DerElement Validity;
    internal DerElement Subject;
    internal DerElement PublicKey;
    internal DerElement IssuerUniqueId;
    internal DerElement SubjectUniqueId;
    internal DerElement Extensions;
    internal DerElement SignatureAlgorithm;
    internal DerElement Signature;

    /// <summary>Follows the ASN.1 of RFC 5280 §4.1.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> document, out CertificateLayout layout, [NotNullWhen(false)] out DerFault? fault)
    {
        layout = default;
        DerReader whole = new(document);
        if (!whole.TryRead(DerTag.Sequence, out DerElement certificate) || !whole.TryFinish())
        {
            fault = whole.Fault("certificate");
            return false;
        }

        DerReader outer = whole.Enter(certificate);
        if (!outer.TryRead(DerTag.Sequence, out layout.ToBeSigned))
        {
            fault = outer.Fault("tbsCertificate");
            return false;
        }

        DerReader fields = outer.Enter(layout.ToBeSigned);
        if (layout.FindFailingField(ref fields) is { } field)
        {
            fault = fields.Fault(field);
            return false;
        }

        if (!outer.TryRead(DerTag.Sequence, out layout.SignatureAlgorithm))
        {
            fault = outer.Fault("signatureAlgorithm");
            return false;
        }

        if (!outer.TryRead(DerTag.BitString, out layout.Signature))
        {
            fault = outer.Fault("signatureValue");
            return false;
        }

        if (!outer.TryFinish())
        {
            fault = outer.Fault("certificate");
            return false;
        }

        fault = null;
        return true;
    }

    /// <summary>The name of the field that could not be read; null when all could.</summary>
    private string? FindFailingField(ref DerReader fields) =>
        !fields.TryReadOptional(DerTag.Constructed(0), out Version) ? "tbsCertificate.version"
        : !fields.TryRead(DerTag.Integer, out SerialNumber) ? "tbsCertificate.serialNumber"
        : !fields.TryRead(DerTag.Sequence, out InnerSignatureAlgorithm) ? "tbsCertificate.signature"
        : !fields.TryRead(DerTag.Sequence, out Issuer) ? "tbsCertificate.issuer"
        : !fields.TryRead(DerTag.Sequence, out Validity) ? "tbsCertificate.validity"
        : !fields.TryRead(DerTag.Sequence, out Subject) ? "tbsCertificate.subject"
        : !fields.TryRead(DerTag.Sequence, out PublicKey) ? "tbsCertificate.subjectPublicKeyInfo"
        : !fields.TryReadOptional(DerTag.Primitive(1), out IssuerUniqueId) ? "tbsCertificate.issuerUniqueID"
        : !fields.TryReadOptional(DerTag.Primitive(2), out SubjectUniqueId) ? "tbsCertificate.subjectUniqueID"
        : !fields.TryReadOptional(DerTag.Constructed(3), out Extensions) ? "tbsCertificate.extensions"
        : !fields.TryFinish() ? "tbsCertificate"
        : null;
}

using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates;

/// <content>Extensions, decoded together when the first of them is asked for.</content>
public sealed partial class Certificate
{
    /// <summary>All extensions, in encoded order; of one that occurs twice, the first.</summary>
    public IReadOnlyList<CertificateExtension> Extensions => Decoded.All;

    /// <summary>Subject key identifier; null where absent.</summary>
    public KeyIdentifier? SubjectKeyIdentifier => Decoded.SubjectKeyIdentifier;

    /// <summary>Authority key identifier; null where absent.</summary>
    public AuthorityKeyIdentifier? AuthorityKeyIdentifier => Decoded.AuthorityKeyIdentifier;

    /// <summary>Subject alternative name; null where absent.</summary>
    public SubjectAlternativeName? SubjectAlternativeName => Decoded.SubjectAlternativeName;

    /// <summary>Basic constraints; null where absent.</summary>
    public BasicConstraints? BasicConstraints => Decoded.BasicConstraints;

    /// <summary>Key usage; null where absent.</summary>
    public KeyUsage? KeyUsage => Decoded.KeyUsage;

    /// <summary>Object identifiers of the extended key usage; null where absent.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsages => Decoded.ExtendedKeyUsages;

    /// <summary>Name constraints; null where absent.</summary>
    public NameConstraints? NameConstraints => Decoded.NameConstraints;

    /// <summary>Object identifiers of the certificate policies; null where absent.</summary>
    public IReadOnlyList<string>? Policies => Decoded.Policies;

    /// <summary>Policy mappings; empty where absent.</summary>
    public IReadOnlyList<PolicyMapping> PolicyMappings => Decoded.PolicyMappings;

    /// <summary>Policy constraints and inhibitAnyPolicy; null where both are absent.</summary>
    public PolicyConstraints? PolicyConstraints => Decoded.PolicyConstraints;

    /// <summary>Where the issuer's certificate is to be had (RFC 5280 §4.2.2.1), as written.</summary>
    public IReadOnlyList<string> CaIssuersUrls => Decoded.CaIssuersUrls;

    /// <summary>OCSP responders, as written.</summary>
    public IReadOnlyList<string> OcspUrls => Decoded.OcspUrls;

    /// <summary>CRL distribution points, as written.</summary>
    public IReadOnlyList<string> CrlUrls =>
        [.. DistributionPoints.SelectMany(static p => p.Name?.FullName ?? []).Where(static n => n.Kind == GeneralNameKind.Uri)
            .Select(static n => n.Text)];

    internal IReadOnlyList<DistributionPoint> DistributionPoints => Decoded.DistributionPoints;

    /// <summary>True when basic constraints say CA.</summary>
    public bool IsCA => BasicConstraints is { IsCA: true };

    /// <summary>True when it carries signed certificate timestamps (RFC 6962 §3.3).</summary>
    public bool HasSignedCertificateTimestamps => FindExtension(Oids.SignedCertificateTimestamps) is not null;

    /// <summary>
    /// Everything that is wrong with the encoding or against the profile of RFC 5280, located. Computed when first asked for.
    /// </summary>
    public IReadOnlyList<DerFault> Faults => Found.Faults ??= CertificateProfile.Check(this, Found.Layout, Decoded.Faults);

    private ExtensionSet Decoded =>
        Found.Extensions ??= Found.Layout.Extensions.IsPresent ? ExtensionSet.Read(_der, Found.Layout.Extensions) : ExtensionSet.Empty;

    /// <summary>An extension by its object identifier; null where absent.</summary>
    public CertificateExtension? FindExtension(string oid)
    {
        foreach (CertificateExtension extension in Decoded.All)
        {
            if (extension.Oid == oid)
            {
                return extension;
            }
        }

        return null;
    }
}

using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Extensions;

/// <summary>All extensions of one certificate, decoded once; what is wrong with one does not hinder the others.</summary>
internal sealed class ExtensionSet
{
    // 256 in a certificate or a list: in use are some twenty. Each is looked for among those before it.
    private const int MaxExtensions = 256;

    /// <summary>How a fault about a second extension of a kind ends.</summary>
    internal const string Twice = "occurs twice";

    internal static readonly ExtensionSet Empty = new([], []);

    private ExtensionSet(List<CertificateExtension> all, List<DerFault> faults)
    {
        All = all;
        Faults = faults;
    }

    internal IReadOnlyList<CertificateExtension> All { get; }

    internal List<DerFault> Faults { get; }

    internal KeyIdentifier? SubjectKeyIdentifier { get; private set; }

    internal AuthorityKeyIdentifier? AuthorityKeyIdentifier { get; private set; }

    internal SubjectAlternativeName? SubjectAlternativeName { get; private set; }

    internal BasicConstraints? BasicConstraints { get; private set; }

    internal KeyUsage? KeyUsage { get; private set; }

    internal IReadOnlyList<string>? ExtendedKeyUsages { get; private set; }

    internal NameConstraints? NameConstraints { get; private set; }

    internal IReadOnlyList<string>? Policies { get; private set; }

    internal IReadOnlyList<PolicyMapping> PolicyMappings { get; private set; } = [];

    internal PolicyConstraints? PolicyConstraints { get; private set; }

    internal IReadOnlyList<string> CaIssuersUrls { get; private set; } = [];

    internal IReadOnlyList<string> OcspUrls { get; private set; } = [];

    internal IReadOnlyList<DistributionPoint> DistributionPoints { get; private set; } = [];

    internal IReadOnlyList<int> TlsFeatures { get; private set; } = [];

    /// <summary>Reads the contents of the <c>[3]</c> element of a certificate.</summary>
    internal static ExtensionSet Read(ReadOnlyMemory<byte> certificate, in DerElement wrapper)
    {
        List<CertificateExtension> all = [];
        List<DerFault> faults = [];
        ExtensionSet set = new(all, faults);
        ReadOnlySpan<byte> document = certificate.Span;
        DerReader outer = new DerReader(document).Enter(wrapper);
        if (!outer.TryRead(DerTag.Sequence, out DerElement sequence) || !outer.TryFinish())
        {
            faults.Add(outer.Fault("extensions"));
            return set;
        }

        if (sequence.Length == 0)
        {
            faults.Add(new DerFault(sequence.Offset, "extensions", "RFC 5280 §4.1.2.9", "an empty list of extensions",
                DerFaultKind.Profile));
        }

        DerReader list = outer.Enter(sequence);
        for (int read = 0; !list.AtEnd; read++)
        {
            if (read == MaxExtensions)
            {
                faults.Add(new DerFault(list.Position, "extensions", "RFC 5280 §4.2", $"more than {MaxExtensions} extensions"));
                break;
            }

            if (!TryReadExtension(certificate, ref list, faults, out CertificateExtension? extension, out DerElement value))
            {
                break;
            }

            if (all.Exists(e => e.Oid == extension!.Oid))
            {
                faults.Add(new DerFault(extension!.Offset, "extensions", "RFC 5280 §4.2", $"extension {extension.Oid} {Twice}"));
                continue;
            }

            all.Add(extension!);
            set.Decode(certificate, extension!, list.Enter(value));
        }

        return set;
    }

    private static bool TryReadExtension(ReadOnlyMemory<byte> certificate, ref DerReader list, List<DerFault> faults,
        out CertificateExtension? extension, out DerElement value)
    {
        extension = null;
        value = default;
        if (!list.TryRead(DerTag.Sequence, out DerElement sequence))
        {
            faults.Add(list.Fault("extensions"));
            return false;
        }

        ReadOnlySpan<byte> document = certificate.Span;
        DerReader parts = list.Enter(sequence);
        if (!parts.TryRead(DerTag.ObjectIdentifier, out DerElement oid) || !parts.TryReadOptional(DerTag.Boolean, out DerElement critical)
            || !parts.TryRead(DerTag.OctetString, out value) || !parts.TryFinish())
        {
            faults.Add(parts.Fault("extensions"));
            return false;
        }

        if (!ExtensionOids.TryName(oid.Content(document), out string name))
        {
            faults.Add(new DerFault(oid.Offset, "extensions.extnID", "X.690 §8.19", "an object identifier that can't be read"));
        }

        bool isCritical = false;
        if (critical.IsPresent)
        {
            if (!DerValue.TryBoolean(critical.Content(document), out isCritical))
            {
                faults.Add(new DerFault(critical.Offset, name, "X.690 §11.1", "a BOOLEAN that is neither 00 nor FF"));
            }
            else if (!isCritical)
            {
                faults.Add(new DerFault(critical.Offset, name, "X.690 §11.5", "a default value is encoded", DerFaultKind.Tolerated));
            }
        }

        extension = new CertificateExtension(name, isCritical, certificate.Slice(value.ContentOffset, value.Length), sequence.Offset);
        return true;
    }

    private void Decode(ReadOnlyMemory<byte> certificate, CertificateExtension extension, DerReader value)
    {
        bool critical = extension.IsCritical;
        switch (extension.Oid)
        {
            case Oids.SubjectKeyIdentifier:
                SubjectKeyIdentifier = ExtensionReader.ReadSubjectKeyIdentifier(certificate, value, Faults);
                break;
            case Oids.AuthorityKeyIdentifier:
                AuthorityKeyIdentifier = ExtensionReader.ReadAuthorityKeyIdentifier(certificate, value, critical, Faults);
                break;
            case Oids.SubjectAltName:
                SubjectAlternativeName = ExtensionReader.ReadSubjectAlternativeName(certificate, value, critical, Faults);
                break;
            case Oids.BasicConstraints:
                BasicConstraints = ExtensionReader.ReadBasicConstraints(certificate, value, critical, Faults);
                break;
            case Oids.KeyUsage:
                KeyUsage = ExtensionReader.ReadKeyUsage(certificate, value, Faults);
                break;
            case Oids.ExtendedKeyUsage:
                ExtendedKeyUsages = ExtensionReader.ReadObjectIdentifiers(certificate, value, "extKeyUsage", Faults);
                break;
            case Oids.NameConstraints:
                NameConstraints = ExtensionReader.ReadNameConstraints(certificate, value, critical, Faults);
                break;
            case Oids.CertificatePolicies:
                Policies = PolicyReader.ReadPolicies(certificate, value, Faults);
                break;
            case Oids.PolicyMappings:
                PolicyMappings = PolicyReader.ReadMappings(certificate, value, Faults);
                break;
            case Oids.PolicyConstraints:
                PolicyConstraints = PolicyReader.ReadConstraints(certificate, value, PolicyConstraints, Faults);
                break;
            case Oids.InhibitAnyPolicy:
                PolicyConstraints = PolicyReader.ReadInhibitAnyPolicy(certificate, value, PolicyConstraints, Faults);
                break;
            case Oids.AuthorityInfoAccess:
                (CaIssuersUrls, OcspUrls) = ExtensionReader.ReadAccessDescriptions(certificate, value, Faults);
                break;
            case Oids.CrlDistributionPoints:
                DistributionPoints = ExtensionReader.ReadDistributionPoints(certificate, value, Faults);
                break;
            case Oids.TlsFeature:
                TlsFeatures = TlsFeature.Read(certificate, value, Faults);
                break;
        }
    }
}

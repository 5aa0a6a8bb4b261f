using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.Extensions;

/// <summary>Decodes the extensions of RFC 5280 §4.2. Each returns what it could read and adds what is wrong to the faults.</summary>
internal static class ExtensionReader
{
    /// <summary>What is wrong with a subtree that has bounds; OpenSSL reads it, and refuses names of its kind.</summary>
    internal const string SubtreeBounds = "a minimum other than 0, or a maximum";

    internal static KeyIdentifier? ReadSubjectKeyIdentifier(ReadOnlyMemory<byte> certificate, DerReader value, List<DerFault> faults)
    {
        const string Field = "subjectKeyIdentifier";
        if (!value.TryRead(DerTag.OctetString, out DerElement octets) || !value.TryFinish())
        {
            faults.Add(value.Fault(Field));
            return null;
        }

        return new KeyIdentifier(certificate.Slice(octets.ContentOffset, octets.Length));
    }

    internal static AuthorityKeyIdentifier? ReadAuthorityKeyIdentifier(ReadOnlyMemory<byte> certificate, DerReader value, bool isCritical,
        List<DerFault> faults)
    {
        const string Field = "authorityKeyIdentifier";
        if (!TryEnterSequence(ref value, Field, faults, out DerReader parts))
        {
            return null;
        }

        if (!parts.TryReadOptional(DerTag.Primitive(0), out DerElement key)
            || !parts.TryReadOptional(DerTag.Constructed(1), out DerElement issuer)
            || !parts.TryReadOptional(DerTag.Primitive(2), out DerElement serial) || !parts.TryFinish())
        {
            faults.Add(parts.Fault(Field));
            return null;
        }

        if (issuer.IsPresent != serial.IsPresent)
        {
            faults.Add(new DerFault(parts.Position, Field, "RFC 5280 §4.2.1.1", "issuer and serial number must come together",
                DerFaultKind.Profile));
        }

        return new AuthorityKeyIdentifier(
            key.IsPresent ? new KeyIdentifier(certificate.Slice(key.ContentOffset, key.Length)) : null,
            issuer.IsPresent ? GeneralName.ReadAll(certificate, parts.Enter(issuer), Field, areConstraints: false, faults) : [],
            serial.IsPresent ? SerialNumberText.Of(serial.Content(certificate.Span)) : null,
            isCritical);
    }

    internal static SubjectAlternativeName? ReadSubjectAlternativeName(ReadOnlyMemory<byte> certificate, DerReader value, bool isCritical,
        List<DerFault> faults)
    {
        const string Field = "subjectAltName";
        if (!TryEnterSequence(ref value, Field, faults, out DerReader names))
        {
            return null;
        }

        if (names.AtEnd)
        {
            faults.Add(new DerFault(names.Position, Field, "RFC 5280 §4.2.1.6", "no name in it", DerFaultKind.Profile));
        }

        return new SubjectAlternativeName(GeneralName.ReadAll(certificate, names, Field, areConstraints: false, faults), isCritical);
    }

    internal static BasicConstraints? ReadBasicConstraints(ReadOnlyMemory<byte> certificate, DerReader value, bool isCritical,
        List<DerFault> faults)
    {
        const string Field = "basicConstraints";
        if (!TryEnterSequence(ref value, Field, faults, out DerReader parts))
        {
            return null;
        }

        if (!parts.TryReadOptional(DerTag.Boolean, out DerElement ca) || !parts.TryReadOptional(DerTag.Integer, out DerElement length)
            || !parts.TryFinish())
        {
            faults.Add(parts.Fault(Field));
            return null;
        }

        bool isCA = false;
        if (ca.IsPresent)
        {
            if (!DerValue.TryBoolean(ca.Content(certificate.Span), out isCA))
            {
                faults.Add(new DerFault(ca.Offset, Field, "X.690 §11.1", "a BOOLEAN that is neither 00 nor FF"));
            }
            else if (!isCA)
            {
                faults.Add(new DerFault(ca.Offset, Field, "X.690 §11.5", "a default value is encoded", DerFaultKind.Tolerated));
            }
        }

        int? pathLength = null;
        if (length.IsPresent)
        {
            if (DerValue.TryNonNegative(length.Content(certificate.Span), out int number))
            {
                pathLength = number;
            }
            else
            {
                faults.Add(new DerFault(length.Offset, Field, "RFC 5280 §4.2.1.9", "a path length that is negative or not minimal"));
                pathLength = 0;
            }
        }

        return new BasicConstraints(isCA, pathLength, isCritical);
    }

    internal static KeyUsage? ReadKeyUsage(ReadOnlyMemory<byte> certificate, DerReader value, List<DerFault> faults)
    {
        const string Field = "keyUsage";
        if (!value.TryRead(DerTag.BitString, out DerElement element) || !value.TryFinish())
        {
            faults.Add(value.Fault(Field));
            return null;
        }

        if (!DerValue.TryBitString(element.Content(certificate.Span), out ReadOnlySpan<byte> bits, out int unused))
        {
            faults.Add(new DerFault(element.Offset, Field, "X.690 §11.2", "a bit string whose unused bits are not zero"));
            return null;
        }

        if (!bits.IsEmpty && (bits[^1] & (1 << unused)) == 0)
        {
            faults.Add(new DerFault(element.Offset, Field, "X.690 §11.2.2", "trailing zero bits are encoded", DerFaultKind.Tolerated));
        }

        KeyUsage usage = KeyUsage.None;
        for (int bit = 0; bit < Math.Min(bits.Length * 8, 9); bit++)
        {
            if ((bits[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                usage |= (KeyUsage)(1 << bit);
            }
        }

        return usage;
    }

    internal static List<string>? ReadObjectIdentifiers(ReadOnlyMemory<byte> certificate, DerReader value, string field,
        List<DerFault> faults)
    {
        if (!TryEnterSequence(ref value, field, faults, out DerReader list))
        {
            return null;
        }

        if (list.AtEnd)
        {
            faults.Add(new DerFault(list.Position, field, "RFC 5280 §4.2.1.12", "an empty list", DerFaultKind.Profile));
        }

        List<string> result = [];
        while (!list.AtEnd)
        {
            if (!list.TryRead(DerTag.ObjectIdentifier, out DerElement element)
                || !DerValue.TryObjectIdentifier(element.Content(certificate.Span), out string oid))
            {
                faults.Add(list.Fault(field));
                break;
            }

            result.Add(oid);
        }

        return result;
    }

    internal static NameConstraints? ReadNameConstraints(ReadOnlyMemory<byte> certificate, DerReader value, bool isCritical,
        List<DerFault> faults)
    {
        const string Field = "nameConstraints";
        if (!TryEnterSequence(ref value, Field, faults, out DerReader parts))
        {
            return null;
        }

        if (!parts.TryReadOptional(DerTag.Constructed(0), out DerElement permitted)
            || !parts.TryReadOptional(DerTag.Constructed(1), out DerElement excluded) || !parts.TryFinish())
        {
            faults.Add(parts.Fault(Field));
            return null;
        }

        if (permitted.Length == 0 && excluded.Length == 0)
        {
            faults.Add(new DerFault(parts.Position, Field, "RFC 5280 §4.2.1.10", "it constrains nothing", DerFaultKind.Profile));
        }

        HashSet<GeneralNameKind> bounded = [];
        return new NameConstraints(ReadSubtrees(certificate, parts, permitted, bounded, faults),
            ReadSubtrees(certificate, parts, excluded, bounded, faults), isCritical) { BoundedKinds = bounded };
    }

    internal static (List<string> CaIssuers, List<string> Ocsp) ReadAccessDescriptions(ReadOnlyMemory<byte> certificate, DerReader value,
        List<DerFault> faults)
    {
        const string Field = "authorityInfoAccess";
        List<string> caIssuers = [];
        List<string> ocsp = [];
        if (!TryEnterSequence(ref value, Field, faults, out DerReader list))
        {
            return (caIssuers, ocsp);
        }

        while (!list.AtEnd)
        {
            if (!list.TryRead(DerTag.Sequence, out DerElement description))
            {
                faults.Add(list.Fault(Field));
                break;
            }

            DerReader parts = list.Enter(description);
            if (!parts.TryRead(DerTag.ObjectIdentifier, out DerElement method) || !parts.TryRead(out DerElement location)
                || !parts.TryFinish())
            {
                faults.Add(parts.Fault(Field));
                break;
            }

            if (location.Tag == DerTag.Primitive((int)GeneralNameKind.Uri)
                && DerValue.TryObjectIdentifier(method.Content(certificate.Span), out string oid))
            {
                List<string>? urls = oid switch { Oids.CaIssuers => caIssuers, Oids.Ocsp => ocsp, _ => null };
                urls?.Add(DerValue.Ia5(location.Content(certificate.Span), out _));
            }
        }

        return (caIssuers, ocsp);
    }

    internal static List<DistributionPoint> ReadDistributionPoints(ReadOnlyMemory<byte> certificate, DerReader value, List<DerFault> faults)
    {
        // DistributionPoint ::= { [0] { [0] fullName | [1] relative }, [1] reasons, [2] cRLIssuer }
        const string Field = "cRLDistributionPoints";
        List<DistributionPoint> points = [];
        if (!TryEnterSequence(ref value, Field, faults, out DerReader list))
        {
            return points;
        }

        while (!list.AtEnd)
        {
            if (!list.TryRead(DerTag.Sequence, out DerElement point))
            {
                faults.Add(list.Fault(Field));
                break;
            }

            DerReader parts = list.Enter(point);
            if (!parts.TryReadOptional(DerTag.Constructed(0), out DerElement form) || !parts.TryReadOptional(DerTag.Primitive(1), out _)
                || !parts.TryReadOptional(DerTag.Constructed(2), out DerElement issuer))
            {
                faults.Add(parts.Fault(Field));
                break;
            }

            DistributionPointName? name = null;
            if (form.IsPresent)
            {
                DistributionPointName.TryRead(certificate, parts.Enter(form), Field, faults, out name);
            }

            points.Add(new DistributionPoint(name, issuer.IsPresent
                ? GeneralName.ReadAll(certificate, parts.Enter(issuer), Field, areConstraints: false, faults) : []));
        }

        return points;
    }

    internal static bool TryEnterSequence(ref DerReader value, string field, List<DerFault> faults, out DerReader contents)
    {
        if (!value.TryRead(DerTag.Sequence, out DerElement sequence))
        {
            faults.Add(value.Fault(field));
            contents = default;
            return false;
        }

        // What follows is a fault; clients that don't mind read what is before it.
        contents = value.Enter(sequence);
        if (!value.TryFinish())
        {
            faults.Add(value.Fault(field));
        }

        return true;
    }

    private static List<GeneralName> ReadSubtrees(ReadOnlyMemory<byte> certificate, DerReader parts, in DerElement subtrees,
        HashSet<GeneralNameKind> bounded, List<DerFault> faults)
    {
        const string Field = "nameConstraints";
        List<GeneralName> result = [];
        if (!subtrees.IsPresent)
        {
            return result;
        }

        DerReader list = parts.Enter(subtrees);
        while (!list.AtEnd)
        {
            if (!list.TryRead(DerTag.Sequence, out DerElement subtree))
            {
                faults.Add(list.Fault(Field));
                break;
            }

            DerReader fields = list.Enter(subtree);
            if (!fields.TryRead(out DerElement element))
            {
                faults.Add(fields.Fault(Field));
                break;
            }

            if (GeneralName.TryRead(certificate, fields, element, Field, isConstraint: true, faults, out GeneralName? name))
            {
                result.Add(name!);
            }

            // minimum [0] is always 0, so that it should not be written, and maximum [1] absent.
            if (!fields.AtEnd)
            {
                bool isZero = fields.TryReadOptional(DerTag.Primitive(0), out DerElement minimum) && fields.AtEnd
                    && minimum.Content(certificate.Span) is [0];
                faults.Add(isZero
                    ? new DerFault(minimum.Offset, Field, "X.690 §11.5", "a default value is encoded", DerFaultKind.Tolerated)
                    : new DerFault(fields.Position, Field, "RFC 5280 §4.2.1.10", SubtreeBounds));
                if (!isZero && name is not null)
                {
                    bounded.Add(name.Kind);
                }
            }
        }

        return result;
    }
}

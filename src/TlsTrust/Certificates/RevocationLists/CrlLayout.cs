using System.Diagnostics.CodeAnalysis;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.RevocationLists;

/// <summary>Where the fields of a CRL are, RFC 5280 §5.1.</summary>
internal struct CrlLayout
{
    internal DerElement ToBeSigned;
    internal DerElement InnerAlgorithm;
    internal DerElement Issuer;
    internal DerElement Revoked;
    internal DerElement Algorithm;
    internal DerElement Signature;
    internal DateTime ThisUpdateTime;
    internal DateTime? NextUpdateTime;
    internal IReadOnlyList<CertificateExtension> Extensions;

    internal static bool TryRead(ReadOnlyMemory<byte> der, out CrlLayout layout, [NotNullWhen(false)] out DerFault? fault)
    {
        layout = new CrlLayout { Extensions = [] };
        ReadOnlySpan<byte> document = der.Span;
        DerReader whole = new(document);
        if (!whole.TryRead(DerTag.Sequence, out DerElement list) || !whole.TryFinish())
        {
            fault = whole.Fault("certificateList");
            return false;
        }

        DerReader outer = whole.Enter(list);
        if (!outer.TryRead(DerTag.Sequence, out layout.ToBeSigned) || !outer.TryRead(DerTag.Sequence, out layout.Algorithm)
            || !outer.TryRead(DerTag.BitString, out layout.Signature) || !outer.TryFinish())
        {
            fault = outer.Fault("certificateList");
            return false;
        }

        DerReader fields = outer.Enter(layout.ToBeSigned);
        if (!fields.TryReadOptional(DerTag.Integer, out _) || !fields.TryRead(DerTag.Sequence, out layout.InnerAlgorithm)
            || !fields.TryRead(DerTag.Sequence, out layout.Issuer) || !fields.TryRead(out DerElement thisUpdate))
        {
            fault = fields.Fault("tbsCertList");
            return false;
        }

        if (!CertificateTime.TryRead(thisUpdate.Tag, thisUpdate.Content(document), out layout.ThisUpdateTime, out _))
        {
            fault = new DerFault(thisUpdate.Offset, "tbsCertList.thisUpdate", "RFC 5280 §5.1.2.4", "a time that can't be read");
            return false;
        }

        if (fields.NextTag is DerTag.UtcTime or DerTag.GeneralizedTime)
        {
            if (!fields.TryRead(out DerElement nextUpdate)
                || !CertificateTime.TryRead(nextUpdate.Tag, nextUpdate.Content(document), out DateTime next, out _))
            {
                fault = new DerFault(fields.Position, "tbsCertList.nextUpdate", "RFC 5280 §5.1.2.5", "a time that can't be read");
                return false;
            }

            layout.NextUpdateTime = next;
        }

        if (!fields.TryReadOptional(DerTag.Sequence, out layout.Revoked)
            || !fields.TryReadOptional(DerTag.Constructed(0), out DerElement extensions) || !fields.TryFinish())
        {
            fault = fields.Fault("tbsCertList");
            return false;
        }

        if (extensions.IsPresent)
        {
            ExtensionSet set = ExtensionSet.Read(der, extensions);
            layout.Extensions = set.All;
            fault = set.Faults.Find(static f => f.Kind == DerFaultKind.Encoding);
            return fault is null;
        }

        fault = null;
        return true;
    }

    internal static bool TryReadEntries(ReadOnlyMemory<byte> der, in DerElement revoked, out CrlEntries entries, [NotNullWhen(false)]
        out DerFault? fault)
    {
        ReadOnlySpan<byte> document = der.Span;
        entries = new CrlEntries();
        DistinguishedName? issuer = null;
        fault = null;
        if (!revoked.IsPresent)
        {
            return true;
        }

        DerReader list = new DerReader(document).Enter(revoked);
        while (!list.AtEnd)
        {
            const string Field = "tbsCertList.revokedCertificates";
            if (!list.TryRead(DerTag.Sequence, out DerElement entry))
            {
                fault = list.Fault(Field);
                return false;
            }

            DerReader parts = list.Enter(entry);
            if (!parts.TryRead(DerTag.Integer, out DerElement serial) || !parts.TryRead(out DerElement date)
                || !parts.TryReadOptional(DerTag.Sequence, out DerElement extensions) || !parts.TryFinish())
            {
                fault = parts.Fault(Field);
                return false;
            }

            CertificateTime.TryRead(date.Tag, date.Content(document), out DateTime revokedAt, out _);
            string number = SerialNumberText.Of(serial.Content(document));
            int? reason = null;
            if (extensions.IsPresent && !TryReadExtensions(der, parts.Enter(extensions), ref issuer, out reason))
            {
                entries.NotUnderstood = $"an entry, {number}, has a critical extension that is not understood, or one that can't be read";
                return true;
            }

            entries.Add(new RevokedCertificate(number, revokedAt, reason), issuer);
        }

        return true;
    }

    /// <summary>Reason and certificate issuer (§5.3.1, §5.3.3); an issuer holds for the entries that follow as well.</summary>
    private static bool TryReadExtensions(ReadOnlyMemory<byte> der, DerReader extensions, ref DistinguishedName? issuer, out int? reason)
    {
        ReadOnlySpan<byte> document = der.Span;
        reason = null;
        while (!extensions.AtEnd)
        {
            if (!extensions.TryRead(DerTag.Sequence, out DerElement extension))
            {
                return false;
            }

            DerReader parts = extensions.Enter(extension);
            if (!parts.TryRead(DerTag.ObjectIdentifier, out DerElement oid)
                || !DerValue.TryObjectIdentifier(oid.Content(document), out string name)
                || !parts.TryReadOptional(DerTag.Boolean, out DerElement critical)
                    || !parts.TryRead(DerTag.OctetString, out DerElement value))
            {
                return false;
            }

            DerReader inner = parts.Enter(value);
            if (name == Oids.ReasonCode)
            {
                reason = inner.TryRead(DerTag.Enumerated, out DerElement code)
                    && DerValue.TryNonNegative(code.Content(document), out int number) ? number : null;
            }
            else if (name == Oids.CertificateIssuer)
            {
                List<DerFault> faults = [];
                issuer = inner.TryRead(DerTag.Sequence, out DerElement names)
                    ? GeneralName.ReadAll(der, inner.Enter(names), "certificateIssuer", areConstraints: false, faults)
                        .FirstOrDefault(static each => each.Kind == GeneralNameKind.Directory)?.DirectoryName
                    : null;
                if (issuer is null)
                {
                    return false;
                }
            }
            else if (name is not (Oids.InvalidityDate or Oids.HoldInstruction) && critical.IsPresent
                && DerValue.TryBoolean(critical.Content(document), out bool isCritical) && isCritical)
            {
                return false;
            }
        }

        return true;
    }
}

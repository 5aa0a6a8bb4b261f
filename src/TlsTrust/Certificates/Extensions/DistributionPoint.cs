using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.Extensions;

/// <summary>The name of a distribution point, RFC 5280 §4.2.1.13: general names, or a part to be put behind the issuer's name.</summary>
/// <param name="FullName">General names, all of the same CRL.</param>
/// <param name="RelativeName">Contents of a relative distinguished name; empty where the name is not of this form.</param>
internal sealed record DistributionPointName(IReadOnlyList<GeneralName> FullName, ReadOnlyMemory<byte> RelativeName)
{
    /// <summary>Reads the contents of a <c>distributionPoint [0]</c>.</summary>
    internal static bool TryRead(ReadOnlyMemory<byte> document, DerReader form, string field, List<DerFault> faults,
        out DistributionPointName? name)
    {
        name = null;
        byte tag = form.NextTag;
        if (tag != DerTag.Constructed(0) && tag != DerTag.Constructed(1))
        {
            return false;
        }

        if (!form.TryRead(out DerElement element) || !form.TryFinish())
        {
            faults.Add(form.Fault(field));
            return false;
        }

        name = tag == DerTag.Constructed(0)
            ? new DistributionPointName(GeneralName.ReadAll(document, form.Enter(element), field, areConstraints: false, faults), default)
            : new DistributionPointName([], document.Slice(element.ContentOffset, element.Length));
        return true;
    }

    /// <summary>The name in full; a relative one behind an issuer's.</summary>
    internal IReadOnlyList<GeneralName> Resolve(DistinguishedName issuer) =>
        RelativeName.IsEmpty ? FullName : [new GeneralName(GeneralNameKind.Directory, issuer.Append(RelativeName.Span))];
}

/// <summary>Where a CRL is to be had, RFC 5280 §4.2.1.13.</summary>
/// <param name="Name">Its name; null where only an issuer is named.</param>
/// <param name="CrlIssuer">Who issues it; empty where the certificate's issuer does.</param>
internal sealed record DistributionPoint(DistributionPointName? Name, IReadOnlyList<GeneralName> CrlIssuer)
{
    /// <summary>The URLs in an extension of this form; none where it is absent or can't be read.</summary>
    internal static IReadOnlyList<string> UrlsIn(CertificateExtension? extension) =>
        extension is null ? [] : UrlsOf(ExtensionReader.ReadDistributionPoints(extension.Value, new DerReader(extension.Value.Span), []));

    internal static IReadOnlyList<string> UrlsOf(IEnumerable<DistributionPoint> points) =>
    [
        .. points.SelectMany(static point => point.Name?.FullName ?? [])
            .Where(static name => name.Kind == GeneralNameKind.Uri).Select(static name => name.Text),
    ];
}

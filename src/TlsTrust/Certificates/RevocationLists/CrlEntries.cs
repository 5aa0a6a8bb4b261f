using TlsTrust.Certificates.Names;

namespace TlsTrust.Certificates.RevocationLists;

/// <summary>
/// The entries of a CRL: of its issuer's own certificates by serial number, and in an indirect CRL (RFC 5280 §5) of others' by issuer and
/// serial number.
/// </summary>
internal sealed class CrlEntries
{
    private readonly Dictionary<string, RevokedCertificate> _own = new(StringComparer.Ordinal);
    private Dictionary<(DistinguishedName Issuer, string SerialNumber), RevokedCertificate>? _others;

    internal IReadOnlyCollection<RevokedCertificate> Own => _own.Values;

    /// <summary>
    /// What an entry says that is not understood; null where all is. Then the list must not be used for any certificate (RFC 5280 §5.3).
    /// </summary>
    internal string? NotUnderstood { get; set; }

    /// <param name="entry">The entry.</param>
    /// <param name="issuer">Whose certificate it is about, as the entries name it; null for the CRL's own issuer.</param>
    internal void Add(RevokedCertificate entry, DistinguishedName? issuer)
    {
        if (issuer is null)
        {
            _own[entry.SerialNumber] = entry;
        }
        else
        {
            (_others ??= [])[(issuer, entry.SerialNumber)] = entry;
        }
    }

    internal RevokedCertificate? Find(string serialNumber) => _own.GetValueOrDefault(serialNumber);

    /// <summary>The entry of a certificate of some issuer, in a CRL of another or the same.</summary>
    internal RevokedCertificate? Find(DistinguishedName issuer, DistinguishedName crlIssuer, string serialNumber) =>
        _others?.GetValueOrDefault((issuer, serialNumber)) ?? (issuer.Equals(crlIssuer) ? Find(serialNumber) : null);
}

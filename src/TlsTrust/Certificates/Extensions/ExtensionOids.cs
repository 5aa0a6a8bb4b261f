using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Extensions;

/// <summary>Names extensions without building their dotted form for the usual ones.</summary>
internal static class ExtensionOids
{
    internal static bool TryName(ReadOnlySpan<byte> content, out string oid)
    {
        // id-ce is 2.5.29; everything that decides a path is in it.
        if (content.Length == 3 && content[0] == 0x55 && content[1] == 0x1D && Known(content[2]) is { } known)
        {
            oid = known;
            return true;
        }

        return DerValue.TryObjectIdentifier(content, out oid);
    }

    private static string? Known(byte last) => last switch
    {
        14 => Oids.SubjectKeyIdentifier,
        15 => Oids.KeyUsage,
        17 => Oids.SubjectAltName,
        19 => Oids.BasicConstraints,
        30 => Oids.NameConstraints,
        31 => Oids.CrlDistributionPoints,
        32 => Oids.CertificatePolicies,
        33 => Oids.PolicyMappings,
        35 => Oids.AuthorityKeyIdentifier,
        36 => Oids.PolicyConstraints,
        37 => Oids.ExtendedKeyUsage,
        54 => Oids.InhibitAnyPolicy,
        _ => null,
    };
}

using System.Formats.Asn1;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Hostile;

/// <summary>CRLs of any length, signed, with what no CA puts into one.</summary>
internal static class HostileLists
{
    /// <summary>A list for a week of so many serial numbers, none of which any certificate here has.</summary>
    /// <param name="by">Who signs it.</param>
    /// <param name="many">Number of entries.</param>
    /// <param name="at">Its date.</param>
    /// <param name="critical">An extension that must be understood, by its OID.</param>
    public static byte[] Of(LabAuthority by, int many, DateTimeOffset at, string? critical = null)
    {
        LabSignature signature = new(by.Certificate.Key);
        byte[] algorithm = signature.GetSignatureAlgorithmIdentifier(System.Security.Cryptography.HashAlgorithmName.SHA256);
        byte[] body = Written(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.WriteEncodedValue(algorithm);
                writer.WriteEncodedValue(by.Certificate.ToX509Certificate2().SubjectName.RawData);
                writer.WriteUtcTime(at.AddHours(-1));
                writer.WriteUtcTime(at.AddDays(7));
                using (writer.PushSequence())
                {
                    for (int entry = 0; entry < many; entry++)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteInteger(entry);
                            writer.WriteUtcTime(at.AddDays(-1));
                        }
                    }
                }

                if (critical is not null)
                {
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    using (writer.PushSequence())
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(critical);
                        writer.WriteBoolean(true);
                        writer.WriteOctetString([2, 1, 1]);
                    }
                }
            }
        });
        return Written(writer =>
        {
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(body);
                writer.WriteEncodedValue(algorithm);
                writer.WriteBitString(signature.SignData(body, System.Security.Cryptography.HashAlgorithmName.SHA256));
            }
        });
    }

    private static byte[] Written(Action<AsnWriter> write)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}

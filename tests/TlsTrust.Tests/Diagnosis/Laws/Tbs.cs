using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Diagnosis.Laws;

/// <summary>Rewrites TBSCertificates field by field, for what no encoder writes.</summary>
internal static class Tbs
{
    internal const int Algorithm = 2;
    internal const int Issuer = 3;
    internal const int Validity = 4;
    internal const int Subject = 5;
    internal const int PublicKey = 6;

    /// <summary>The same with one field replaced.</summary>
    internal static byte[] With(byte[] tbs, int field, byte[] value)
    {
        List<byte[]> fields = Fields(tbs);
        fields[field] = value;
        return Sequence([.. fields]);
    }

    /// <summary>Version 1: neither version nor extensions.</summary>
    internal static byte[] Version1(byte[] tbs) => Sequence([.. Fields(tbs).Skip(1).Take(6)]);

    /// <summary>A validity of two times in any form.</summary>
    internal static byte[] Times(byte tag, string notBefore, byte tagAfter, string notAfter) =>
        Sequence(Wrap(tag, Encoding.ASCII.GetBytes(notBefore)), Wrap(tagAfter, Encoding.ASCII.GetBytes(notAfter)));

    /// <summary>A key of an algorithm that nobody has.</summary>
    internal static byte[] UnknownKey() =>
        Sequence(Sequence(Wrap(0x06, [0x2A, 0x03, 0x04])), Wrap(0x03, [0x00, 0x01, 0x02, 0x03]));

    /// <summary>An RSA key that may be used with RSASSA-PSS only, and with SHA-384 and a salt of 48 bytes at least.</summary>
    internal static byte[] RestrictedKey(LabKey key)
    {
        List<byte[]> parts = Fields(key.PublicKey.ExportSubjectPublicKeyInfo());
        return Sequence(PssAlgorithm("2.16.840.1.101.3.4.2.2", 48), parts[1]);
    }

    /// <summary>Signs anew by RSASSA-PSS.</summary>
    internal static byte[] SignPss(byte[] certificate, LabKey signer, HashAlgorithmName hash, Func<byte[], byte[]>? rewrite = null)
    {
        (string oid, int length) = hash == HashAlgorithmName.SHA384 ? ("2.16.840.1.101.3.4.2.2", 48) : ("2.16.840.1.101.3.4.2.1", 32);
        byte[] algorithm = PssAlgorithm(oid, length);
        byte[] tbs = Fields(certificate)[0];
        tbs = With(rewrite?.Invoke(tbs) ?? tbs, Algorithm, algorithm);
        return Sequence(tbs, algorithm, Wrap(0x03, [0, .. signer.SignPss(tbs, hash)]));
    }

    internal static byte[] Sequence(params byte[][] parts) => Wrap(0x30, [.. parts.SelectMany(part => part)]);

    internal static byte[] Wrap(byte tag, byte[] content)
    {
        byte[] length = content.Length < 0x80 ? [(byte)content.Length]
            : content.Length < 0x100 ? [0x81, (byte)content.Length]
            : [0x82, (byte)(content.Length >> 8), (byte)content.Length];
        return [tag, .. length, .. content];
    }

    private static List<byte[]> Fields(byte[] sequence)
    {
        AsnReader reader = new AsnReader(sequence, AsnEncodingRules.BER).ReadSequence();
        List<byte[]> fields = [];
        while (reader.HasData)
        {
            fields.Add(reader.ReadEncodedValue().ToArray());
        }

        return fields;
    }

    private static byte[] PssAlgorithm(string hashOid, int salt)
    {
        byte[] hash = Sequence(Oid(hashOid), [0x05, 0x00]);
        byte[] mask = Sequence(Oid("1.2.840.113549.1.1.8"), hash);
        return Sequence(Oid("1.2.840.113549.1.1.10"), Sequence(Wrap(0xA0, hash), Wrap(0xA1, mask), Wrap(0xA2, Wrap(0x02, [(byte)salt]))));
    }

    private static byte[] Oid(string dotted)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(dotted);
        return writer.Encode();
    }
}

using System.Formats.Asn1;
using TlsTrust.Lab.Pki;

namespace TlsTrust.Tests.Hostile.Forgeries;

/// <summary>A certificate taken apart, so that each part can be another.</summary>
internal sealed record CertificateParts(byte[] Body, byte[] Algorithm, byte[] Signature)
{
    private const byte Sequence = 0x30;

    public static CertificateParts Of(LabCertificate certificate)
    {
        AsnReader reader = new AsnReader(certificate.Der, AsnEncodingRules.BER).ReadSequence();
        return new(reader.ReadEncodedValue().ToArray(), reader.ReadEncodedValue().ToArray(), reader.ReadBitString(out _));
    }

    /// <summary>The whole of it.</summary>
    /// <param name="unusedBits">What the BIT STRING of the signature says of its last byte.</param>
    public byte[] Der(byte unusedBits = 0) =>
        DerBytes.Wrap(Sequence, [.. Body, .. Algorithm, .. DerBytes.Wrap(0x03, [unusedBits, .. Signature])]);

    /// <summary>The fields of the TBSCertificate: version, serial, algorithm, issuer, validity, subject, key, extensions.</summary>
    public List<byte[]> Fields() => Elements(Body);

    public CertificateParts With(IEnumerable<byte[]> fields) => this with { Body = DerBytes.Wrap(Sequence, Joined(fields)) };

    /// <summary>The extensions; they are the last field, in a wrapper.</summary>
    public List<byte[]> Extensions() => Elements(Elements(Fields()[^1])[0]);

    public CertificateParts WithExtensions(IEnumerable<byte[]> extensions)
    {
        List<byte[]> fields = Fields();
        fields[^1] = DerBytes.Wrap(0xA3, DerBytes.Wrap(Sequence, Joined(extensions)));
        return With(fields);
    }

    /// <summary>The same with another algorithm inside and outside.</summary>
    public CertificateParts WithAlgorithm(byte[] algorithm)
    {
        List<byte[]> fields = Fields();
        fields[2] = algorithm;
        return With(fields) with { Algorithm = algorithm };
    }

    private static byte[] Joined(IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    private static List<byte[]> Elements(ReadOnlyMemory<byte> whole)
    {
        _ = AsnDecoder.ReadEncodedValue(whole.Span, AsnEncodingRules.BER, out int at, out int length, out _);
        List<byte[]> elements = [];
        for (ReadOnlyMemory<byte> rest = whole.Slice(at, length); !rest.IsEmpty;)
        {
            _ = AsnDecoder.ReadEncodedValue(rest.Span, AsnEncodingRules.BER, out _, out _, out int used);
            elements.Add(rest[..used].ToArray());
            rest = rest[used..];
        }

        return elements;
    }
}

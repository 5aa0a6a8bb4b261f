using TlsTrust.Certificates;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>Tells by the outermost tags what a piece of DER is and where it ends. Cheap, and no judgement about what is inside.</summary>
internal static class DerShape
{
    /// <summary>Names, dates, a key and a signature take more than this.</summary>
    public const int MinCertificate = 128;

    /// <summary>Where certificates are looked for in what is no clean block, none is longer: the longest met has 20 KB.</summary>
    private const int MaxCertificate = 1024 * 1024;

    private const byte Integer = 0x02;
    private const byte BitString = 0x03;
    private const byte OctetString = 0x04;
    private const byte ObjectIdentifier = 0x06;
    private const byte UtcTime = 0x17;
    private const byte GeneralizedTime = 0x18;
    private const byte Sequence = 0x30;
    private const byte Context0 = 0xA0;

    // 1.2.840.113549.1.7, the arc of PKCS#7 content types.
    private static ReadOnlySpan<byte> Pkcs7Arc => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];

    /// <summary>
    /// Length in bytes of the element that starts here, header included; -1 where no definite, sane length stands. It may exceed what is
    /// there.
    /// </summary>
    public static int TotalLength(ReadOnlySpan<byte> der)
    {
        if (der.Length < 2)
        {
            return -1;
        }

        int first = der[1];
        if (first < 0x80)
        {
            return 2 + first;
        }

        int size = first & 0x7F;
        if (size is 0 or > 4 || der.Length < 2 + size)
        {
            return -1;
        }

        long length = 0;
        for (int i = 0; i < size; i++)
        {
            length = (length << 8) | der[2 + i];
        }

        length += 2 + size;
        return length > int.MaxValue ? -1 : (int)length;
    }

    /// <summary>
    /// What the whole element is; <see cref="PemBlockKind.Other"/> when it is nothing known or does not fit its own lengths.
    /// </summary>
    /// <param name="der">Starts with the element; what follows it is ignored.</param>
    public static PemBlockKind Classify(ReadOnlySpan<byte> der)
    {
        int total = TotalLength(der);
        if (total < 0 || total > der.Length || der[0] != Sequence)
        {
            return PemBlockKind.Other;
        }

        Walker outer = new(Content(der[..total]));
        if (!outer.Next(out byte first, out ReadOnlySpan<byte> a))
        {
            return PemBlockKind.Other;
        }

        switch (first)
        {
            case Sequence:
                return ClassifySigned(ref outer, a);
            case ObjectIdentifier:
                return a.StartsWith(Pkcs7Arc) && outer.Next(out byte wrapped, out _) && wrapped == Context0 ? PemBlockKind.Pkcs7
                    : PemBlockKind.Other;
            case Integer:
                return ClassifyVersioned(ref outer, a);
            default:
                return PemBlockKind.Other;
        }
    }

    /// <summary>The label that fits the form of an unencrypted private key (PKCS#8, PKCS#1, SEC 1, old DSA), or null.</summary>
    public static string? KeyLabel(ReadOnlySpan<byte> der)
    {
        int total = TotalLength(der);
        if (total < 0 || total > der.Length)
        {
            return null;
        }

        Walker outer = new(Content(der[..total]));
        outer.Next(out _, out _);
        outer.Next(out byte second, out _);
        if (second == Sequence)
        {
            return PemLabel.PrivateKey;
        }

        if (second == OctetString)
        {
            return "EC PRIVATE KEY";
        }

        int count = 2;
        while (outer.Next(out byte tag, out _) && tag == Integer)
        {
            count++;
        }

        return count switch
        {
            6 => "DSA PRIVATE KEY",
            >= 9 => "RSA PRIVATE KEY",
            _ => null,
        };
    }

    /// <summary>Length of a certificate that starts with these bytes (nine or more), or -1 where they are no start of one.</summary>
    public static int CertificateLength(ReadOnlySpan<byte> header)
    {
        int total = TotalLength(header);
        if (total < MinCertificate || total > MaxCertificate || header[0] != Sequence)
        {
            return -1;
        }

        ReadOnlySpan<byte> inner = Content(header);
        int signed = inner.Length > 1 && inner[0] == Sequence ? TotalLength(inner) : -1;
        return signed > 0 && signed < total ? total : -1;
    }

    /// <summary>The same for PKCS#7.</summary>
    public static int Pkcs7Length(ReadOnlySpan<byte> header)
    {
        int total = TotalLength(header);
        return total is >= MinCertificate and <= MaxCertificate && header[0] == Sequence
            && Content(header).StartsWith((ReadOnlySpan<byte>)[ObjectIdentifier, 0x09, 0x2A, 0x86]) ? total : -1;
    }

    /// <summary>True when a certificate is all there from the first byte on; its length is <see cref="TotalLength"/>.</summary>
    public static bool IsCertificate(ReadOnlySpan<byte> der) => Classify(der) == PemBlockKind.Certificate;

    private static PemBlockKind ClassifySigned(ref Walker outer, ReadOnlySpan<byte> first)
    {
        if (!outer.Next(out byte second, out _))
        {
            return PemBlockKind.Other;
        }

        if (second == OctetString)
        {
            return outer.IsDone && StartsWith(first, ObjectIdentifier) ? PemBlockKind.EncryptedPrivateKey : PemBlockKind.Other;
        }

        if (second == BitString)
        {
            return outer.IsDone && StartsWith(first, ObjectIdentifier) ? PemBlockKind.PublicKey : PemBlockKind.Other;
        }

        if (second != Sequence || !outer.Next(out byte third, out _) || third != BitString || !outer.IsDone)
        {
            return PemBlockKind.Other;
        }

        // A signed thing; what it is shows in the tags of what was signed.
        Span<byte> tags = stackalloc byte[6];
        int count = 0;
        Walker body = new(first);
        while (count < tags.Length && body.Next(out byte tag, out _))
        {
            tags[count++] = tag;
        }

        tags = tags[..count];
        if (tags.StartsWith((ReadOnlySpan<byte>)[Context0, Integer, Sequence, Sequence, Sequence, Sequence])
            || tags.StartsWith((ReadOnlySpan<byte>)[Integer, Sequence, Sequence, Sequence, Sequence, Sequence]))
        {
            return PemBlockKind.Certificate;
        }

        if (tags.SequenceEqual((ReadOnlySpan<byte>)[Integer, Sequence, Sequence, Context0])
            || tags.SequenceEqual((ReadOnlySpan<byte>)[Integer, Sequence, Sequence]))
        {
            return PemBlockKind.CertificateRequest;
        }

        int time = tags.IndexOfAny(UtcTime, GeneralizedTime);
        return time is 2 or 3 && tags[time - 1] == Sequence && tags[time - 2] == Sequence ? PemBlockKind.Crl : PemBlockKind.Other;
    }

    private static PemBlockKind ClassifyVersioned(ref Walker outer, ReadOnlySpan<byte> version)
    {
        if (version.Length != 1 || !outer.Next(out byte second, out ReadOnlySpan<byte> b))
        {
            return PemBlockKind.Other;
        }

        return second switch
        {
            Sequence when version[0] == 3 => StartsWith(b, ObjectIdentifier) ? PemBlockKind.Pkcs12 : PemBlockKind.Other,
            Sequence when StartsWith(b, ObjectIdentifier) && outer.Next(out byte third, out _) && third == OctetString =>
                PemBlockKind.PrivateKey,
            OctetString when version[0] == 1 => PemBlockKind.PrivateKey, // SEC 1
            // PKCS#1, old DSA
            Integer when outer.Next(out byte third, out _) && third == Integer =>
                outer.IsDone ? PemBlockKind.Parameters : PemBlockKind.PrivateKey,
            _ => PemBlockKind.Other,
        };
    }

    private static bool StartsWith(ReadOnlySpan<byte> content, byte tag) => content.Length > 0 && content[0] == tag;

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> element) => element[(element[1] < 0x80 ? 2 : 2 + (element[1] & 0x7F))..];

    private ref struct Walker(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public readonly bool IsDone => _rest.IsEmpty;

        public bool Next(out byte tag, out ReadOnlySpan<byte> content)
        {
            int total = TotalLength(_rest);
            if (total < 0 || total > _rest.Length)
            {
                tag = 0;
                content = default;
                return false;
            }

            tag = _rest[0];
            content = Content(_rest[..total]);
            _rest = _rest[total..];
            return true;
        }
    }
}

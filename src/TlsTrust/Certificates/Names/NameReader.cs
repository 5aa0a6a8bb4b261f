using System.Buffers;
using System.Globalization;
using System.Text;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Names;

/// <summary>Reads names (RFC 5280 §4.1.2.4) and brings them into the form in which they are compared (§7.1).</summary>
internal static class NameReader
{
    /// <summary>4,096 attributes are read of a name: no honest one has fifty, and each takes many times its encoding.</summary>
    internal const int MaxAttributes = 4096;

    private const int MaxShown = 1024; // bytes of what is no text

    private const int MaxFaults = 1000; // of one certificate; who has that many has no more to tell

    private const int RawMarker = 0xFF;

    /// <summary>The attributes, as far as they can be read, and no more than <see cref="MaxAttributes"/>.</summary>
    internal static List<IReadOnlyList<AttributeValue>> Read(ReadOnlySpan<byte> encoded)
    {
        List<IReadOnlyList<AttributeValue>> names = [];
        DerReader document = new(encoded);
        if (!document.TryRead(DerTag.Sequence, out DerElement sequence))
        {
            return names;
        }

        DerReader sets = document.Enter(sequence);
        int read = 0;
        while (!sets.AtEnd && names.Count < MaxAttributes && read < MaxAttributes && sets.TryRead(DerTag.Set, out DerElement set))
        {
            List<AttributeValue> attributes = [];
            DerReader members = document.Enter(set);
            while (!members.AtEnd && read < MaxAttributes && TryReadAttribute(ref members, out DerElement type, out DerElement value))
            {
                read++;
                string oid = DerValue.TryObjectIdentifier(type.Content(encoded), out string dotted) ? dotted
                    : Shown(type.Content(encoded));
                attributes.Add(
                    new AttributeValue(oid, DecodeString(value.Tag, value.Content(encoded), out _)
                        ?? Shown(value.Encoded(encoded))));
            }

            names.Add(attributes);
        }

        return names;
    }

    // RFC 4514 §2.4; of something longer than any value in use the beginning.
    private static string Shown(ReadOnlySpan<byte> encoding) =>
        encoding.Length <= MaxShown ? "#" + DerValue.Hex(encoding) : $"#{DerValue.Hex(encoding[..MaxShown])}…";

    /// <summary>Where a name departs from its ASN.1, if it does.</summary>
    internal static void Check(ReadOnlySpan<byte> document, in DerElement name, string field, List<DerFault> faults)
    {
        DerReader whole = new(document);
        DerReader sets = whole.Enter(name);
        while (!sets.AtEnd && faults.Count < MaxFaults)
        {
            if (!sets.TryRead(DerTag.Set, out DerElement set))
            {
                faults.Add(sets.Fault(field));
                return;
            }

            if (set.Length == 0)
            {
                faults.Add(new DerFault(set.Offset, field, "RFC 5280 §4.1.2.4", "an empty relative distinguished name"));
            }

            DerReader members = whole.Enter(set);
            ReadOnlySpan<byte> before = default;
            while (!members.AtEnd && faults.Count < MaxFaults)
            {
                int start = members.Position;
                if (!TryReadAttribute(ref members, out _, out DerElement value))
                {
                    faults.Add(members.Fault(field));
                    return;
                }

                // Clients read on; DER sorts the members of a SET OF by their encodings.
                ReadOnlySpan<byte> member = document[start..members.Position];
                if (before.SequenceCompareTo(member) > 0)
                {
                    faults.Add(new DerFault(start, field, "X.690 §11.6", "members of a set that are not sorted", DerFaultKind.Profile));
                }

                before = member;

                if (!IsValidString(value.Tag, value.Content(document)))
                {
                    faults.Add(new DerFault(value.Offset, field, "X.690 §8.23", "characters that its string type does not have",
                        DerFaultKind.Profile));
                }
            }
        }
    }

    /// <summary>
    /// The comparable form: for each RDN its length and its attributes, sorted; strings as UTF-8, case folded, white space
    /// trimmed and collapsed; anything else as its bytes. A prefix of RDNs is a prefix of bytes.
    /// </summary>
    internal static byte[] Canonicalize(ReadOnlySpan<byte> encoded)
    {
        ArrayBufferWriter<byte> result = new(encoded.Length + 16);
        DerReader document = new(encoded);
        if (!document.TryRead(DerTag.Sequence, out DerElement sequence))
        {
            return [RawMarker, .. encoded];
        }

        DerReader sets = document.Enter(sequence);
        ArrayBufferWriter<byte> attribute = new(128);
        while (!sets.AtEnd)
        {
            if (!sets.TryRead(DerTag.Set, out DerElement set))
            {
                return [RawMarker, .. encoded];
            }

            DerReader members = document.Enter(set);
            List<byte[]>? several = null;
            attribute.ResetWrittenCount();
            while (!members.AtEnd)
            {
                if (attribute.WrittenCount > 0)
                {
                    (several ??= []).Add(attribute.WrittenSpan.ToArray());
                    attribute.ResetWrittenCount();
                }

                if (!TryReadAttribute(ref members, out DerElement type, out DerElement value))
                {
                    return [RawMarker, .. encoded];
                }

                attribute.Write(type.Encoded(encoded));
                WriteComparable(attribute, value.Tag, value.Content(encoded), value.Encoded(encoded));
            }

            if (several is null)
            {
                WriteLengthPrefixed(result, attribute.WrittenSpan);
                continue;
            }

            several.Add(attribute.WrittenSpan.ToArray());
            several.Sort(static (x, y) => x.AsSpan().SequenceCompareTo(y));
            WriteLengthPrefixed(result, several.SelectMany(static x => x).ToArray());
        }

        return result.WrittenSpan.ToArray();
    }

    /// <summary>The text of a string type; null for another type. Not valid: bytes that the type does not allow.</summary>
    internal static string? DecodeString(byte tag, ReadOnlySpan<byte> content, out bool valid)
    {
        valid = IsValidString(tag, content);
        return tag switch
        {
            DerTag.PrintableString or DerTag.Ia5String or DerTag.NumericString or DerTag.VisibleString or DerTag.TeletexString =>
                Encoding.Latin1.GetString(content),
            DerTag.Utf8String => Encoding.UTF8.GetString(content),
            DerTag.BmpString => Encoding.BigEndianUnicode.GetString(content),
            DerTag.UniversalString => DecodeUniversal(content),
            _ => null,
        };
    }

    /// <summary>Whether the bytes are of the string type that the tag names; true for what is no string.</summary>
    private static bool IsValidString(byte tag, ReadOnlySpan<byte> content) => tag switch
    {
        DerTag.PrintableString or DerTag.Ia5String or DerTag.NumericString or DerTag.VisibleString => Ascii.IsValid(content),
        DerTag.Utf8String => System.Text.Unicode.Utf8.IsValid(content),
        DerTag.BmpString => content.Length % 2 == 0,
        DerTag.UniversalString => content.Length % 4 == 0,
        _ => true,
    };

    private static bool TryReadAttribute(ref DerReader members, out DerElement type, out DerElement value)
    {
        value = default;
        if (!members.TryRead(DerTag.Sequence, out DerElement pair))
        {
            type = default;
            return false;
        }

        DerReader parts = members.Enter(pair);
        if (parts.TryRead(DerTag.ObjectIdentifier, out type) && parts.TryRead(out value) && parts.TryFinish())
        {
            return true;
        }

        members = parts;
        return false;
    }

    private static void WriteComparable(ArrayBufferWriter<byte> target, byte tag, ReadOnlySpan<byte> content, ReadOnlySpan<byte> encoded)
    {
        bool isAsciiType = tag is DerTag.PrintableString or DerTag.Ia5String or DerTag.Utf8String or DerTag.NumericString
            or DerTag.VisibleString or DerTag.TeletexString;
        if (isAsciiType && Ascii.IsValid(content))
        {
            WriteFolded(target, content);
            return;
        }

        string? text = DecodeString(tag, content, out bool valid);
        if (text is null || !valid)
        {
            target.Write(encoded);
            return;
        }

        WriteFolded(target, Encoding.UTF8.GetBytes(Fold(text)));
    }

    /// <summary>RFC 4518 §2.2 and §2.3 for what is not ASCII: compatibility form, lower case.</summary>
    private static string Fold(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        }
        catch (Exception e) when (e is ArgumentException or PlatformNotSupportedException)
        {
            return text.ToLower(CultureInfo.InvariantCulture);
        }
    }

    private static void WriteFolded(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\n\v\f\r"u8);
        Span<byte> folded = target.GetSpan(text.Length + 4);
        int written = 4;
        bool spaceBefore = false;
        foreach (byte c in text)
        {
            bool isSpace = c is (byte)' ' or (>= 9 and <= 13);
            if (!isSpace)
            {
                folded[written++] = c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c | 0x20) : c;
            }
            else if (!spaceBefore)
            {
                folded[written++] = (byte)' ';
            }

            spaceBefore = isSpace;
        }

        // One marker for all string types, since the type does not count; the length keeps values apart.
        folded[0] = DerTag.Utf8String;
        int length = written - 4;
        folded[1] = (byte)(length >> 16);
        folded[2] = (byte)(length >> 8);
        folded[3] = (byte)length;
        target.Advance(written);
    }

    private static void WriteLengthPrefixed(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> content)
    {
        target.Write([(byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length]);
        target.Write(content);
    }

    private static string DecodeUniversal(ReadOnlySpan<byte> content)
    {
        StringBuilder text = new(content.Length / 4);
        for (int i = 0; i + 4 <= content.Length; i += 4)
        {
            int code = (content[i] << 24) | (content[i + 1] << 16) | (content[i + 2] << 8) | content[i + 3];
            text.Append(Rune.IsValid(code) ? new Rune(code).ToString() : "\uFFFD");
        }

        return text.ToString();
    }
}

using System.Formats.Asn1;
using System.Text;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Names;

/// <summary>One attribute of a name.</summary>
/// <param name="Oid">Attribute type in dotted form.</param>
/// <param name="Value">Attribute value as text; hexadecimal of the encoding where it is no string.</param>
public sealed record AttributeValue(string Oid, string Value)
{
    /// <summary>The short name of RFC 4514 and OpenSSL, for example <c>CN</c>; the dotted form where there is none.</summary>
    public string Name => AttributeNames.ShortName(Oid);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}={Value}";
}

/// <summary>
/// A distinguished name (RFC 5280 §4.1.2.4). Two are equal when RFC 5280 §7.1 says so: same attributes in the same order,
/// strings compared without regard to their ASN.1 type, to case, and to the amount of white space.
/// </summary>
public sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    private readonly ReadOnlyMemory<byte> _encoded;
    private IReadOnlyList<IReadOnlyList<AttributeValue>>? _relativeNames;
    private byte[]? _canonical;
    private string? _text;

    /// <summary>Takes the encoded name; what can't be decoded shows as it can, and then equals only its own bytes.</summary>
    public DistinguishedName(ReadOnlyMemory<byte> encoded) => _encoded = encoded;

    /// <summary>The DER encoding.</summary>
    public ReadOnlyMemory<byte> RawData => _encoded;

    /// <summary>True for a name without attributes.</summary>
    public bool IsEmpty => _encoded.Length <= 2;

    /// <summary>The relative distinguished names in encoded order (country first, as a rule).</summary>
    public IReadOnlyList<IReadOnlyList<AttributeValue>> RelativeNames => _relativeNames ??= NameReader.Read(_encoded.Span);

    /// <summary>True where the name has, or may have, more attributes than are read: nothing follows from what is not there.</summary>
    internal bool IsCut => _encoded.Length > NameReader.MaxAttributes
        && RelativeNames.Sum(static name => Math.Max(name.Count, 1)) >= NameReader.MaxAttributes;

    /// <summary>The last common name; null where there is none.</summary>
    public string? CommonName => Find(AttributeNames.CommonName);

    /// <summary>RFC 5280 §7.1 in bytes: names are equal when these are, and one is below another when they start with its.</summary>
    internal ReadOnlySpan<byte> Canonical => _canonical ??= NameReader.Canonicalize(_encoded.Span);

    /// <summary>The last value of an attribute; null where the name has none of it.</summary>
    public string? Find(string oid)
    {
        for (int i = RelativeNames.Count - 1; i >= 0; i--)
        {
            foreach (AttributeValue attribute in RelativeNames[i])
            {
                if (attribute.Oid == oid)
                {
                    return attribute.Value;
                }
            }
        }

        return null;
    }

    /// <summary>True when this name is the other or stands below it in the directory (RFC 5280 §4.2.1.10).</summary>
    public bool IsWithin(DistinguishedName ancestor)
    {
        ArgumentNullException.ThrowIfNull(ancestor);
        return Canonical.StartsWith(ancestor.Canonical);
    }

    /// <summary>The encoding of this name with one more relative name behind it.</summary>
    /// <param name="relativeName">Contents of the SET.</param>
    internal ReadOnlyMemory<byte> Append(ReadOnlySpan<byte> relativeName)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            DerReader whole = new(_encoded.Span);
            if (whole.TryRead(DerTag.Sequence, out DerElement names))
            {
                WriteAll(writer, names.Content(_encoded.Span));
            }

            using (writer.PushSetOf())
            {
                WriteAll(writer, relativeName);
            }
        }

        return writer.Encode();

        static void WriteAll(AsnWriter writer, ReadOnlySpan<byte> elements)
        {
            DerReader reader = new(elements);
            while (reader.TryRead(out DerElement element))
            {
                writer.WriteEncodedValue(element.Encoded(elements));
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(DistinguishedName? other) =>
        other is not null
            && (ReferenceEquals(this, other) || _encoded.Span.SequenceEqual(other._encoded.Span)
                || Canonical.SequenceEqual(other.Canonical));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Canonical);
        return hash.ToHashCode();
    }

    /// <summary>
    /// Most specific attribute first, as in RFC 4514: <c>CN=…, O=…, C=…</c>. Control characters are escaped; of a name longer than
    /// <see cref="VisibleText.MaxHiding"/> the beginning.
    /// </summary>
    public override string ToString() => _text ??= Format();

    private string Format()
    {
        StringBuilder result = new();
        for (int i = RelativeNames.Count - 1; i >= 0 && result.Length < VisibleText.MaxHiding; i--)
        {
            result.Append(result.Length > 0 ? ", " : "");
            for (int j = 0; j < RelativeNames[i].Count && result.Length < VisibleText.MaxHiding; j++)
            {
                AttributeValue attribute = RelativeNames[i][j];
                result.Append(j > 0 ? "+" : "").Append(attribute.Name).Append('=');
                AppendEscaped(result, attribute.Value);
            }
        }

        return result.Length < VisibleText.MaxHiding ? result.ToString() : result.Append('…').ToString();
    }

    /// <summary>RFC 4514 §2.4; and whatever could steer a terminal is shown as its code.</summary>
    private static void AppendEscaped(StringBuilder result, string value)
    {
        int length;
        for (int i = 0; i < value.Length && result.Length < VisibleText.MaxHiding; i += length)
        {
            char c = value[i];
            bool atEdge = i == 0 || i == value.Length - 1;
            Rune.DecodeFromUtf16(value.AsSpan(i), out Rune rune, out length);
            if (VisibleText.IsHidden(rune))
            {
                foreach (byte octet in Encoding.UTF8.GetBytes(rune.ToString()))
                {
                    result.Append('\\').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
                }

                continue;
            }

            if (c is ',' or '+' or '"' or '\\' or '<' or '>' or ';' || (c == ' ' && atEdge) || (c == '#' && i == 0))
            {
                result.Append('\\');
            }

            result.Append(rune.ToString());
        }
    }
}

using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.Stores;

/// <summary>The names OpenSSL looks certificates up by in a directory: <c>&lt;8 hex digits&gt;.&lt;n&gt;</c> (openssl-rehash(1)).</summary>
public static class OpenSslNameHash
{
    // ASN1_MASK_CANON in OpenSSL's crypto/asn1: these string types are brought to one form, all others stay as they are.
    private static bool IsText(Asn1Tag tag) => tag.TagClass == TagClass.Universal && tag.TagValue is
        (int)UniversalTagNumber.UTF8String or (int)UniversalTagNumber.BMPString or (int)UniversalTagNumber.UniversalString
        or (int)UniversalTagNumber.PrintableString or (int)UniversalTagNumber.T61String or (int)UniversalTagNumber.IA5String
        or (int)UniversalTagNumber.VisibleString;

    /// <summary>The hash since OpenSSL 1.0: SHA-1 over the canonical name.</summary>
    /// <param name="name">A distinguished name, DER.</param>
    /// <returns>Eight lower-case hexadecimal digits; null when the name is not DER.</returns>
    public static string? Current(ReadOnlyMemory<byte> name)
    {
        try
        {
            using IncrementalHash sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            AsnReader rdns = new AsnReader(name, AsnEncodingRules.BER).ReadSequence();
            while (rdns.HasData)
            {
                AsnReader rdn = rdns.ReadSetOf(skipSortOrderValidation: true);
                AsnWriter canonical = new(AsnEncodingRules.DER);
                using (canonical.PushSetOf())
                {
                    while (rdn.HasData)
                    {
                        AsnReader attribute = rdn.ReadSequence();
                        using (canonical.PushSequence())
                        {
                            canonical.WriteEncodedValue(attribute.ReadEncodedValue().Span);
                            WriteCanonical(canonical, attribute);
                        }
                    }
                }

                sha1.AppendData(canonical.Encode());
            }

            return Text(sha1.GetHashAndReset());
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>The hash before OpenSSL 1.0, which some programs still look for: MD5 over the name as it is encoded.</summary>
    /// <param name="name">A distinguished name, DER.</param>
    /// <returns>Eight lower-case hexadecimal digits.</returns>
#pragma warning disable CA5351 // a file name, no protection
    public static string Legacy(ReadOnlyMemory<byte> name) => Text(MD5.HashData(name.Span));
#pragma warning restore CA5351

    private static string Text(byte[] hash) =>
        ((uint)(hash[0] | hash[1] << 8 | hash[2] << 16 | hash[3] << 24)).ToString("x8", CultureInfo.InvariantCulture);

    private static void WriteCanonical(AsnWriter writer, AsnReader attribute)
    {
        Asn1Tag tag = attribute.PeekTag();
        if (!IsText(tag))
        {
            writer.WriteEncodedValue(attribute.ReadEncodedValue().Span);
            return;
        }

        ReadOnlyMemory<byte> encoded = attribute.ReadEncodedValue();
        AsnDecoder.ReadEncodedValue(encoded.Span, AsnEncodingRules.BER, out int offset, out int length, out _);
        ReadOnlySpan<byte> content = encoded.Span.Slice(offset, length);
        string text = tag.TagValue switch
        {
            (int)UniversalTagNumber.BMPString => Encoding.BigEndianUnicode.GetString(content),
            (int)UniversalTagNumber.UniversalString => new UTF32Encoding(bigEndian: true, byteOrderMark: false).GetString(content),
            (int)UniversalTagNumber.UTF8String => Encoding.UTF8.GetString(content),
            _ => Encoding.Latin1.GetString(content),
        };
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, Fold(text));
    }

    // asn1_string_canon: outer white space goes, inner runs become one blank, ASCII letters become small.
    private static string Fold(string text)
    {
        StringBuilder folded = new(text.Length);
        bool blank = false;
        foreach (char letter in text)
        {
            if (letter is ' ' or '\t' or '\n' or '\v' or '\f' or '\r')
            {
                blank = folded.Length > 0;
                continue;
            }

            if (blank)
            {
                folded.Append(' ');
                blank = false;
            }

            folded.Append(letter is >= 'A' and <= 'Z' ? (char)(letter | 0x20) : letter);
        }

        return folded.ToString();
    }
}

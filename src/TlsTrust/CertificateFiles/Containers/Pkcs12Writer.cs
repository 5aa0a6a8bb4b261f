using System.Formats.Asn1;
using System.Text;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>How a PKCS#12 is written.</summary>
internal sealed record Pkcs12Style
{
    /// <summary>
    /// 3DES and SHA-1, which Windows Server 2016 and older, and Java 8 before update 301, want; else AES-256 and SHA-256.
    /// </summary>
    public bool ForOldReaders { get; init; }

    /// <summary>The password of the seal, the key and the certificates.</summary>
    public required string Password { get; init; }
}

/// <summary>Writes PKCS#12 (RFC 7292).</summary>
internal static class Pkcs12Writer
{
    // What Windows writes is read everywhere and as fast as it is guessed; 100,000 rounds take every reader a tenth of a second.
    private const int OldRounds = 2_000;
    private const int Rounds = 100_000;

    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>A whole file.</summary>
    public static byte[] Write(IEnumerable<KeyStoreItem> items, Pkcs12Style style)
    {
        KeyStoreItem[] all = [.. items];
        KeyStoreItem[] certificates = [.. all.Where(item => item.Kind is KeyStoreItemKind.Certificate or KeyStoreItemKind.Anchor)];
        KeyStoreItem[] keys = [.. all.Where(item => item.Kind == KeyStoreItemKind.PrivateKey)];
        List<byte[]> safes = [];
        if (certificates.Length > 0)
        {
            safes.Add(Hidden(Bags(certificates, style), style.Password, style.ForOldReaders));
        }

        if (keys.Length > 0)
        {
            safes.Add(Data(Bags(keys, style)));
        }

        return Seal(safes.Select(safe => (ReadOnlyMemory<byte>)safe), content =>
            Pkcs12Seal.Make(content, style.Password, style.ForOldReaders));
    }

    /// <summary>A file in which nothing is secret, so nothing is encrypted or sealed: Java reads it with any password or none.</summary>
    public static byte[] WriteOpen(IEnumerable<KeyStoreItem> certificates) =>
        Seal([Data(Bags([.. certificates], new() { Password = "" }))], _ => []);

    /// <summary>
    /// The same file with more certificates: everything that was in it stays as it stands, names, attributes and encryption, byte for byte;
    /// only the seal is made anew, in its own way.
    /// </summary>
    public static byte[] Add(Pkcs12Content store, IEnumerable<KeyStoreItem> certificates)
    {
        string password = store.Password ?? "";
        byte[] bags = Bags([.. certificates], new() { Password = password });
        byte[] added = store.HidesCertificates ? Hidden(bags, password, store.IsForOldReaders) : Data(bags);
        return Seal(
            store.Safes.Append(added), content => store.Mac.IsEmpty ? [] : Pkcs12Seal.Renew(store.Mac, content, store.Password));
    }

    private static byte[] Seal(IEnumerable<ReadOnlyMemory<byte>> safes, Func<byte[], byte[]> sealOf)
    {
        // BER, since what others wrote with indefinite lengths stays as it stands.
        AsnWriter authenticated = new(AsnEncodingRules.BER);
        using (authenticated.PushSequence())
        {
            foreach (ReadOnlyMemory<byte> safe in safes)
            {
                authenticated.WriteEncodedValue(safe.Span);
            }
        }

        byte[] content = authenticated.Encode();
        AsnWriter pfx = new(AsnEncodingRules.DER);
        using (pfx.PushSequence())
        {
            pfx.WriteInteger(3);
            pfx.WriteEncodedValue(Data(content));
            byte[] mac = sealOf(content);
            if (mac.Length > 0)
            {
                pfx.WriteEncodedValue(mac);
            }
        }

        return pfx.Encode();
    }

    private static byte[] Bags(IReadOnlyList<KeyStoreItem> items, Pkcs12Style style)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (KeyStoreItem item in items)
            {
                using (writer.PushSequence())
                {
                    WriteValue(writer, item, style);
                    WriteAttributes(writer, item);
                }
            }
        }

        return writer.Encode();
    }

    private static void WriteValue(AsnWriter writer, KeyStoreItem item, Pkcs12Style style)
    {
        if (item.Kind == KeyStoreItemKind.PrivateKey)
        {
            writer.WriteObjectIdentifier(Pkcs12Oids.ShroudedKeyBag);
            using (writer.PushSequence(Context0))
            {
                writer.WriteEncodedValue(PasswordProtection.EncryptKey(
                    item.Content.Span, style.Password, style.ForOldReaders, style.ForOldReaders ? OldRounds : Rounds));
            }

            return;
        }

        writer.WriteObjectIdentifier(Pkcs12Oids.CertificateBag);
        using (writer.PushSequence(Context0))
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Pkcs12Oids.X509Certificate);
                using (writer.PushSequence(Context0))
                {
                    writer.WriteOctetString(item.Content.Span);
                }
            }
        }
    }

    private static void WriteAttributes(AsnWriter writer, KeyStoreItem item)
    {
        if (item is { Name: null, KeyId.IsEmpty: true, Kind: not KeyStoreItemKind.Anchor })
        {
            return;
        }

        using (writer.PushSetOf())
        {
            if (item.Name is { } name)
            {
                WriteAttribute(writer, Pkcs12Oids.FriendlyName, () => writer.WriteEncodedValue(BmpString(name)));
            }

            if (!item.KeyId.IsEmpty)
            {
                WriteAttribute(writer, Pkcs12Oids.LocalKeyId, () => writer.WriteOctetString(item.KeyId.Span));
            }

            if (item.Kind == KeyStoreItemKind.Anchor)
            {
                WriteAttribute(writer, Pkcs12Oids.TrustedKeyUsage, () => writer.WriteObjectIdentifier(Pkcs12Oids.AnyExtendedKeyUsage));
            }
        }
    }

    private static void WriteAttribute(AsnWriter writer, string kind, Action value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(kind);
            using (writer.PushSetOf())
            {
                value();
            }
        }
    }

    // Windows writes UTF-16 here, surrogates and all, for which the platform's writer has no word.
    private static byte[] BmpString(string text)
    {
        AsnWriter octets = new(AsnEncodingRules.DER);
        octets.WriteOctetString(Encoding.BigEndianUnicode.GetBytes(text));
        byte[] encoded = octets.Encode();
        encoded[0] = (byte)UniversalTagNumber.BMPString;
        return encoded;
    }

    private static byte[] Data(byte[] content)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Pkcs12Oids.Data);
            using (writer.PushSequence(Context0))
            {
                writer.WriteOctetString(content);
            }
        }

        return writer.Encode();
    }

    private static byte[] Hidden(byte[] bags, string password, bool forOldReaders)
    {
        (byte[] algorithm, byte[] encrypted) =
            PasswordProtection.Encrypt(bags, password, forOldReaders, forOldReaders ? OldRounds : Rounds);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Pkcs12Oids.EncryptedData);
            using (writer.PushSequence(Context0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Pkcs12Oids.Data);
                    writer.WriteEncodedValue(algorithm);
                    writer.WriteOctetString(encrypted, new Asn1Tag(TagClass.ContextSpecific, 0));
                }
            }
        }

        return writer.Encode();
    }
}

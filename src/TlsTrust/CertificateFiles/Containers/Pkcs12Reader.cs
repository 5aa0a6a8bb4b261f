using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>A PKCS#12 that was opened.</summary>
internal sealed record Pkcs12Content
{
    /// <summary>What is in it, in its order.</summary>
    public required IReadOnlyList<KeyStoreItem> Items { get; init; }

    /// <summary>The password that opened it; null for none at all.</summary>
    public required string? Password { get; init; }

    /// <summary>Each ContentInfo of the authenticated safe, as it stands.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Safes { get; init; }

    /// <summary>MacData as it stands; empty where the file has no seal.</summary>
    public required ReadOnlyMemory<byte> Mac { get; init; }

    /// <summary>True when certificates are encrypted.</summary>
    public bool HidesCertificates { get; init; }

    /// <summary>True when something in it is encrypted as old readers want it.</summary>
    public bool IsForOldReaders { get; init; }

    /// <summary>True when there is a key that can't be opened here.</summary>
    public bool HasClosedKey { get; init; }
}

/// <summary>Why a PKCS#12 was not opened, or what is in it.</summary>
/// <param name="Content">What is in it; null where it was not opened.</param>
/// <param name="IsWrongPassword">The password is another.</param>
/// <param name="Fault">What hinders, where it is not the password.</param>
internal sealed record Pkcs12Result(Pkcs12Content? Content, bool IsWrongPassword, string? Fault);

/// <summary>
/// Reads PKCS#12 (RFC 7292) of every common maker, in the platform's stead: that one does what the file asks for, however long it takes,
/// knows no RC2 beside OpenSSL 3, and loses the order, the names and the keys it has no class for.
/// </summary>
internal static class Pkcs12Reader
{
    private const int MaxNesting = 8; // bags within bags; nobody writes any

    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Opens it with the first password that fits.</summary>
    public static Pkcs12Result Read(ReadOnlyMemory<byte> data, IEnumerable<string?> passwords, CancellationToken cancellation)
    {
        DerivationBudget budget = new(cancellation);
        try
        {
            AsnReader pfx = new AsnReader(data, AsnEncodingRules.BER).ReadSequence();
            pfx.ReadInteger();
            AsnReader safe = pfx.ReadSequence();
            string integrity = safe.ReadObjectIdentifier();
            if (integrity != Pkcs12Oids.Data)
            {
                return new(null, false, "it is sealed by a signature and not by a password");
            }

            byte[] content = Octets(safe.ReadSequence(Context0));
            ReadOnlyMemory<byte> mac = pfx.HasData ? pfx.ReadEncodedValue() : default;
            string? fault = null;
            foreach (string? password in passwords)
            {
                try
                {
                    if (mac.IsEmpty || Pkcs12Seal.Fits(mac, content, password, budget))
                    {
                        return new(Open(content, mac, password, budget), false, null);
                    }
                }
                catch (CryptographicException) when (mac.IsEmpty)
                {
                    // Without a seal, what does not decrypt is how a wrong password shows.
                }
                catch (CryptographicException damaged)
                {
                    fault ??= damaged.Message;
                }
            }

            return new(null, fault is null, fault);
        }
        catch (AsnContentException broken)
        {
            return new(null, false, $"it is damaged: {broken.Message}");
        }
        catch (Exception refused) when (refused is DerivationLimitException or NotSupportedException)
        {
            return new(null, false, refused.Message);
        }
    }

    private static Pkcs12Content Open(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> mac, string? password, DerivationBudget budget)
    {
        Opening opening = new(password, budget);
        List<ReadOnlyMemory<byte>> safes = [];
        AsnReader all = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        while (all.HasData)
        {
            safes.Add(all.PeekEncodedValue());
            AsnReader safe = all.ReadSequence();
            string kind = safe.ReadObjectIdentifier();
            AsnReader inner = safe.ReadSequence(Context0);
            switch (kind)
            {
                case Pkcs12Oids.Data:
                    opening.ReadBags(Octets(inner), hidden: false, MaxNesting);
                    break;
                case Pkcs12Oids.EncryptedData:
                    opening.ReadEncrypted(inner.ReadSequence());
                    break;
                default:
                    throw new NotSupportedException("a part of it is under a public key and not under a password");
            }
        }

        return new()
        {
            Items = opening.Items,
            Password = password,
            Safes = safes,
            Mac = mac,
            HidesCertificates = opening.HidesCertificates,
            IsForOldReaders = opening.IsForOldReaders,
            HasClosedKey = opening.HasClosedKey,
        };
    }

    private static byte[] Octets(AsnReader reader) => reader.ReadOctetString();

    private sealed class Opening(string? password, DerivationBudget budget)
    {
        public List<KeyStoreItem> Items { get; } = [];

        public bool HidesCertificates { get; private set; }

        public bool IsForOldReaders { get; private set; }

        public bool HasClosedKey { get; private set; }

        public void ReadEncrypted(AsnReader encryptedData)
        {
            encryptedData.ReadInteger();
            AsnReader info = encryptedData.ReadSequence();
            info.ReadObjectIdentifier();
            ReadOnlyMemory<byte> algorithm = info.ReadEncodedValue();
            Note(algorithm);
            Asn1Tag tag = info.PeekTag();
            byte[] encrypted = info.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0, tag.IsConstructed));
            ReadBags(PasswordProtection.Decrypt(algorithm, encrypted, password, budget), hidden: true, MaxNesting);
        }

        public void ReadBags(ReadOnlyMemory<byte> contents, bool hidden, int nesting)
        {
            AsnReader bags = new AsnReader(contents, AsnEncodingRules.BER).ReadSequence();
            while (bags.HasData)
            {
                AsnReader bag = bags.ReadSequence();
                string kind = bag.ReadObjectIdentifier();
                ReadOnlyMemory<byte> value = bag.ReadSequence(Context0).ReadEncodedValue();
                Attributes attributes = Attributes.Read(bag);
                switch (kind)
                {
                    case Pkcs12Oids.CertificateBag:
                        HidesCertificates |= hidden;
                        AddCertificate(value, attributes);
                        break;
                    case Pkcs12Oids.KeyBag:
                        Add(KeyStoreItemKind.PrivateKey, value, attributes);
                        break;
                    case Pkcs12Oids.ShroudedKeyBag:
                        AddShrouded(value, attributes);
                        break;
                    case Pkcs12Oids.SafeBag when nesting > 0:
                        ReadBags(value, hidden, nesting - 1);
                        break;
                    default:
                        Add(KeyStoreItemKind.Other, value, attributes);
                        break;
                }
            }
        }

        private void AddCertificate(ReadOnlyMemory<byte> value, Attributes attributes)
        {
            AsnReader bag = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
            bool isX509 = bag.ReadObjectIdentifier() == Pkcs12Oids.X509Certificate;
            ReadOnlyMemory<byte> content = Octets(bag.ReadSequence(Context0));
            Add(!isX509 ? KeyStoreItemKind.Other : attributes.IsAnchor ? KeyStoreItemKind.Anchor
                : KeyStoreItemKind.Certificate, content, attributes);
        }

        private void AddShrouded(ReadOnlyMemory<byte> value, Attributes attributes)
        {
            ReadOnlyMemory<byte> key = default;
            try
            {
                Note(new AsnReader(value, AsnEncodingRules.BER).ReadSequence().PeekEncodedValue());
                key = PasswordProtection.DecryptKey(value, password, budget);
                new AsnReader(key, AsnEncodingRules.BER).ReadSequence().ReadInteger();
            }
            catch (Exception fault) when (fault is NotSupportedException or CryptographicException or AsnContentException)
            {
                // Java lets a key have a password of its own.
                key = default;
                HasClosedKey = true;
            }

            Add(KeyStoreItemKind.PrivateKey, key, attributes);
        }

        private void Note(ReadOnlyMemory<byte> algorithm) =>
            IsForOldReaders |= new AsnReader(algorithm, AsnEncodingRules.BER).ReadSequence()
                .ReadObjectIdentifier() != PasswordProtection.Pbes2;

        private void Add(KeyStoreItemKind kind, ReadOnlyMemory<byte> content, Attributes attributes) =>
            Items.Add(new() { Kind = kind, Content = content, Name = attributes.Name, KeyId = attributes.KeyId });
    }

    private readonly record struct Attributes(string? Name, ReadOnlyMemory<byte> KeyId, bool IsAnchor)
    {
        public static Attributes Read(AsnReader bag)
        {
            string? name = null;
            ReadOnlyMemory<byte> keyId = default;
            bool isAnchor = false;
            AsnReader? all = bag.HasData ? bag.ReadSetOf(skipSortOrderValidation: true) : null;
            while (all is { HasData: true })
            {
                AsnReader attribute = all.ReadSequence();
                string kind = attribute.ReadObjectIdentifier();
                AsnReader values = attribute.ReadSetOf(skipSortOrderValidation: true);
                switch (kind)
                {
                    case Pkcs12Oids.FriendlyName when values.HasData
                        && values.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.BMPString)):
                        // Not by the platform's reader, which throws at half a surrogate pair.
                        name = Encoding.BigEndianUnicode.GetString(values.PeekContentBytes().Span);
                        break;
                    case Pkcs12Oids.LocalKeyId when values.HasData && values.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString):
                        keyId = values.ReadOctetString();
                        break;
                    case Pkcs12Oids.TrustedKeyUsage:
                        isAnchor = true;
                        break;
                }
            }

            return new(name, keyId, isAnchor);
        }

    }
}

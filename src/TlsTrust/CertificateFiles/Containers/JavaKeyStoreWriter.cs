using System.Buffers.Binary;
using System.Text;

namespace TlsTrust.CertificateFiles.Containers;

/// <summary>Writes Java's JKS, which Java 8 and older server software want.</summary>
internal static class JavaKeyStoreWriter
{
    private const int KeyEntry = 1;
    private const int TrustedEntry = 2;

    /// <summary>A whole file: the key with its chain, or anchors.</summary>
    /// <param name="items">A private key and its chain, leaf first; or anchors alone, each with its name.</param>
    /// <param name="password">Of the seal and of the key.</param>
    /// <param name="at">Date of creation, which every entry has.</param>
    public static byte[] Write(IReadOnlyList<KeyStoreItem> items, string password, DateTime at)
    {
        using MemoryStream store = new();
        KeyStoreItem? key = items.FirstOrDefault(item => item.Kind == KeyStoreItemKind.PrivateKey);
        KeyStoreItem[] certificates = [.. items.Where(item => item.Kind is KeyStoreItemKind.Certificate or KeyStoreItemKind.Anchor)];
        Number(store, JavaKeyStore.Magic);
        Number(store, 2);
        Number(store, key is null ? certificates.Length : 1);
        if (key is not null)
        {
            Begin(store, KeyEntry, key.Name ?? "1", at);
            Bytes(store, JavaKeyProtection.Hide(key.Content.Span, password));
            Number(store, certificates.Length);
            foreach (KeyStoreItem certificate in certificates)
            {
                X509(store, certificate);
            }
        }
        else
        {
            foreach (KeyStoreItem certificate in certificates)
            {
                Begin(store, TrustedEntry, certificate.Name ?? "1", at);
                X509(store, certificate);
            }
        }

        byte[] content = store.ToArray();
        return [.. content, .. JavaKeyStore.SealOf(content, password)];
    }

    private static void Begin(Stream store, int tag, string alias, DateTime at)
    {
        Number(store, tag);
        Text(store, alias);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)).ToUnixTimeMilliseconds());
        store.Write(time);
    }

    private static void X509(Stream store, KeyStoreItem certificate)
    {
        Text(store, "X.509");
        Bytes(store, certificate.Content.Span);
    }

    // Java's modified UTF-8 is UTF-8 for what an alias has.
    private static void Text(Stream store, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        store.Write([(byte)(bytes.Length >> 8), (byte)bytes.Length]);
        store.Write(bytes);
    }

    private static void Bytes(Stream store, ReadOnlySpan<byte> bytes)
    {
        Number(store, bytes.Length);
        store.Write(bytes);
    }

    private static void Number(Stream store, long value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(four, (uint)value);
        store.Write(four);
    }
}

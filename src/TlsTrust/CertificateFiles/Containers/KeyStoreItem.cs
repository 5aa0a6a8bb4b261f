namespace TlsTrust.CertificateFiles.Containers;

/// <summary>What an entry of a key store is.</summary>
internal enum KeyStoreItemKind
{
    /// <summary>A certificate that belongs to a key, or to its chain.</summary>
    Certificate,

    /// <summary>A certificate that is trusted by its being there.</summary>
    Anchor,

    /// <summary>A private key.</summary>
    PrivateKey,

    /// <summary>Anything else: revocation lists, secrets.</summary>
    Other,
}

/// <summary>One entry of a key store.</summary>
internal sealed record KeyStoreItem
{
    /// <summary>What it is.</summary>
    public required KeyStoreItemKind Kind { get; init; }

    /// <summary>The certificate's DER, or the key as PKCS#8 in the clear; empty for a key that can't be opened.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Friendly name, alias.</summary>
    public string? Name { get; init; }

    /// <summary>What ties a key to its certificate (PKCS#9 localKeyId); empty where nothing does.</summary>
    public ReadOnlyMemory<byte> KeyId { get; init; }
}

using System.Security.Cryptography;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Keys;

/// <summary>An algorithm identifier of a signature (RFC 5280 §4.1.1.2), with its parameters.</summary>
public sealed class SignatureAlgorithm
{
    private readonly ReadOnlyMemory<byte> _encoded;

    /// <summary>Reads an AlgorithmIdentifier; what can't be read has an empty <see cref="Oid"/>.</summary>
    public SignatureAlgorithm(ReadOnlyMemory<byte> algorithmIdentifier)
    {
        _encoded = algorithmIdentifier;
        ReadOnlySpan<byte> document = algorithmIdentifier.Span;
        DerReader whole = new(document);
        if (!whole.TryRead(DerTag.Sequence, out DerElement sequence))
        {
            return;
        }

        DerReader parts = whole.Enter(sequence);
        if (!parts.TryRead(DerTag.ObjectIdentifier, out DerElement oid)
            || !DerValue.TryObjectIdentifier(oid.Content(document), out string dotted))
        {
            return;
        }

        Oid = dotted;
        (Name, SignatureKind kind, HashAlgorithmName hash) = SignatureAlgorithms.Find(dotted);
        Kind = kind;
        Hash = hash;
        if (kind == SignatureKind.RsaPss && PssParameters.TryRead(document, parts, out PssParameters? pss))
        {
            Pss = pss;
            Hash = pss.Hash;
            Name = $"RSASSA-PSS-{SignatureAlgorithms.HashName(pss.Hash)}";
        }
    }

    /// <summary>
    /// OpenSSL's long name, for example <c>sha256WithRSAEncryption</c>, <c>ecdsa-with-SHA256</c>; the dotted form where there is none.
    /// </summary>
    public string Name { get; } = "unreadable";

    /// <summary>Object identifier in dotted form.</summary>
    public string Oid { get; } = "";

    /// <summary>True when its hash function is broken: MD2, MD4, MD5 or SHA-1.</summary>
    public bool IsWeak => Kind is SignatureKind.BrokenHash || (Hash is { Name: { } name } && name is "MD5" or "SHA1");

    /// <summary>The DER encoding of the AlgorithmIdentifier.</summary>
    public ReadOnlyMemory<byte> RawData => _encoded;

    internal SignatureKind Kind { get; }

    internal HashAlgorithmName Hash { get; }

    internal PssParameters? Pss { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

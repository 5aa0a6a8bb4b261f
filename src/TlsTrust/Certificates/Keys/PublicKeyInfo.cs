using System.Numerics;
using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Keys;

/// <summary>Kinds of public key.</summary>
public enum PublicKeyKind
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>RSA (RFC 3279 §2.3.1), also restricted to PSS (RFC 4055).</summary>
    Rsa,

    /// <summary>Elliptic curve (RFC 5480).</summary>
    EllipticCurve,

    /// <summary>DSA (RFC 3279 §2.3.2).</summary>
    Dsa,

    /// <summary>Ed25519 (RFC 8410).</summary>
    Ed25519,

    /// <summary>Ed448 (RFC 8410).</summary>
    Ed448,

    /// <summary>ML-DSA (RFC 9881).</summary>
    MlDsa,

    /// <summary>SLH-DSA (RFC 9909).</summary>
    SlhDsa,

    /// <summary>GOST R 34.10 (RFC 4491, RFC 9215).</summary>
    Gost,
}

/// <summary>Subject public key info, RFC 5280 §4.1.2.7.</summary>
public sealed class PublicKeyInfo : IEquatable<PublicKeyInfo>
{
    private readonly ReadOnlyMemory<byte> _encoded;

    /// <summary>Reads a SubjectPublicKeyInfo; what can't be read has kind <see cref="PublicKeyKind.Unknown"/>.</summary>
    public PublicKeyInfo(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        _encoded = subjectPublicKeyInfo;
        Read(subjectPublicKeyInfo.Span);
    }

    /// <summary>What kind of key it is.</summary>
    public PublicKeyKind Kind { get; private set; }

    /// <summary>Length of the modulus, of the field, or of the prime, in bits; 0 where unknown.</summary>
    public int SizeInBits { get; private set; }

    /// <summary>Object identifier of the named curve; null for other keys and for curves given by explicit parameters.</summary>
    public string? CurveOid { get; private set; }

    /// <summary>Object identifier of the key's algorithm; empty where it can't be read.</summary>
    public string AlgorithmOid { get; private set; } = "";

    /// <summary>The DER encoding.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _encoded;

    /// <summary>Contents of the subjectPublicKey bit string; what SHA-1 key identifiers are made of (RFC 5280 §4.2.1.2).</summary>
    public ReadOnlyMemory<byte> KeyBits { get; private set; }

    /// <summary>Modulus of an RSA key, big-endian without leading zero.</summary>
    internal ReadOnlyMemory<byte> Modulus { get; private set; }

    /// <summary>Public exponent of an RSA key, big-endian without leading zero.</summary>
    internal ReadOnlyMemory<byte> Exponent { get; private set; }

    /// <summary>Why nobody can compute with it, in words that follow "its public key"; null where nothing is known against it.</summary>
    public string? Fault => AlgorithmOid.Length == 0 ? "can't be read"
        : Kind == PublicKeyKind.Unknown && AlgorithmOid is Oids.RsaEncryption or Oids.RsaPss ? "is no RSA key that can be read"
        : Kind == PublicKeyKind.Rsa && (Exponent.Length == 0 || (Exponent.Span[^1] & 1) == 0 || Exponent.Span is [1])
            ? "has an exponent that RSA does not work with"
        : Kind == PublicKeyKind.Rsa && !PublicKeys.IsWithinLimits(this) ? $"has {SizeInBits} bits, more than is computed with"
        : Kind == PublicKeyKind.EllipticCurve && KeyBits.Length < 2 ? "is no point of its curve"
        : null;

    /// <summary>
    /// What an RSA key of <c>id-RSASSA-PSS</c> is restricted to: hash, mask hash, and the salt at least (RFC 4055 §3.3); null for a key
    /// without restrictions.
    /// </summary>
    internal PssParameters? PssRestriction { get; private set; }

    /// <summary>The same key over bytes of its own.</summary>
    internal PublicKeyInfo Copy() => new(_encoded.ToArray());

    /// <inheritdoc/>
    public bool Equals(PublicKeyInfo? other) => other is not null && _encoded.Span.SequenceEqual(other._encoded.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKeyInfo);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_encoded.Span);
        return hash.ToHashCode();
    }

    /// <summary>For example <c>RSA 2048</c>, <c>EC P-256</c>, <c>Ed25519</c>, <c>ML-DSA-65</c>.</summary>
    public override string ToString() => Kind switch
    {
        PublicKeyKind.Rsa => $"RSA {SizeInBits}",
        PublicKeyKind.EllipticCurve => CurveOid is null ? "EC (explicit parameters)" : $"EC {EllipticCurves.Name(CurveOid)}",
        PublicKeyKind.Dsa => $"DSA {SizeInBits}",
        PublicKeyKind.MlDsa or PublicKeyKind.SlhDsa => PostQuantumNames.Find(AlgorithmOid) ?? Kind.ToString(),
        PublicKeyKind.Gost => $"GOST R 34.10 {SizeInBits}",
        PublicKeyKind.Unknown => AlgorithmOid.Length > 0 ? AlgorithmOid : "unreadable",
        _ => Kind.ToString(),
    };

    private void Read(ReadOnlySpan<byte> document)
    {
        DerReader whole = new(document);
        if (!whole.TryRead(DerTag.Sequence, out DerElement sequence))
        {
            return;
        }

        DerReader parts = whole.Enter(sequence);
        if (!parts.TryRead(DerTag.Sequence, out DerElement algorithm) || !parts.TryRead(DerTag.BitString, out DerElement key))
        {
            return;
        }

        DerReader identifier = whole.Enter(algorithm);
        if (!identifier.TryRead(DerTag.ObjectIdentifier, out DerElement oid)
            || !DerValue.TryObjectIdentifier(oid.Content(document), out string dotted)
            || !DerValue.TryBitString(key.Content(document), out _, out _))
        {
            return;
        }

        AlgorithmOid = dotted;
        KeyBits = _encoded.Slice(key.ContentOffset + 1, key.Length - 1);
        identifier.TryReadOptional(identifier.NextTag, out DerElement parameters);
        switch (dotted)
        {
            case Oids.RsaPss when parameters.IsPresent:
                // Whoever can't read what the key is restricted to can't use it.
                DerReader restriction = whole.Enter(algorithm);
                restriction.TryRead(DerTag.ObjectIdentifier, out _);
                if (PssParameters.TryRead(document, restriction, out PssParameters? pss))
                {
                    PssRestriction = pss;
                    ReadRsa();
                }

                break;
            case Oids.RsaEncryption or Oids.RsaPss:
                ReadRsa();
                break;
            case Oids.EcPublicKey:
                ReadCurve(parameters.IsPresent && parameters.Tag == DerTag.ObjectIdentifier ? parameters.Content(document) : default);
                break;
            case Oids.Dsa:
                Kind = PublicKeyKind.Dsa;
                ReadDsaSize(whole, parameters, document);
                break;
            case Oids.Ed25519:
                Kind = PublicKeyKind.Ed25519;
                SizeInBits = 256;
                break;
            case Oids.Ed448:
                Kind = PublicKeyKind.Ed448;
                SizeInBits = 456;
                break;
            case Oids.Gost2001Key or Oids.Gost256Key or Oids.Gost512Key:
                Kind = PublicKeyKind.Gost;
                SizeInBits = dotted == Oids.Gost512Key ? 512 : 256;
                break;
            default:
                Kind = PostQuantumNames.KindOf(dotted);
                SizeInBits = Kind == PublicKeyKind.Unknown ? 0 : KeyBits.Length * 8;
                break;
        }
    }

    private void ReadRsa()
    {
        ReadOnlySpan<byte> key = KeyBits.Span;
        DerReader whole = new(key);
        if (!whole.TryRead(DerTag.Sequence, out DerElement sequence))
        {
            return;
        }

        DerReader numbers = whole.Enter(sequence);
        if (!numbers.TryRead(DerTag.Integer, out DerElement modulus) || !numbers.TryRead(DerTag.Integer, out DerElement exponent)
            || modulus.Length == 0 || exponent.Length == 0 || modulus.Content(key)[0] >= 0x80 || exponent.Content(key)[0] >= 0x80)
        {
            return;
        }

        Kind = PublicKeyKind.Rsa;
        Modulus = TrimZero(KeyBits.Slice(modulus.ContentOffset, modulus.Length));
        Exponent = TrimZero(KeyBits.Slice(exponent.ContentOffset, exponent.Length));
        SizeInBits = BitLength(Modulus.Span);
    }

    private void ReadCurve(ReadOnlySpan<byte> curve)
    {
        Kind = PublicKeyKind.EllipticCurve;
        if (DerValue.TryObjectIdentifier(curve, out string oid))
        {
            CurveOid = oid;
            SizeInBits = EllipticCurves.SizeInBits(oid);
        }
    }

    private void ReadDsaSize(DerReader whole, in DerElement parameters, ReadOnlySpan<byte> document)
    {
        if (parameters.IsPresent && parameters.Tag == DerTag.Sequence)
        {
            DerReader numbers = whole.Enter(parameters);
            if (numbers.TryRead(DerTag.Integer, out DerElement prime))
            {
                SizeInBits = BitLength(TrimZero(_encoded.Slice(prime.ContentOffset, prime.Length)).Span);
            }
        }
    }

    private static ReadOnlyMemory<byte> TrimZero(ReadOnlyMemory<byte> number)
    {
        int zeros = number.Span.IndexOfAnyExcept((byte)0);
        return zeros < 0 ? default : number[zeros..];
    }

    private static int BitLength(ReadOnlySpan<byte> number) =>
        number.IsEmpty ? 0 : (number.Length * 8) - (BitOperations.LeadingZeroCount(number[0]) - 24);
}

using System.Security.Cryptography;

namespace TlsTrust.Certificates;

/// <summary>The three answers about a signature.</summary>
public enum SignatureStatus
{
    /// <summary>The key made it.</summary>
    Valid,

    /// <summary>The key did not make it, or key and algorithm do not go together.</summary>
    Invalid,

    /// <summary>This platform can't tell: an algorithm, a curve or a key size that it does not have, or that we refuse to compute with.</summary>
    NotCheckable,
}

/// <summary>
/// Checks signatures with the platform's cryptography. The one class that does, so that another provider can be put here.
/// DSA and the MD2 and MD4 hashes are never checked: no client accepts them.
/// </summary>
public static class SignatureChecker
{
    /// <summary>Checks the signature of a certificate with the key of another (RFC 5280 §6.1.3 (a)(1)).</summary>
    public static SignatureStatus Check(Certificate child, Certificate issuer)
    {
        ArgumentNullException.ThrowIfNull(child);
        ArgumentNullException.ThrowIfNull(issuer);
        if (!child.SignatureAlgorithmsAgree)
        {
            return SignatureStatus.Invalid;
        }

        // One chain is searched for several clients, each time with the same question.
        if (child.LastCheck is { } last && last.Key.Equals(issuer.PublicKey))
        {
            return last.Status;
        }

        // The same few intermediates come with most servers; a leaf hardly ever comes twice.
        SignatureStatus status = child.IsCA ? KnownSignatures.Check(child, issuer.PublicKey) : Check(child.ToBeSigned, child.SignatureAlgorithm, child.Signature, issuer.PublicKey);
        child.LastCheck = new SignatureCheck(issuer.PublicKey, status);
        return status;
    }

    /// <summary>Checks the signature of a CRL or an OCSP response.</summary>
    /// <param name="toBeSigned">DER encoding of what is signed.</param>
    /// <param name="algorithmIdentifier">DER encoding of the AlgorithmIdentifier.</param>
    /// <param name="signature">The signature, without the octet that counts unused bits.</param>
    /// <param name="key">The key that should have made it.</param>
    public static SignatureStatus Check(ReadOnlySpan<byte> toBeSigned, ReadOnlyMemory<byte> algorithmIdentifier, ReadOnlySpan<byte> signature, PublicKeyInfo key) =>
        Check(toBeSigned, new SignatureAlgorithm(algorithmIdentifier), signature, key);

    /// <summary>Checks a signature of any of the algorithms that certificates use.</summary>
    public static SignatureStatus Check(ReadOnlySpan<byte> toBeSigned, SignatureAlgorithm algorithm, ReadOnlySpan<byte> signature, PublicKeyInfo key)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            return algorithm.Kind switch
            {
                SignatureKind.RsaPkcs1 when key.AlgorithmOid == Oids.RsaPss => SignatureStatus.Invalid,
                SignatureKind.RsaPkcs1 => CheckRsa(toBeSigned, algorithm.Hash, signature, key),
                SignatureKind.RsaPss => CheckPss(toBeSigned, algorithm, signature, key),
                SignatureKind.Ecdsa => CheckEcdsa(toBeSigned, algorithm.Hash, signature, key),
                _ => SignatureStatus.NotCheckable,
            };
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The platform says in this way that it does not have the hash, the curve or the size.
            return SignatureStatus.NotCheckable;
        }
    }

    private static SignatureStatus CheckRsa(ReadOnlySpan<byte> data, HashAlgorithmName hash, ReadOnlySpan<byte> signature, PublicKeyInfo key)
    {
        if (key.Kind != PublicKeyKind.Rsa)
        {
            return SignatureStatus.Invalid;
        }

        return PublicKeys.Rsa(key) is { } rsa ? Answer(rsa.VerifyData(data, signature, hash, RSASignaturePadding.Pkcs1)) : SignatureStatus.NotCheckable;
    }

    private static SignatureStatus CheckPss(ReadOnlySpan<byte> data, SignatureAlgorithm algorithm, ReadOnlySpan<byte> signature, PublicKeyInfo key)
    {
        if (key.Kind != PublicKeyKind.Rsa)
        {
            return SignatureStatus.Invalid;
        }

        if (algorithm.Pss is not { } pss)
        {
            return SignatureStatus.NotCheckable;
        }

        // The platform takes only the salt length of the hash and the same hash for the mask, and says plain "no" to others.
        if (pss.MaskHash == pss.Hash && pss.SaltLength == SignatureAlgorithms.HashLength(pss.Hash))
        {
            return PublicKeys.Rsa(key) is { } rsa ? Answer(rsa.VerifyData(data, signature, pss.Hash, RSASignaturePadding.Pss)) : SignatureStatus.NotCheckable;
        }

        return PublicKeys.IsWithinLimits(key) ? Answer(PssEncoding.Verify(data, signature, pss, key)) : SignatureStatus.NotCheckable;
    }

    private static SignatureStatus CheckEcdsa(ReadOnlySpan<byte> data, HashAlgorithmName hash, ReadOnlySpan<byte> signature, PublicKeyInfo key)
    {
        if (key.Kind != PublicKeyKind.EllipticCurve)
        {
            return SignatureStatus.Invalid;
        }

        return PublicKeys.Ecdsa(key) is { } ecdsa
            ? Answer(ecdsa.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence))
            : SignatureStatus.NotCheckable;
    }

    private static SignatureStatus Answer(bool valid) => valid ? SignatureStatus.Valid : SignatureStatus.Invalid;
}

/// <summary>A key that a signature was checked with, and the answer.</summary>
internal sealed record SignatureCheck(PublicKeyInfo Key, SignatureStatus Status);

using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Keys;
using TlsTrust.Providers;

namespace TlsTrust.Certificates.Signatures;

/// <summary>The three answers about a signature.</summary>
public enum SignatureStatus
{
    /// <summary>The key made it.</summary>
    Valid,

    /// <summary>The key did not make it, or key and algorithm do not go together.</summary>
    Invalid,

    /// <summary>
    /// Neither the platform nor the provider can tell: an algorithm that nobody has, a key that can't be read, or one that we refuse to
    /// compute with.
    /// </summary>
    NotCheckable,
}

/// <summary>
/// Checks signatures: with the platform's cryptography, and what that lacks with the provider that ships beside the engine.
/// Whether a client takes the algorithm at all is the rules' affair.
/// </summary>
public static class SignatureChecker
{
    /// <summary>Checks the signature of a CRL or an OCSP response.</summary>
    /// <param name="toBeSigned">DER encoding of what is signed.</param>
    /// <param name="algorithmIdentifier">DER encoding of the AlgorithmIdentifier.</param>
    /// <param name="signature">The signature, without the octet that counts unused bits.</param>
    /// <param name="key">The key that should have made it.</param>
    public static SignatureStatus Check(ReadOnlySpan<byte> toBeSigned, ReadOnlyMemory<byte> algorithmIdentifier,
        ReadOnlySpan<byte> signature, PublicKeyInfo key) =>
        Check(toBeSigned, new SignatureAlgorithm(algorithmIdentifier), signature, key);

    /// <summary>Checks a signature of any of the algorithms that certificates use.</summary>
    public static SignatureStatus Check(ReadOnlySpan<byte> toBeSigned, SignatureAlgorithm algorithm, ReadOnlySpan<byte> signature,
        PublicKeyInfo key)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(key);
        if (algorithm.Kind == SignatureKind.Unknown || key.Kind == PublicKeyKind.Unknown || key.Fault is not null)
        {
            return SignatureStatus.NotCheckable;
        }

        // Known without computing, and without loading anything that computes.
        if (!SignatureAlgorithms.GoTogether(algorithm, key))
        {
            return SignatureStatus.Invalid;
        }

        // RFC 4055 §3.3: the key's hash and mask bind, and its salt is the least.
        if (key.PssRestriction is { } bound && algorithm.Pss is { } used
            && (bound.Hash != used.Hash || bound.MaskHash != used.MaskHash || used.SaltLength < bound.SaltLength))
        {
            return SignatureStatus.Invalid;
        }

        if (!PublicKeys.IsWithinLimits(key) || (key.PssRestriction is not null && algorithm.Pss is null))
        {
            return SignatureStatus.NotCheckable;
        }

        bool? answer = AskPlatform(toBeSigned, algorithm, signature, key) ?? AskProvider(toBeSigned, algorithm, signature, key);
        return answer switch
        {
            true => SignatureStatus.Valid,
            false => SignatureStatus.Invalid,
            null => SignatureStatus.NotCheckable,
        };
    }

    /// <summary>The platform's answer; null where it has none.</summary>
    private static bool? AskPlatform(ReadOnlySpan<byte> toBeSigned, SignatureAlgorithm algorithm, ReadOnlySpan<byte> signature,
        PublicKeyInfo key)
    {
        try
        {
            return algorithm.Kind switch
            {
                SignatureKind.RsaPkcs1 => PublicKeys.Rsa(key).VerifyData(toBeSigned, signature, algorithm.Hash, RSASignaturePadding.Pkcs1),

                // The platform takes only the salt length of the hash and the same hash for the mask, and says plain "no" to others.
                SignatureKind.RsaPss when algorithm.Pss is { } pss && pss.MaskHash == pss.Hash
                    && pss.SaltLength == SignatureAlgorithms.HashLength(pss.Hash) =>
                    PublicKeys.Rsa(key).VerifyData(toBeSigned, signature, pss.Hash, RSASignaturePadding.Pss),
                SignatureKind.Ecdsa =>
                    PublicKeys.Ecdsa(key).VerifyData(toBeSigned, signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The platform says in this way that it does not have the hash, the curve or the size.
            return null;
        }
    }

    // Not inlined: what stands behind it is neither loaded nor compiled until a signature needs it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool? AskProvider(ReadOnlySpan<byte> toBeSigned, SignatureAlgorithm algorithm, ReadOnlySpan<byte> signature,
        PublicKeyInfo key) =>
        SignatureProviders.Installed?.Verify(toBeSigned, algorithm.RawData.Span, signature, key.SubjectPublicKeyInfo.Span);
}

/// <summary>A key that a signature was checked with, and the answer.</summary>
internal sealed record SignatureCheck(PublicKeyInfo Key, SignatureStatus Status);

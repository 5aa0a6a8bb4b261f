using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using TlsTrust.Providers;

namespace TlsTrust.BouncyCastle;

/// <summary>Signatures by BouncyCastle. How large a key may be is decided by the engine before it asks.</summary>
public sealed class BouncyCastleSignatures : ISignatureProvider
{
    /// <inheritdoc/>
    public bool? Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> algorithmIdentifier, ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        try
        {
            AlgorithmIdentifier algorithm = AlgorithmIdentifier.GetInstance(algorithmIdentifier.ToArray());
            SubjectPublicKeyInfo key = SubjectPublicKeyInfo.GetInstance(subjectPublicKeyInfo.ToArray());
            return Verify(data, algorithm, signature.ToArray(), key);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Damaged keys and parameters bring out of BouncyCastle nearly any exception, null references included. Each means that it
            // can't read them.
            return null;
        }
    }

    private static bool? Verify(ReadOnlySpan<byte> data, AlgorithmIdentifier algorithm, byte[] signature, SubjectPublicKeyInfo key)
    {
        string oid = algorithm.Algorithm.Id;
        if (RsaSignature.IsKnown(oid))
        {
            return RsaSignature.Verify(data, algorithm, signature, key);
        }

        if (SignatureMechanism.Find(oid) is not { } mechanism)
        {
            return null;
        }

        if (!mechanism.Takes(key.Algorithm))
        {
            return false;
        }

        AsymmetricKeyParameter publicKey = PublicKeyFactory.CreateKey(key);
        foreach (ICipherParameters parameters in mechanism.Variants(publicKey))
        {
            ISigner signer = SignerUtilities.GetSigner(mechanism.Name);
            signer.Init(forSigning: false, parameters);
            signer.BlockUpdate(data);
            if (signer.VerifySignature(signature))
            {
                return true;
            }
        }

        return false;
    }
}

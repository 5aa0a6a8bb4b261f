namespace TlsTrust.Providers;

/// <summary>Verifies signatures of algorithms that the platform does not have.</summary>
public interface ISignatureProvider
{
    /// <summary>
    /// Whether a key made a signature; null where the provider has not the algorithm, or can't read the key or the parameters.
    /// </summary>
    /// <param name="data">What is signed.</param>
    /// <param name="algorithmIdentifier">DER encoding of the AlgorithmIdentifier.</param>
    /// <param name="signature">The signature, without the octet that counts unused bits.</param>
    /// <param name="subjectPublicKeyInfo">DER encoding of the key.</param>
    public bool? Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> algorithmIdentifier, ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> subjectPublicKeyInfo);
}

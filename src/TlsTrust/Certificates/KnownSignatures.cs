using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Signatures;

namespace TlsTrust.Certificates;

/// <summary>
/// Answers about signatures of CA certificates, by the SHA-256 of the certificate and the issuer's key. What is kept never
/// changes an answer: the same bytes and the same key have the same one, always.
/// </summary>
internal static class KnownSignatures
{
    /// <summary>More than all public intermediates, at some 300 bytes each. When it is full, it starts anew.</summary>
    private const int Capacity = 4096;

    private static readonly BoundedCache<Signed, SignatureStatus> Kept = new(Capacity);

    internal static SignatureStatus Check(Certificate child, PublicKeyInfo key) =>
        Kept.TryFind(new(child.Sha256, key), out SignatureStatus known)
            ? known
            : Kept.Keep(new(child.Sha256, key.Copy()),
                SignatureChecker.Check(child.ToBeSigned, child.SignatureAlgorithm, child.Signature, key));

    private sealed record Signed(string Certificate, PublicKeyInfo Key);
}

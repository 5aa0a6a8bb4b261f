using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.OpenSsl;

/// <summary>The one chain that OpenSSL 3.x builds (<c>build_chain</c> in <c>crypto/x509/x509_vfy.c</c>): the store first, then what was sent, and never back.</summary>
internal sealed class OpenSslChain
{
    /// <summary>OpenSSL's default verification depth.</summary>
    private const int MaximumDepth = 100;

    private readonly PathQuery query;
    private readonly List<Certificate> chain;
    private readonly List<Certificate> sent;
    private int untrustedCount = 1;

    internal OpenSslChain(PathQuery query)
    {
        this.query = query;
        chain = [query.Leaf];
        sent = [.. query.Presented];
    }

    /// <summary>Leaf first.</summary>
    internal IReadOnlyList<Certificate> Certificates => chain;

    /// <summary>Number of the error that building ends with; 0 for none. Its depth is that of the last certificate.</summary>
    internal int Build()
    {
        bool searchesSent = true;
        bool isTrusted = false;
        while (!isTrusted && chain.Count <= MaximumDepth + 1)
        {
            Certificate current = chain[^1];
            if (FindTrusted(current) is { } trusted)
            {
                if (!LooksSelfSigned(current))
                {
                    chain.Add(trusted);
                }
                else
                {
                    chain[^1] = trusted;
                    untrustedCount--;
                }

                searchesSent = false;
                isTrusted = query.PartialChain || LooksSelfSigned(chain[^1]);
                continue;
            }

            if (!searchesSent)
            {
                break;
            }

            Certificate? issuer = LooksSelfSigned(current) ? null : Best(sent.Where(c => !chain.Contains(c) || chain is [{ IsSelfIssued: true }]), current);
            if (issuer is null)
            {
                break;
            }

            sent.Remove(issuer);
            chain.Add(issuer);
            untrustedCount++;
        }

        if (isTrusted || (query.PartialChain && untrustedCount == chain.Count && IsAnchor(chain[0])))
        {
            return 0;
        }

        return chain.Count > MaximumDepth + 1 ? 22
            : LooksSelfSigned(chain[^1]) ? (chain.Count == 1 ? 18 : 19)
            : untrustedCount < chain.Count ? 2 : 20;
    }

    /// <summary>OpenSSL's EXFLAG_SS: by name, key identifier and kind of key; the signature is not looked at.</summary>
    internal static bool LooksSelfSigned(Certificate certificate) => certificate.IsSelfIssued && IsLikelyIssued(certificate, certificate);

    /// <summary>A self-signed certificate must be the trusted one itself, not its namesake.</summary>
    private Certificate? FindTrusted(Certificate current)
    {
        Certificate? found = Best(query.Anchors.WithSubject(current.Issuer).Where(c => query.Distrusted?.Contains(c) != true), current);
        return found is not null && LooksSelfSigned(current) && !found.Equals(current) ? null : found;
    }

    private bool IsAnchor(Certificate certificate) => query.Anchors.Contains(certificate) && query.Distrusted?.Contains(certificate) != true;

    /// <summary>The first that is valid now, else the one that expires last.</summary>
    private Certificate? Best(IEnumerable<Certificate> candidates, Certificate child)
    {
        Certificate? best = null;
        foreach (Certificate candidate in candidates)
        {
            if (!candidate.Subject.Equals(child.Issuer) || !IsLikelyIssued(child, candidate))
            {
                continue;
            }

            bool isReadable = !OpenSslVerification.IsUnusualTime(candidate, "notBefore") && !OpenSslVerification.IsUnusualTime(candidate, "notAfter");
            if (isReadable && candidate.NotBefore <= query.At && query.At < candidate.NotAfter)
            {
                return candidate;
            }

            best = best is null || candidate.NotAfter > best.NotAfter ? candidate : best;
        }

        return best;
    }

    /// <summary><c>ossl_x509_likely_issued</c>: both can be read, and neither the authority key identifier nor the kind of key speaks against it.</summary>
    private static bool IsLikelyIssued(Certificate child, Certificate issuer) =>
        !HasInvalidExtension(child) && !HasInvalidExtension(issuer) && IsKeyOf(issuer.PublicKey, child.SignatureAlgorithm) && KeyIdentifierMatch.Rank(child, issuer) != KeyIdentifierMatch.Mismatch;

    /// <summary>EXFLAG_INVALID: one of the extensions that OpenSSL decodes for itself can't be, or is there twice, or a key usage of nothing. What is left behind one does not count.</summary>
    private static bool HasInvalidExtension(Certificate certificate)
    {
        if (certificate.KeyUsage == KeyUsage.None)
        {
            return true;
        }

        foreach (DerFault fault in certificate.Faults)
        {
            if (fault is { Kind: DerFaultKind.Encoding, Field: "extensions", Rule: "RFC 5280 §4.2" })
            {
                return true;
            }

            if (fault.Kind == DerFaultKind.Encoding && !fault.Message.EndsWith(DerReader.LeftBehind, StringComparison.Ordinal) && fault.Message != ExtensionReader.SubtreeBounds && fault.Field is "basicConstraints" or "keyUsage" or "extKeyUsage" or "subjectKeyIdentifier" or "authorityKeyIdentifier" or "subjectAltName" or "nameConstraints" or "cRLDistributionPoints")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>check_sig_alg_match</c>; OpenSSL 3.0 does not know the SHA-3 signatures, and takes an RSA-PSS key for PSS only.</summary>
    private static bool IsKeyOf(PublicKeyInfo key, SignatureAlgorithm algorithm) => algorithm.Kind switch
    {
        _ when algorithm.Hash.Name?.StartsWith("SHA3-", StringComparison.Ordinal) == true => false,
        SignatureKind.RsaPkcs1 => key.AlgorithmOid == Oids.RsaEncryption,
        SignatureKind.RsaPss => key.Kind == PublicKeyKind.Rsa,
        SignatureKind.Ecdsa => key.Kind == PublicKeyKind.EllipticCurve,
        SignatureKind.Dsa => key.Kind == PublicKeyKind.Dsa,
        SignatureKind.EdDsa => key.Kind is PublicKeyKind.Ed25519 or PublicKeyKind.Ed448,
        _ => algorithm.Name != algorithm.Oid,
    };
}

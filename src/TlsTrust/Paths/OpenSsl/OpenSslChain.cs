using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.OpenSsl;

/// <summary>
/// The one chain that OpenSSL 3.x builds (<c>build_chain</c> in <c>crypto/x509/x509_vfy.c</c>): the store first, then what was sent, and
/// never back.
/// </summary>
internal sealed class OpenSslChain
{
    /// <summary>OpenSSL's default verification depth.</summary>
    private const int MaximumDepth = 100;

    private readonly PathQuery _query;
    private readonly List<Certificate> _chain;
    private readonly List<Certificate> _sent;
    private int _untrustedCount = 1;

    internal OpenSslChain(PathQuery query)
    {
        _query = query;
        _chain = [query.Leaf];
        _sent = [.. query.Presented];
    }

    /// <summary>Leaf first.</summary>
    internal IReadOnlyList<Certificate> Certificates => _chain;

    /// <summary>Number of the error that building ends with; 0 for none. Its depth is that of the last certificate.</summary>
    internal int Build()
    {
        bool searchesSent = true;
        bool isTrusted = false;
        while (!isTrusted && _chain.Count <= MaximumDepth + 1)
        {
            Certificate current = _chain[^1];
            if (FindTrusted(current) is { } trusted)
            {
                if (!LooksSelfSigned(current))
                {
                    _chain.Add(trusted);
                }
                else
                {
                    _chain[^1] = trusted;
                    _untrustedCount--;
                }

                searchesSent = false;
                isTrusted = _query.PartialChain || LooksSelfSigned(_chain[^1]);
                continue;
            }

            if (!searchesSent)
            {
                break;
            }

            Certificate? issuer = LooksSelfSigned(current) ? null
                : Best(_sent.Where(c => !_chain.Contains(c) || _chain is [{ IsSelfIssued: true }]), current);
            if (issuer is null)
            {
                break;
            }

            _sent.Remove(issuer);
            _chain.Add(issuer);
            _untrustedCount++;
        }

        if (isTrusted || (_query.PartialChain && _untrustedCount == _chain.Count && IsAnchor(_chain[0])))
        {
            return 0;
        }

        return _chain.Count > MaximumDepth + 1 ? 22
            : LooksSelfSigned(_chain[^1]) ? (_chain.Count == 1 ? 18 : 19)
            : _untrustedCount < _chain.Count ? 2 : 20;
    }

    /// <summary>OpenSSL's EXFLAG_SS: by name, key identifier and kind of key; the signature is not looked at.</summary>
    internal static bool LooksSelfSigned(Certificate certificate) => certificate.IsSelfIssued && IsLikelyIssued(certificate, certificate);

    /// <summary>A self-signed certificate must be the trusted one itself, not its namesake.</summary>
    private Certificate? FindTrusted(Certificate current)
    {
        Certificate? found = Best(_query.Anchors.WithSubject(current.Issuer).Where(c => _query.Distrusted?.Contains(c) != true), current);
        return found is not null && LooksSelfSigned(current) && !found.Equals(current) ? null : found;
    }

    private bool IsAnchor(Certificate certificate) =>
        _query.Anchors.Contains(certificate) && _query.Distrusted?.Contains(certificate) != true;

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

            bool isReadable = !OpenSslVerification.IsUnusualTime(candidate, "notBefore")
                && !OpenSslVerification.IsUnusualTime(candidate, "notAfter");
            if (isReadable && candidate.NotBefore <= _query.At && _query.At < candidate.NotAfter)
            {
                return candidate;
            }

            best = best is null || candidate.NotAfter > best.NotAfter ? candidate : best;
        }

        return best;
    }

    /// <summary>
    /// <c>ossl_x509_likely_issued</c>: both can be read, and neither the authority key identifier nor the kind of key speaks against it.
    /// </summary>
    private static bool IsLikelyIssued(Certificate child, Certificate issuer) =>
        !HasInvalidExtension(child) && !HasInvalidExtension(issuer) && IsKeyOf(issuer.PublicKey, child.SignatureAlgorithm)
            && KeyIdentifierMatch.Rank(child, issuer) != KeyIdentifierMatch.Mismatch;

    /// <summary>Extensions that <c>ossl_x509v3_cache_extensions</c> decodes; any other may be there twice.</summary>
    private static readonly string[] Decoded =
    [
        Oids.BasicConstraints, Oids.KeyUsage, Oids.ExtendedKeyUsage, Oids.SubjectKeyIdentifier, Oids.AuthorityKeyIdentifier,
        Oids.SubjectAltName, Oids.NameConstraints, Oids.CrlDistributionPoints, CaMarks.NetscapeCertificateType,
        OpenSslVerification.ProxyCertificateInfo,
    ];

    /// <summary>
    /// EXFLAG_INVALID: one of the extensions that OpenSSL decodes for itself can't be, or is there twice, or a key usage of nothing. What
    /// is left behind one does not count.
    /// </summary>
    private static bool HasInvalidExtension(Certificate certificate)
    {
        // A proxy certificate is no CA and has no alternative names.
        if (certificate.KeyUsage == KeyUsage.None
            || (certificate.FindExtension(OpenSslVerification.ProxyCertificateInfo) is not null
                && (certificate.IsCA || certificate.FindExtension(Oids.SubjectAltName) is not null
                    || certificate.FindExtension(Oids.IssuerAltName) is not null)))
        {
            return true;
        }

        foreach (DerFault fault in certificate.Faults)
        {
            if (fault is { Kind: DerFaultKind.Encoding, Field: "extensions", Rule: "RFC 5280 §4.2" }
                && (!fault.Message.EndsWith(ExtensionSet.Twice, StringComparison.Ordinal)
                    || Decoded.Any(oid => fault.Message == $"extension {oid} {ExtensionSet.Twice}")))
            {
                return true;
            }

            if (fault.Kind == DerFaultKind.Encoding && !fault.Message.EndsWith(DerReader.LeftBehind, StringComparison.Ordinal)
                && fault.Message != ExtensionReader.SubtreeBounds
                    && fault.Field is "basicConstraints" or "keyUsage" or "extKeyUsage" or "subjectKeyIdentifier"
                        or "authorityKeyIdentifier" or "subjectAltName" or "nameConstraints" or "cRLDistributionPoints")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// <c>check_sig_alg_match</c>; OpenSSL 3.0 does not know the SHA-3 signatures, and takes an RSA-PSS key for PSS only.
    /// </summary>
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

using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Certificates.Signatures;
using TlsTrust.Paths.Rules;

namespace TlsTrust.Paths.OpenSsl;

/// <summary>
/// What OpenSSL 3.x says first about a query at security level 2: its chain, and its checks in its order (<c>verify_chain</c>
/// in <c>crypto/x509/x509_vfy.c</c>). It repeats OpenSSL's answer where ours differs; it decides nothing.
/// </summary>
internal sealed class OpenSslVerification
{
    private const string ServerGatedCryptoMicrosoft = "1.3.6.1.4.1.311.10.3.3";
    private const string ServerGatedCryptoNetscape = "2.16.840.1.113730.4.1";
    internal const string ProxyCertificateInfo = "1.3.6.1.5.5.7.1.14";
    private const string NetscapeCertificateType = CaMarks.NetscapeCertificateType;

    /// <summary>Debian's and Fedora's, and everybody's from OpenSSL 3.2 on.</summary>
    internal const int UsualLevel = 2;

    private readonly PathQuery _query;
    private readonly IReadOnlyList<Certificate> _chain;
    private readonly int _level;
    private readonly CancellationToken _cancellation;
    private long _compared;

    private OpenSslVerification(PathQuery query, IReadOnlyList<Certificate> chain, int level, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _query = query;
        _chain = chain;
        _level = level;
    }

    /// <summary>The first error, code 0 for none; and the chain that it is about, leaf first.</summary>
    /// <param name="query">The question.</param>
    /// <param name="level">Security level, 0 to 2 (<c>SSL_CTX_set_security_level</c>).</param>
    /// <param name="cancellation">Ends it.</param>
    internal static (OpenSslResult Answer, IReadOnlyList<Certificate> Chain) Verify(PathQuery query, int level = UsualLevel,
        CancellationToken cancellation = default)
    {
        if (IsKeyTooSmall(query.Leaf.PublicKey, level))
        {
            return (Error(66, 0), [query.Leaf]);
        }

        OpenSslChain builder = new(query);
        OpenSslResult answer = builder.Build() is not 0 and var code
            ? Error(code, builder.Certificates.Count - 1)
            : new OpenSslVerification(query, builder.Certificates, level, cancellation).Check();
        return (answer, builder.Certificates);
    }

    private OpenSslResult Check() =>
        CheckExtensions() ?? CheckLevel() ?? CheckName() ?? CheckRevocation() ?? CheckSignaturesAndDates() ?? CheckNameConstraints()
            ?? Error(0, 0);

    private static OpenSslResult Error(int code, int depth) => new(code, depth, OpenSslErrors.Text(code));

    /// <summary><c>check_extensions</c>.</summary>
    private OpenSslResult? CheckExtensions()
    {
        int intermediates = 0;
        for (int depth = 0; depth < _chain.Count; depth++)
        {
            Certificate certificate = _chain[depth];
            if (certificate.Extensions.Any(static e => e.IsCritical && !IsHandled(e.Oid)))
            {
                return Error(34, depth);
            }

            if (certificate.FindExtension(ProxyCertificateInfo) is not null)
            {
                return Error(40, depth);
            }

            CaAnswer ca = CaMarks.Read(certificate);
            bool isLast = depth == _chain.Count - 1;
            if (depth > 0 && (ca == CaAnswer.No || (!isLast && ca != CaAnswer.Yes)))
            {
                return Error(79, depth);
            }

            if (_chain.Count > 1 && certificate.PublicKey is { Kind: PublicKeyKind.EllipticCurve, CurveOid: null })
            {
                return Error(94, depth);
            }

            if (_query.Purpose != Purpose.Any && !SuitsPurpose(certificate, depth > 0))
            {
                return Error(26, depth);
            }

            if (depth > 1 && certificate.BasicConstraints?.PathLength is { } allowed && intermediates > allowed)
            {
                return Error(25, depth);
            }

            intermediates += depth > 0 && !certificate.IsSelfIssued ? 1 : 0;
        }

        return null;
    }

    /// <summary><c>check_purpose_ssl_server</c>; anyExtendedKeyUsage counts for nothing there.</summary>
    private bool SuitsPurpose(Certificate certificate, bool isCa)
    {
        bool isServer = _query.Purpose == Purpose.ServerAuthentication;
        if (certificate.ExtendedKeyUsages is { } usages
            && !usages.Any(u =>
                isServer ? u is Oids.ServerAuthentication or ServerGatedCryptoMicrosoft or ServerGatedCryptoNetscape
                    : u == Oids.ClientAuthentication))
        {
            return false;
        }

        // ns_reject
        int netscape = isServer ? CaMarks.NetscapeServer : CaMarks.NetscapeClient;
        if (!isCa && CaMarks.NetscapeType(certificate) is { } type && (type & netscape) == 0)
        {
            return false;
        }

        KeyUsage wanted = isServer ? KeyUsage.DigitalSignature | KeyUsage.KeyEncipherment | KeyUsage.KeyAgreement
            : KeyUsage.DigitalSignature | KeyUsage.KeyAgreement;
        return isCa ? CaMarks.Read(certificate) != CaAnswer.No : certificate.KeyUsage is not { } usage || (usage & wanted) != 0;
    }

    /// <summary><c>check_auth_level</c>.</summary>
    private OpenSslResult? CheckLevel()
    {
        for (int depth = 0; depth < _chain.Count; depth++)
        {
            if (depth > 0 && IsKeyTooSmall(_chain[depth].PublicKey, _level))
            {
                return Error(67, depth);
            }

            if (_level > 0 && depth < _chain.Count - 1 && _chain[depth].SignatureAlgorithm.IsWeak)
            {
                return Error(68, depth);
            }
        }

        return null;
    }

    /// <summary><c>check_id</c>: with the common name where the SAN has no DNS name.</summary>
    private OpenSslResult? CheckName()
    {
        if (_query.HostName is not { } host)
        {
            return null;
        }

        return HostNameMatcher.TryParseAddress(host, out _) ? (HostNameMatcher.Match(host, _query.Leaf) ? null : Error(64, 0))
            : OpenSslHostName.Match(host, _query.Leaf) ? null : Error(62, 0);
    }

    /// <summary>As with <c>-crl_check_all</c>, where CRLs are given.</summary>
    private OpenSslResult? CheckRevocation()
    {
        for (int depth = 0; depth < _chain.Count - 1 && _query.Crls.Count > 0; depth++)
        {
            RuleContext context = new(_query, _chain[depth], PathPosition.Intermediate, depth);
            Certificate issuer = _chain[depth + 1];
            RevocationRule.Check(context, by => by.Equals(issuer.Subject) ? [issuer] : []);
            if (context.Rejections.Any(static r => r.Rule == PathRule.Revoked))
            {
                return Error(23, depth);
            }
        }

        return null;
    }

    /// <summary>
    /// <c>internal_verify</c>: from the top down; the signature of a self-signed certificate is not looked at, and its last second is too
    /// late.
    /// </summary>
    private OpenSslResult? CheckSignaturesAndDates()
    {
        for (int depth = _chain.Count - 1; depth >= 0; depth--)
        {
            Certificate certificate = _chain[depth];
            if (depth < _chain.Count - 1 && certificate.VerifySignature(_chain[depth + 1]) == SignatureStatus.Invalid)
            {
                return Error(7, depth);
            }

            if (IsUnusualTime(certificate, "notBefore"))
            {
                return Error(13, depth);
            }

            if (_query.At < certificate.NotBefore)
            {
                return Error(9, depth);
            }

            if (IsUnusualTime(certificate, "notAfter"))
            {
                return Error(14, depth);
            }

            if (_query.At >= certificate.NotAfter)
            {
                return Error(10, depth);
            }
        }

        return null;
    }

    /// <summary><c>X509_cmp_time</c>: neither YYMMDDHHMMSSZ nor YYYYMMDDHHMMSSZ.</summary>
    internal static bool IsUnusualTime(Certificate certificate, string field) =>
        certificate.Faults.Any(fault =>
            fault.Kind != DerFaultKind.Tolerated && fault.Rule == CertificateTime.Rule
                && fault.Field.EndsWith(field, StringComparison.Ordinal));

    /// <summary><c>check_name_constraints</c>: permitted subtrees before excluded ones.</summary>
    private OpenSslResult? CheckNameConstraints()
    {
        for (int depth = _chain.Count - 1; depth >= 0; depth--)
        {
            if (depth > 0 && _chain[depth].IsSelfIssued)
            {
                continue;
            }

            List<GeneralName> names = NameConstraintsRule.NamesOf(_chain[depth], withCommonName: depth == 0);
            for (int above = _chain.Count - 1; above > depth; above--)
            {
                if (_chain[above].NameConstraints is { } constraints && FindError(names, constraints) is not 0 and var code)
                {
                    return Error(code, depth);
                }
            }
        }

        return null;
    }

    private int FindError(List<GeneralName> names, NameConstraints constraints)
    {
        // OpenSSL has that limit for each pair of certificates; two whole ones are enough work for one answer.
        _cancellation.ThrowIfCancellationRequested();
        long comparisons = (long)names.Count * (constraints.Permitted.Count + constraints.Excluded.Count);
        _compared += comparisons;
        if (comparisons > NameConstraintsRule.MaximumComparisons || _compared > 2 * NameConstraintsRule.MaximumComparisons)
        {
            return 1;
        }

        foreach (GeneralName name in names)
        {
            if (constraints.BoundedKinds.Contains(name.Kind))
            {
                return 49;
            }

            if (OpenSslNameConstraints.FindError(name, constraints) is not 0 and var code)
            {
                return code;
            }
        }

        return 0;
    }

    /// <summary>
    /// 80 bits of security at level 1 and 112 at level 2: curves of 160 and 224 bits, RSA of 919 and 1962, from where on
    /// <c>ossl_ifc_ffc_compute_security_bits</c> rounds up to them.
    /// </summary>
    private static bool IsKeyTooSmall(PublicKeyInfo key, int level) => key.Kind switch
    {
        PublicKeyKind.Rsa or PublicKeyKind.Dsa =>
            key.SizeInBits < (level switch { 0 => 0, 1 => 919, _ => AlgorithmStrengthRule.MinimumRsaBits }),
        PublicKeyKind.EllipticCurve =>
            key.CurveOid is not null && key.SizeInBits > 0 && key.SizeInBits < (level switch { 0 => 0, 1 => 160, _ => 224 }),
        PublicKeyKind.Unknown => key.AlgorithmOid.Length == 0,
        _ => false,
    };

    /// <summary>OpenSSL's list of supported critical extensions (<c>X509_supported_extension</c>).</summary>
    private static bool IsHandled(string oid) =>
        oid is NetscapeCertificateType or Oids.KeyUsage or Oids.SubjectAltName or Oids.BasicConstraints or Oids.CertificatePolicies
        or Oids.CrlDistributionPoints or Oids.OcspNoCheck or Oids.ExtendedKeyUsage or Oids.PolicyConstraints or ProxyCertificateInfo
            or Oids.NameConstraints or Oids.PolicyMappings or Oids.InhibitAnyPolicy
        or "1.3.6.1.5.5.7.1.7" or "1.3.6.1.5.5.7.1.8";
}

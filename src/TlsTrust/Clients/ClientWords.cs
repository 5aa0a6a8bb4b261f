using System.Globalization;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Keys;
using TlsTrust.Certificates.Names;
using TlsTrust.Paths;
using TlsTrust.Paths.OpenSsl;

namespace TlsTrust.Clients;

/// <summary>Fills a client's own words with what they name.</summary>
internal static class ClientWords
{
    /// <summary>The words; null where the client's words for this fault are not known.</summary>
    internal static string? For(ClientProfile profile, ClientFault fault, PathQuery query)
    {
        string? template = Keys(fault, query)
            .Select(key => profile.Words.GetValueOrDefault(key))
            .FirstOrDefault(words => words is not null) ?? profile.Words.GetValueOrDefault("*");
        return template is null ? null : Fill(template, fault, query);
    }

    /// <summary>From the most particular name of a fault to the plain one.</summary>
    private static IEnumerable<string> Keys(ClientFault fault, PathQuery query)
    {
        if (fault.Kind == nameof(PathRule.NameMismatch))
        {
            if (query.Leaf.SubjectAlternativeName is null && !IsAddress(query))
            {
                yield return "NameMismatchNoSan";
            }

            bool isAddress = IsAddress(query);
            bool hasNames = query.Leaf.SubjectAlternativeName is { } names
                && (isAddress ? names.IpAddresses.Count > 0 : names.DnsNames.Count > 0);
            if (isAddress)
            {
                if (query.Leaf.SubjectAlternativeName is null)
                {
                    yield return "NameMismatchIpNoNames";
                }

                if (hasNames)
                {
                    yield return "NameMismatchIpNames";
                }

                yield return "NameMismatchIp";
            }
            else if (!hasNames)
            {
                if (query.HostName is { } host && query.Leaf.Subject.CommonName is { } name && HostNameMatcher.Match(host, [name], []))
                {
                    yield return "NameMismatchCommonName";
                }

                yield return "NameMismatchNoNames";
            }
        }
        else if (fault is { Kind: ClientFault.IssuerNotFound, Depth: 0 })
        {
            yield return "IssuerNotFoundAtLeaf";
        }
        else if (fault is { Kind: nameof(PathRule.NotCa), Culprit.KeyUsage: { } usage } && !usage.HasFlag(KeyUsage.KeyCertSign))
        {
            yield return "NotCaByUsage";
        }
        else if (fault is { Kind: nameof(PathRule.NotCa), Culprit.IsCA: false })
        {
            yield return "NotCaByFlag";
        }
        else if (fault is { Kind: nameof(PathRule.Expired), Depth: > 0 })
        {
            yield return "ExpiredIssuer";
        }
        else if (fault is { Kind: ClientFault.SelfSignedInChain or nameof(PathRule.BadSignature), Culprit: { } below }
            && query.Anchors.IssuersOf(below).ToList() is { Count: > 0 } named
                && (fault.Kind == ClientFault.SelfSignedInChain
                    || named.TrueForAll(anchor => KeyIdentifierMatch.Rank(below, anchor) == KeyIdentifierMatch.Mismatch)))
        {
            // The store holds a CA of the name, with another key.
            yield return fault.Kind + "OtherKey";
        }
        else if (fault is { Kind: nameof(PathRule.NameConstraint), OpenSsl.Code: 48 })
        {
            yield return "NameConstraintExcluded";
        }
        else if (fault is { Kind: nameof(PathRule.NotYetValid), Depth: > 0 })
        {
            yield return "NotYetValidIssuer";
        }

        yield return fault.Kind;
    }

    private static string Fill(string template, ClientFault fault, PathQuery query)
    {
        Certificate culprit = fault.Culprit ?? query.Leaf;
        return template
            .Replace("{text}", fault.OpenSsl?.Text ?? NameText(query), StringComparison.Ordinal)
            .Replace("{commonName}", query.Leaf.Subject.CommonName ?? "", StringComparison.Ordinal)
            .Replace("{host}", query.HostName ?? "", StringComparison.Ordinal)
            .Replace("{altNames}", AltNames(query.Leaf), StringComparison.Ordinal)
            .Replace("{names}", string.Join(", ", query.Leaf.SubjectAlternativeName?.DnsNames ?? []), StringComparison.Ordinal)
            .Replace("{addresses}", string.Join(", ", query.Leaf.SubjectAlternativeName?.IpAddresses ?? []), StringComparison.Ordinal)
            .Replace("{issuer}", culprit.Issuer.CommonName ?? culprit.Issuer.ToString(), StringComparison.Ordinal)
            .Replace("{culprit}", culprit.Subject.CommonName ?? culprit.ToString(), StringComparison.Ordinal)
            .Replace("{goAlgorithm}", culprit.SignatureAlgorithm.Kind == SignatureKind.Ecdsa ? "ECDSA-SHA1"
                : "SHA1-RSA", StringComparison.Ordinal)
            .Replace("{goVerification}", culprit.SignatureAlgorithm.Kind == SignatureKind.Ecdsa ? "x509: ECDSA verification failure"
                : "crypto/rsa: verification error", StringComparison.Ordinal)
            .Replace("{algorithm}", culprit.SignatureAlgorithm.Name, StringComparison.Ordinal)
            .Replace("{now}", Time(query.At), StringComparison.Ordinal)
            .Replace("{notBefore}", Time(culprit.NotBefore), StringComparison.Ordinal)
            .Replace("{notAfter}", Time(culprit.NotAfter), StringComparison.Ordinal);
    }

    /// <summary>All of them as Node.js writes them.</summary>
    private static string AltNames(Certificate leaf) => leaf.SubjectAlternativeName is { } names
        ? string.Join(", ",
            names.DnsNames.Select(name => "DNS:" + name).Concat(names.IpAddresses.Select(address => "IP Address:" + address)))
        : "";

    /// <summary>OpenSSL's text for the one check that is ours even where OpenSSL's are run: the name.</summary>
    private static string NameText(PathQuery query) => OpenSslErrors.Text(IsAddress(query) ? 64 : 62);

    private static bool IsAddress(PathQuery query) => query.HostName is { } host && HostNameMatcher.TryParseAddress(host, out _);

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

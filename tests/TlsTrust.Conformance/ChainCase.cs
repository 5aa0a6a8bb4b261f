using System.Net;
using System.Security.Cryptography;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.RevocationLists;
using TlsTrust.Paths;

namespace TlsTrust.Conformance;

/// <summary>A name of a case.</summary>
internal sealed record PeerName(string Kind, string Value);

/// <summary>A path validation case in x509-limbo's schema, with the inputs about policies of RFC 5280 §6.1.1 beside it.</summary>
internal sealed record ChainCase
{
    public required string Id { get; init; }

    public required string Suite { get; init; }

    public required string[] TrustedCerts { get; init; }

    public required string[] UntrustedIntermediates { get; init; }

    public required string PeerCertificate { get; init; }

    public DateTimeOffset? ValidationTime { get; init; }

    public PeerName? ExpectedPeerName { get; init; }

    public string[] ExtendedKeyUsage { get; init; } = [];

    public int? MaxChainDepth { get; init; }

    public string[] Crls { get; init; } = [];

    public string[] AcceptablePolicies { get; init; } = [];

    public bool RequireExplicitPolicy { get; init; }

    public bool InhibitPolicyMapping { get; init; }

    public bool InhibitAnyPolicy { get; init; }

    public string[] Features { get; init; } = [];

    public string Description { get; init; } = "";

    public string ValidationKind { get; init; } = "";

    public required string ExpectedResult { get; init; }

    internal bool IsExpectedToSucceed => ExpectedResult == "SUCCESS";

    /// <summary>The query; null when one of its certificates can't be parsed, with the reason.</summary>
    internal PathQuery? ToQuery(PathPolicy policy, DateTime now, out string? reason)
    {
        if (!TryRead(PeerCertificate, out Certificate? leaf, out reason))
        {
            return null;
        }

        return new PathQuery
        {
            Leaf = leaf!,
            Presented = ReadAll(UntrustedIntermediates),
            Anchors = new CertificateIndex(ReadAll(TrustedCerts)),
            PartialChain = true,
            HostName = ExpectedPeerName is { Kind: "DNS" or "IP" } name ? name.Value : null,
            At = ValidationTime?.UtcDateTime ?? now,
            Policy = policy,
            Purpose = ExtendedKeyUsage is ["anyExtendedKeyUsage"] || (ExtendedKeyUsage.Length == 0 && ValidationKind == "ANY") ? Purpose.Any
                : ExtendedKeyUsage is ["clientAuth"] || (ExtendedKeyUsage.Length == 0 && ValidationKind == "CLIENT")
                    ? Purpose.ClientAuthentication
                : Purpose.ServerAuthentication,
            RequireExtendedKeyUsage = policy == PathPolicy.Strict && Features.Contains("pedantic-webpki-eku"),
            MaximumIntermediates = MaxChainDepth,
            Crls = [.. Crls.Select(ReadCrl)],
            AcceptablePolicies = AcceptablePolicies,
            RequireExplicitPolicy = RequireExplicitPolicy,
            InhibitPolicyMapping = InhibitPolicyMapping,
            InhibitAnyPolicy = InhibitAnyPolicy,
        };
    }

    private static List<Certificate> ReadAll(string[] texts)
    {
        List<Certificate> certificates = [];
        foreach (string text in texts)
        {
            // A certificate that can't be parsed is none: it can neither help nor harm.
            if (TryRead(text, out Certificate? certificate, out _))
            {
                certificates.Add(certificate!);
            }
        }

        return certificates;
    }

    private static bool TryRead(string pem, out Certificate? certificate, out string? reason)
    {
        bool read = Certificate.TryParse(Decode(pem), out certificate, out DerFault? fault);
        reason = fault?.ToString();
        return read;
    }

    private static CertificateRevocationList ReadCrl(string pem) =>
        CertificateRevocationList.TryParse(Decode(pem), out CertificateRevocationList? crl, out DerFault? fault) ? crl
            : throw new FormatException(fault.ToString());

    private static byte[] Decode(string pem)
    {
        PemFields fields = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[fields.Base64Data]);
    }
}

/// <summary>The file that holds the cases.</summary>
internal sealed record ChainCases(ChainCase[] Testcases);

using TlsTrust.Certificates;
using TlsTrust.Paths;
using TlsTrust.Stores;

namespace TlsTrust.Clients;

/// <summary>Which clients the anchors of a query are those of.</summary>
public enum AnchorScope
{
    /// <summary>The OpenSSL store of a Linux or BSD machine.</summary>
    Machine,

    /// <summary>The stores of Windows.</summary>
    Windows,

    /// <summary>The keychains of macOS.</summary>
    MacOS,

    /// <summary>Every client is given these anchors in place of its own, as with <c>-TrustStore</c>.</summary>
    EveryClient,
}

/// <summary>Whose store the default store of a platform is.</summary>
public static class AnchorScopes
{
    /// <summary>The scope of a platform's default store.</summary>
    public static AnchorScope Of(StorePlatform platform) => platform switch
    {
        StorePlatform.Windows => AnchorScope.Windows,
        StorePlatform.MacOS => AnchorScope.MacOS,
        _ => AnchorScope.Machine,
    };
}

/// <summary>All that client profiles are judged by.</summary>
public sealed record ClientEvidence
{
    /// <summary>The query as the verdict had it: leaf, what was sent, anchors, host name, time, CRLs.</summary>
    public required PathQuery Query { get; init; }

    /// <summary>Whose store <see cref="PathQuery.Anchors"/> is.</summary>
    public AnchorScope AnchorsOf { get; init; }

    /// <summary>Publicly known roots, for clients with a store of their own; null where there is no list.</summary>
    public CertificateIndex? PublicRoots { get; init; }

    /// <summary>
    /// Issuers that were found by authority information access; empty when it was asked and found none, null when it was not asked.
    /// </summary>
    public IReadOnlyList<Certificate>? Downloaded { get; init; }

    /// <summary>Those of <see cref="Downloaded"/> that came as PKCS#7.</summary>
    public IReadOnlyList<Certificate> DownloadedInPkcs7 { get; init; } = [];

    /// <summary>Intermediates below public roots, as Firefox preloads them; null where there is no list.</summary>
    public CertificateIndex? KnownIntermediates { get; init; }

    /// <summary>Why one of the certificates that were sent can't be parsed, wherever it stands; null where all can.</summary>
    public string? Unreadable { get; init; }

    /// <summary>How it is known that the server's certificate is revoked; empty where that is not known.</summary>
    public IReadOnlyList<RevocationChannel> Revoked { get; init; } = [];

    /// <summary>The port of the server where it is one that browsers do not open; null for any other.</summary>
    public int? BlockedPort { get; init; }

    /// <summary>Whether the server stapled an OCSP response; null where that is not known.</summary>
    public bool? IsStapled { get; init; }

    /// <summary>The protocol of the connection, for example <c>TLS 1.2</c>; null where it is not known.</summary>
    public string? Protocol { get; init; }

    /// <summary>The cipher suite of the connection by its IANA name; null where it is not known.</summary>
    public string? CipherSuite { get; init; }
}

using TlsTrust.Certificates;
using TlsTrust.Certificates.Names;
using TlsTrust.Diagnosis.Observations;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>
/// Whether somebody between client and server issues the certificates: a public host under a root that the public does not know.
/// </summary>
internal static class InterceptionFindings
{
    // Names that inspection products put into the certificates they make; the weakest evidence, since anybody can write a name.
    private static readonly string[] Products =
    [
        "Zscaler", "Netskope", "Blue Coat", "BlueCoat", "Forcepoint", "Websense", "Fortinet", "FortiGate", "Palo Alto Networks",
            "GlobalProtect",
        "Cisco Umbrella", "Sophos", "McAfee Web Gateway", "Skyhigh", "Check Point", "Barracuda", "Untangle", "Squid", "mitmproxy",
            "DO_NOT_TRUST",
        "Fiddler", "Charles Proxy", "PortSwigger", "Kaspersky", "avast! Web", "AVG Web", "ESET SSL Filter", "Bitdefender",
            "Cloudflare Gateway",
        "Gateway CA - Cloudflare", "iboss", "Menlo Security", "ContentKeeper", "Lightspeed", "Securly", "GoGuardian", "Smoothwall",
            "WatchGuard",
        "SonicWall", "Sangfor", "Cato Networks", "Burp Suite", "NetSpark", "Cyberoam", "TitanHQ", "Symantec Web Security",
    ];

    public static IEnumerable<Finding> Of(ChainEvidence evidence, IReadOnlyList<Certificate> path, bool reachesAnchor)
    {
        Certificate last = path[^1];
        bool publiclyKnown = evidence.PublicRoots.Contains(last) || (last.IsSelfSigned && evidence.PublicRoots.ByKey(last) is not null);
        if (publiclyKnown || (!reachesAnchor && !last.IsSelfSigned) || path.Count < 2)
        {
            yield break;
        }

        List<string> strong = [];
        if (evidence.IsPublicHost && reachesAnchor)
        {
            strong.Add($"{evidence.HostName} is a public name, and its chain ends in {last.Subject}, which is in this machine's store " +
                $"but not publicly known");
        }

        string? product = path.SelectMany(certificate => new[] { certificate.Issuer.ToString(), certificate.Subject.ToString() })
            .Select(name => Products.FirstOrDefault(candidate => name.Contains(candidate, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(name => name is not null);
        // What else was tested in this run is told, and decides nothing: else the verdict would depend on the order.
        string? company = evidence.IsPublicHost && evidence.OtherHostsUnderSameRoot.Count > 0
            ? $"unrelated public hosts have the same root: {string.Join(", ", evidence.OtherHostsUnderSameRoot.Take(5))}"
            : null;
        if (strong.Count == 0 && product is null && company is null)
        {
            yield break;
        }

        yield return new Finding
        {
            Id = FindingId.Interception,
            Severity = strong.Count == 0 ? Severity.Information : reachesAnchor ? Severity.Warning : Severity.Error,
            Depth = path.Count - 1,
            Message = strong.Count > 0
                ? $"The connection to {evidence.HostName} is intercepted: its certificate comes from {last.Subject}, not from a public CA."
                : product is not null
                    ? $"The chain names {product}, which inspects TLS connections; a name alone proves nothing."
                    : $"The connection to {evidence.HostName} may be intercepted: hosts that have nothing to do with each other stand " +
                        $"under {last.Subject}.",
            Evidence = [.. strong, .. company is null ? Array.Empty<string>() : [company], .. product is null ? Array.Empty<string>()
                : [$"a certificate of the chain names {product}"], $"SHA-256 of the root: {last.Sha256}"],
            Remedy = reachesAnchor
                ? "Programs with a store of their own will refuse this chain: give them public roots plus this root with " +
                    "Set-TrustBundleEnvironment, or ask for an exception for this host."
                : "Ask whoever runs the network whether this inspection is theirs and what the root's fingerprint is; then add it " +
                    "with Set-TrustBundleEnvironment -Fingerprint. If nobody knows of it, you are being attacked.",
            RemedyFor = reachesAnchor ? RemedyParty.Client : RemedyParty.Network,
        };
    }
}

namespace TlsTrust.Conformance;

/// <summary>Where we answer otherwise than a case expects, and why. A test fails when one appears or disappears.</summary>
internal static class Divergences
{
    private const string NeedsCrl = "NIST's reason is in a CRL that the corpus does not carry, and a path that differs by nothing " +
        "else is valid; no peer refuses it either";

    /// <summary>Path cases, under the strict policy.</summary>
    internal static readonly Dictionary<string, string> Chains = new(StringComparer.Ordinal)
    {
        ["rfc5280::nc::permitted-dns-match-noncritical"] =
            "conflicts with webpki::nc::permitted-dns-match-noncritical: the Baseline Requirements allow name constraints that are " +
            "not critical; we warn",
        ["webpki::san::public-suffix-private-namespace-wildcard-san"] =
            "needs the public suffix list, which changes weekly and is not a certificate rule; no peer refuses it",
        ["pathlen::validation-ignores-pathlen-in-leaf"] = "its leaf is a CA whose key usage allows certificates only: refused as " +
            "webpki::ca-as-leaf demands, and by OpenSSL, rustls and NSS",
        ["rfc5280::ca-as-leaf"] =
            "the same certificates as webpki::ca-as-leaf, which expects the opposite; a false accept would be the worse one",
        ["go::name_constraints::028-unknown-name-types-are-unconstrained"] =
            "a SAN with tag 9, which is no GeneralName: malformed, as OpenSSL and .NET say",
        ["go::name_constraints::029-unknown-name-types-allowed-in-constrained-chain"] =
            "a SAN with tag 9, which is no GeneralName: malformed, as OpenSSL and .NET say",
        ["go::name_constraints::094-excluded-constraint-empty-DNS-san"] =
            "an empty DNS name, which is in no preferred name syntax (RFC 5280 §4.2.1.6): the default policy takes it, as clients do",
        ["openssl::verify::089"] =
            "the suite's next case refuses the same chain under OpenSSL's strict flag, and so does our strict policy",
        ["pkits::t4_5_2"] = NeedsCrl,
        ["pkits::t4_5_5"] = NeedsCrl,
        ["pkits::t4_5_7"] = NeedsCrl,
        ["pkits::t4_7_4"] = NeedsCrl,
        ["pkits::t4_7_5"] = NeedsCrl,
    };

    /// <summary>Host name cases without CN and not contested by another source.</summary>
    internal static readonly Dictionary<string, string> HostNames = new(StringComparer.Ordinal)
    {
        ["curl-13"] =
            "an IPv4 address in a DNS name: RFC 5280 §4.2.1.6 has iPAddress for it; the case's note says that curl checks it elsewhere",
        ["curl-46"] = "an IPv6 address in a DNS name: as curl-13",
        ["curl-28"] = "a wildcard that ends in a period; chromium-68 and rustls-webpki-109 refuse the same form",
        ["node-20-33"] = "*b.a.com: only a whole label is a wildcard (RFC 9525 §6.3); limbo's wildcard-embedded cases refuse it",
        ["node-20-34"] = "*b.a.com: only a whole label is a wildcard (RFC 9525 §6.3); limbo's wildcard-embedded cases refuse it",
    };
}

using System.Runtime.CompilerServices;
using TlsTrust.Certificates;
using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>Certificates whose private key everybody has, in the store or among what was sent.</summary>
internal static class CompromisedKeyFindings
{
    // By SHA-1, as they were published. One row each: what it was, and where that is told.
    private static readonly Dictionary<string, (string What, string Source)> Known = new(StringComparer.Ordinal)
    {
        ["C864484869D41D2B0D32319C5A62F9315AAF2CBD"] = ("Superfish, on Lenovo's computers", "US-CERT TA15-051A"),
        ["98A04E4163357790C4A79E6D713FF0AF51FE6927"] =
            ("eDellRoot, of Dell Foundation Services", "CERT/CC VU#870761, Microsoft advisory 3119884"),
        ["02C2D931062D7B1DC2A5C7F5F0685064081FB221"] =
            ("DSDTestProvider, of Dell System Detect", "CERT/CC VU#925497, Microsoft advisory 3119884"),
        ["8B2E65A5DA17FCCCBCDE7EF87B0C0ED5D0701F9F"] = ("*.xboxlive.com, whose key was disclosed", "Microsoft advisory 3123040"),
    };

    // A store is the same for all endpoints of a run.
    private static readonly ConditionalWeakTable<TrustStore, Finding[]> OfStores = [];

    /// <summary>One finding for each place that has one.</summary>
    public static IEnumerable<Finding> Of(TrustStore store, IReadOnlyList<Certificate> presented) =>
        OfStores.GetValue(store, static store =>
            [.. store.Anchors.Where(anchor => Known.ContainsKey(anchor.Certificate.Sha1))
                .Select(anchor => Make(anchor.Certificate, $"the store trusts it ({anchor.Location})", RemedyParty.Client))])
            .Concat(presented.Where(certificate => Known.ContainsKey(certificate.Sha1))
                .Select(certificate => Make(certificate, "the server sends it", RemedyParty.Server)));

    private static Finding Make(Certificate certificate, string where, RemedyParty party)
    {
        (string what, string source) = Known[certificate.Sha1];
        return new Finding
        {
            Id = FindingId.CompromisedKey,
            Severity = Severity.Warning,
            Message = $"Everybody has the private key of {certificate.Subject} ({what}): whoever is on the way can be any server.",
            Evidence = [where, $"SHA-1 {certificate.Sha1}", $"source: {source}"],
            Remedy = party == RemedyParty.Client ? "Remove it from the store, and what installed it from the machine."
                : "Replace the certificate, with a new key.",
            RemedyFor = party,
        };
    }
}

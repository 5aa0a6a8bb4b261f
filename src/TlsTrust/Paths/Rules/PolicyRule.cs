using TlsTrust.Certificates;
using TlsTrust.Certificates.Der;
using TlsTrust.Certificates.Extensions;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §6.1 with the policy graph of RFC 9618 in place of its tree, whose size doubles with each mapping: where an
/// explicit policy is required, by the query or by a CA, one is valid for the whole path.
/// </summary>
internal static class PolicyRule
{
    private const string Clause = "RFC 5280 §6.1.5 (g)";

    /// <param name="query">Says what is required to begin with.</param>
    /// <param name="path">Leaf first, anchor last; the anchor takes no part (RFC 5280 §6.1).</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal static Rejection? Check(PathQuery query, IReadOnlyList<Certificate> path)
    {
        int count = path.Count - 1;
        Counters counters = new(
            query.RequireExplicitPolicy ? 0 : count + 1,
            query.InhibitPolicyMapping ? 0 : count + 1,
            query.InhibitAnyPolicy ? 0 : count + 1);
        Dictionary<string, HashSet<string>> valid = new() { [Oids.AnyPolicy] = [Oids.AnyPolicy] };
        for (int depth = count - 1; depth >= 0; depth--)
        {
            Certificate certificate = path[depth];
            bool isLeaf = depth == 0;
            valid = Narrow(valid, certificate, allowAny: counters.InhibitAny > 0 || (!isLeaf && certificate.IsSelfIssued));
            if (!isLeaf)
            {
                Map(valid, certificate.PolicyMappings, isInhibited: counters.Mapping == 0);
            }

            // A step that leaves nothing fails at once when an explicit policy is required here (§6.1.3 (f)).
            if (counters.Explicit == 0 && valid.Count == 0)
            {
                return Refuse(certificate, depth);
            }

            counters = counters.After(certificate, isLeaf);
        }

        return counters.Explicit == 0 && !IsAcceptable(valid, query.AcceptablePolicies) ? Refuse(path[0], 0) : null;
    }

    /// <summary>
    /// §6.1.3 (d) and (e): what of the expected policies the certificate asserts. A value is the set of policies, as the anchor's domain
    /// calls them, that lead there.
    /// </summary>
    private static Dictionary<string, HashSet<string>> Narrow(Dictionary<string, HashSet<string>> expected, Certificate certificate,
        bool allowAny)
    {
        Dictionary<string, HashSet<string>> next = [];
        foreach (string policy in certificate.Policies ?? [])
        {
            if (policy == Oids.AnyPolicy)
            {
                continue;
            }

            if (expected.TryGetValue(policy, out HashSet<string>? known))
            {
                next[policy] = known;
            }
            else if (expected.ContainsKey(Oids.AnyPolicy))
            {
                next[policy] = [policy];
            }
        }

        if (allowAny && certificate.Policies?.Contains(Oids.AnyPolicy) == true)
        {
            foreach ((string policy, HashSet<string> origins) in expected)
            {
                next.TryAdd(policy, origins);
            }
        }

        return next;
    }

    /// <summary>§6.1.4 (b): what the next certificate must call the policies; an inhibited mapping takes the policy away.</summary>
    private static void Map(Dictionary<string, HashSet<string>> valid, IReadOnlyList<PolicyMapping> mappings, bool isInhibited)
    {
        Dictionary<string, HashSet<string>> mapped = [];
        foreach (PolicyMapping mapping in mappings)
        {
            HashSet<string>? origins = valid.TryGetValue(mapping.IssuerDomainPolicy, out HashSet<string>? known) ? known
                : valid.ContainsKey(Oids.AnyPolicy) ? [mapping.IssuerDomainPolicy] : null;
            if (origins is null || isInhibited)
            {
                continue;
            }

            mapped[mapping.SubjectDomainPolicy] = mapped.TryGetValue(mapping.SubjectDomainPolicy, out HashSet<string>? others)
                ? [.. others, .. origins] : origins;
        }

        foreach (PolicyMapping mapping in mappings)
        {
            valid.Remove(mapping.IssuerDomainPolicy);
        }

        foreach ((string policy, HashSet<string> origins) in mapped)
        {
            valid[policy] = valid.TryGetValue(policy, out HashSet<string>? others) ? [.. others, .. origins] : origins;
        }
    }

    private static bool IsAcceptable(Dictionary<string, HashSet<string>> valid, IReadOnlyList<string> acceptable) =>
        acceptable.Count == 0 || acceptable.Contains(Oids.AnyPolicy)
            ? valid.Count > 0
            : valid.Values.Any(origins => origins.Contains(Oids.AnyPolicy) || origins.Overlaps(acceptable));

    private static Rejection Refuse(Certificate certificate, int depth) =>
        new(PathRule.Policy, depth, certificate, "a certificate policy is required, and none is valid for the whole path", Clause,
            IsError: true);

    /// <summary>explicit_policy, policy_mapping and inhibit_anyPolicy of §6.1.2.</summary>
    private readonly record struct Counters(int Explicit, int Mapping, int InhibitAny)
    {
        /// <summary>§6.1.4 (h) to (j); for the leaf §6.1.5 (a) and (b).</summary>
        internal Counters After(Certificate certificate, bool isLeaf)
        {
            Counters next = isLeaf || !certificate.IsSelfIssued
                ? new(Math.Max(0, Explicit - 1), Math.Max(0, Mapping - 1), Math.Max(0, InhibitAny - 1))
                : this;
            PolicyConstraints? constraints = certificate.PolicyConstraints;
            if (isLeaf)
            {
                return constraints?.RequireExplicitPolicy == 0 ? next with { Explicit = 0 } : next;
            }

            return new(
                Math.Min(next.Explicit, constraints?.RequireExplicitPolicy ?? int.MaxValue),
                Math.Min(next.Mapping, constraints?.InhibitPolicyMapping ?? int.MaxValue),
                Math.Min(next.InhibitAny, constraints?.InhibitAnyPolicy ?? int.MaxValue));
        }
    }
}

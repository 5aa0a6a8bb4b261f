using TlsTrust.Certificates;

namespace TlsTrust.Paths.Rules;

/// <summary>RFC 5280 §4.2.1.10 and §6.1.3 (b), (c): every name below an issuer is within what it permits and outside of what it excludes.</summary>
internal static class NameConstraintsRule
{
    private const string Clause = "RFC 5280 §4.2.1.10";

    /// <summary>Names times subtrees that are compared for one pair of certificates; OpenSSL's NAME_CHECK_MAX. Beyond it the work is the attack.</summary>
    internal const int MaximumComparisons = 1 << 20;

    /// <param name="context">The certificate whose names are checked.</param>
    /// <param name="issuer">A certificate above it, with name constraints.</param>
    internal static void Check(RuleContext context, Certificate issuer)
    {
        if (issuer.NameConstraints is not { } constraints)
        {
            return;
        }

        List<GeneralName> names = ConstrainedNames.Of(context.Certificate);
        long comparisons = (long)names.Count * (constraints.Permitted.Count + constraints.Excluded.Count);
        if (comparisons > MaximumComparisons)
        {
            context.Error(PathRule.NameConstraint, $"{comparisons} comparisons with the name constraints of {issuer} are more than the {MaximumComparisons} that are made", Clause);
            return;
        }

        foreach (GeneralName name in names)
        {
            if (FindViolation(name, constraints) is { } violation)
            {
                context.Error(PathRule.NameConstraint, $"{name} {violation} of {issuer}", Clause);
                return;
            }
        }
    }

    private static string? FindViolation(GeneralName name, NameConstraints constraints)
    {
        foreach (GeneralName excluded in constraints.Excluded)
        {
            if (excluded.Kind == name.Kind && NameSubtree.Compare(name, excluded, isExcluding: true) != SubtreeAnswer.Outside)
            {
                return $"is excluded by the name constraint {excluded}";
            }
        }

        bool isConstrained = false;
        foreach (GeneralName permitted in constraints.Permitted)
        {
            if (permitted.Kind != name.Kind)
            {
                continue;
            }

            isConstrained = true;
            if (NameSubtree.Compare(name, permitted, isExcluding: false) == SubtreeAnswer.Within)
            {
                return null;
            }
        }

        return isConstrained ? "is not permitted by the name constraints" : null;
    }
}

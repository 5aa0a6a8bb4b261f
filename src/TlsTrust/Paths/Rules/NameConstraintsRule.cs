using System.Text;
using TlsTrust.Certificates;
using TlsTrust.Certificates.Extensions;
using TlsTrust.Certificates.Names;

namespace TlsTrust.Paths.Rules;

/// <summary>
/// RFC 5280 §4.2.1.10 and §6.1.3 (b), (c): every name below an issuer is within what it permits and outside of what it excludes.
/// </summary>
internal static class NameConstraintsRule
{
    private const string Clause = "RFC 5280 §4.2.1.10";

    /// <summary>
    /// Names times subtrees that are compared for one pair of certificates; OpenSSL's NAME_CHECK_MAX. Beyond it the work is the attack.
    /// </summary>
    internal const int MaximumComparisons = 1 << 20;

    /// <summary>
    /// Refuses what RFC 5280 forbids (X.400 addresses, EDI parties and registered identifiers are never constrained) and what it has for
    /// URIs only: a DNS subtree with a leading period. Clients read that in two ways (with and without the domain itself), so that the
    /// strict policy takes none for a name that is asked for.
    /// </summary>
    internal static void CheckSyntax(RuleContext context)
    {
        foreach (GeneralName subtree in context.Certificate.NameConstraints?.Subtrees ?? [])
        {
            if (subtree.Kind is GeneralNameKind.X400 or GeneralNameKind.EdiParty or GeneralNameKind.RegisteredId)
            {
                context.ErrorIfStrict(PathRule.StrictX509,
                    $"name constraints with {subtree}, a kind of name that is not constrained", Clause);
                return;
            }

            if (subtree.Kind == GeneralNameKind.Dns && subtree.Text.StartsWith('.'))
            {
                context.ErrorIfProfile(PathRule.StrictX509, $"name constraints with {subtree}, which starts with a period", Clause);
                return;
            }
        }
    }

    /// <param name="context">The certificate whose names are checked.</param>
    /// <param name="issuer">A certificate above it.</param>
    internal static void Check(RuleContext context, Certificate issuer)
    {
        if (issuer.NameConstraints is not { } constraints)
        {
            return;
        }

        if (context.Certificate.Subject.IsCut)
        {
            RefuseForWork(context, issuer);
            return;
        }

        bool isAddress = context.Query.HostName is { } host && HostNameMatcher.TryParseAddress(host, out _);
        List<GeneralName> names = NamesOf(context.Certificate, withCommonName: context.IsLeaf && !isAddress);
        long comparisons = (long)names.Count * (constraints.Permitted.Count + constraints.Excluded.Count);
        if (comparisons > MaximumComparisons)
        {
            context.Error(PathRule.NameConstraint,
                $"{comparisons} comparisons with the name constraints of {issuer} are more than the {MaximumComparisons} that are made",
                    Clause);
            return;
        }

        foreach (GeneralName name in names)
        {
            // Not of a kind that is constrained, perhaps: but what can't be read can't be shown to be harmless.
            if (name.Kind is GeneralNameKind.Dns or GeneralNameKind.Email && name.Text.Length > 0 && !SubtreeSet.IsReadable(name))
            {
                context.ErrorIfStrict(PathRule.NameConstraint, $"{name} is no name that the constraints of {issuer} can be applied to",
                    Clause);
            }

            if (constraints.FindViolation(name) is { } violation)
            {
                context.Error(PathRule.NameConstraint, $"{name} {violation} of {issuer}", Clause,
                    outside: violation == NameConstraints.NotPermitted ? name.Kind : null);
                return;
            }
        }
    }

    /// <summary>Refuses where comparing would cost more than is spent on it.</summary>
    internal static void RefuseForWork(RuleContext context, Certificate issuer) =>
        context.Error(PathRule.NameConstraint, $"its names are more than are compared with the name constraints of {issuer}", Clause);

    /// <summary>The names that are constrained: the subject, its e-mail addresses, the subject alternative name.</summary>
    /// <param name="certificate">Whose names.</param>
    /// <param name="withCommonName">Also a common name that stands in for a missing DNS name, since clients of OpenSSL take it for
    /// one.</param>
    internal static List<GeneralName> NamesOf(Certificate certificate, bool withCommonName)
    {
        List<GeneralName> names = [];
        SubjectAlternativeName? alternative = certificate.SubjectAlternativeName;
        IReadOnlyList<AttributeValue> attributes = [.. certificate.Subject.RelativeNames.SelectMany(static r => r)];
        if (!certificate.Subject.IsEmpty)
        {
            names.Add(new GeneralName(GeneralNameKind.Directory, certificate.Subject.RawData));
            names.AddRange(attributes.Where(static a => a.Oid == AttributeNames.EmailAddress)
                .Select(static a => new GeneralName(GeneralNameKind.Email, Encoding.Latin1.GetBytes(a.Value))));
        }

        if (alternative is not null)
        {
            names.AddRange(alternative.Names);
            names.AddRange(alternative.Names.Where(static n => n.IsInternationalMailbox)
                .Select(static n => new GeneralName(GeneralNameKind.Email, n.OtherNameText)));
        }

        if (withCommonName && alternative is not { DnsNames.Count: > 0 })
        {
            names.AddRange(
                attributes.Where(static a =>
                    a.Oid == AttributeNames.CommonName && a.Value.Contains('.', StringComparison.Ordinal)
                        && DnsName.IsValid(DnsName.IsWildcard(a.Value) ? a.Value.AsSpan(2) : a.Value))
                .Select(static a => new GeneralName(GeneralNameKind.Dns, Encoding.Latin1.GetBytes(a.Value))));
        }

        return names;
    }
}

using TlsTrust.Certificates.Der;

namespace TlsTrust.Certificates.Extensions;

/// <summary>Decodes the policy extensions, RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11 and §4.2.1.14.</summary>
internal static class PolicyReader
{
    internal static List<string>? ReadPolicies(ReadOnlyMemory<byte> certificate, DerReader value, List<DerFault> faults)
    {
        const string Field = "certificatePolicies";
        if (!ExtensionReader.TryEnterSequence(ref value, Field, faults, out DerReader list))
        {
            return null;
        }

        if (list.AtEnd)
        {
            faults.Add(new DerFault(list.Position, Field, "RFC 5280 §4.2.1.4", "no policy in it", DerFaultKind.Profile));
        }

        List<string> policies = [];
        while (!list.AtEnd)
        {
            if (!list.TryRead(DerTag.Sequence, out DerElement information))
            {
                faults.Add(list.Fault(Field));
                return policies;
            }

            DerReader parts = list.Enter(information);
            if (!parts.TryRead(DerTag.ObjectIdentifier, out DerElement oid)
                || !DerValue.TryObjectIdentifier(oid.Content(certificate.Span), out string policy))
            {
                faults.Add(parts.Fault(Field));
                return policies;
            }

            if (policies.Contains(policy))
            {
                faults.Add(new DerFault(oid.Offset, Field, "RFC 5280 §4.2.1.4", $"policy {policy} occurs twice"));
            }

            policies.Add(policy);
            CheckQualifiers(certificate, parts, faults);
        }

        return policies;
    }

    /// <summary>§4.2.1.4: one or more, of the two kinds that there are. Clients pass over them; the strict policy does not.</summary>
    private static void CheckQualifiers(ReadOnlyMemory<byte> certificate, DerReader parts, List<DerFault> faults)
    {
        const string Field = "certificatePolicies";
        const string Rule = "RFC 5280 §4.2.1.4";
        if (parts.AtEnd)
        {
            return;
        }

        if (!parts.TryRead(DerTag.Sequence, out DerElement sequence) || !parts.TryFinish() || sequence.Length == 0)
        {
            faults.Add(new DerFault(parts.Position, Field, Rule, "policy qualifiers that can't be read", DerFaultKind.Profile));
            return;
        }

        DerReader list = parts.Enter(sequence);
        while (!list.AtEnd)
        {
            DerReader qualifier = list.TryRead(DerTag.Sequence, out DerElement information) ? list.Enter(information) : default;
            if (information.Length == 0 || !qualifier.TryRead(DerTag.ObjectIdentifier, out DerElement oid)
                || !qualifier.TryRead(out DerElement value) || !qualifier.TryFinish()
                || !DerValue.TryObjectIdentifier(oid.Content(certificate.Span), out string kind))
            {
                faults.Add(new DerFault(list.Position, Field, Rule, "a policy qualifier that can't be read", DerFaultKind.Profile));
                return;
            }

            if (kind is not (Oids.CpsQualifier or Oids.UserNoticeQualifier))
            {
                faults.Add(new DerFault(oid.Offset, Field, Rule, $"a policy qualifier of an unknown kind, {kind}", DerFaultKind.Profile));
            }
            else if (value.Tag != (kind == Oids.CpsQualifier ? DerTag.Ia5String : DerTag.Sequence))
            {
                faults.Add(new DerFault(value.Offset, Field, Rule, "a policy qualifier that is not of its type", DerFaultKind.Profile));
            }
        }
    }

    internal static List<PolicyMapping> ReadMappings(ReadOnlyMemory<byte> certificate, DerReader value, List<DerFault> faults)
    {
        const string Field = "policyMappings";
        List<PolicyMapping> mappings = [];
        if (!ExtensionReader.TryEnterSequence(ref value, Field, faults, out DerReader list))
        {
            return mappings;
        }

        while (!list.AtEnd)
        {
            if (!list.TryRead(DerTag.Sequence, out DerElement pair))
            {
                faults.Add(list.Fault(Field));
                return mappings;
            }

            DerReader parts = list.Enter(pair);
            if (!parts.TryRead(DerTag.ObjectIdentifier, out DerElement issuer)
                || !parts.TryRead(DerTag.ObjectIdentifier, out DerElement subject) || !parts.TryFinish()
                || !DerValue.TryObjectIdentifier(issuer.Content(certificate.Span), out string issuerPolicy)
                || !DerValue.TryObjectIdentifier(subject.Content(certificate.Span), out string subjectPolicy))
            {
                faults.Add(parts.Fault(Field));
                return mappings;
            }

            if (issuerPolicy == Oids.AnyPolicy || subjectPolicy == Oids.AnyPolicy)
            {
                faults.Add(new DerFault(pair.Offset, Field, "RFC 5280 §4.2.1.5", "anyPolicy must not be mapped"));
            }

            mappings.Add(new PolicyMapping(issuerPolicy, subjectPolicy));
        }

        return mappings;
    }

    internal static PolicyConstraints? ReadConstraints(ReadOnlyMemory<byte> certificate, DerReader value, PolicyConstraints? known,
        List<DerFault> faults)
    {
        const string Field = "policyConstraints";
        if (!ExtensionReader.TryEnterSequence(ref value, Field, faults, out DerReader parts))
        {
            return known;
        }

        if (!parts.TryReadOptional(DerTag.Primitive(0), out DerElement require)
            || !parts.TryReadOptional(DerTag.Primitive(1), out DerElement inhibit) || !parts.TryFinish())
        {
            faults.Add(parts.Fault(Field));
            return known;
        }

        if (!require.IsPresent && !inhibit.IsPresent)
        {
            faults.Add(new DerFault(parts.Position, Field, "RFC 5280 §4.2.1.11", "it constrains nothing", DerFaultKind.Profile));
        }

        return new PolicyConstraints(ReadSkip(certificate, require, Field, faults), ReadSkip(certificate, inhibit, Field, faults),
            known?.InhibitAnyPolicy);
    }

    internal static PolicyConstraints? ReadInhibitAnyPolicy(ReadOnlyMemory<byte> certificate, DerReader value, PolicyConstraints? known,
        List<DerFault> faults)
    {
        const string Field = "inhibitAnyPolicy";
        if (!value.TryRead(DerTag.Integer, out DerElement skip) || !value.TryFinish())
        {
            faults.Add(value.Fault(Field));
            return known;
        }

        return new PolicyConstraints(known?.RequireExplicitPolicy, known?.InhibitPolicyMapping, ReadSkip(certificate, skip, Field, faults));
    }

    private static int? ReadSkip(ReadOnlyMemory<byte> certificate, in DerElement element, string field, List<DerFault> faults)
    {
        if (!element.IsPresent)
        {
            return null;
        }

        if (!DerValue.TryNonNegative(element.Content(certificate.Span), out int skip))
        {
            faults.Add(new DerFault(element.Offset, field, "RFC 5280 §4.2.1.11", "a number that is negative or not minimal"));
        }

        return skip;
    }
}

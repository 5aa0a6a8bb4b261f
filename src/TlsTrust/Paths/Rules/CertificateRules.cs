namespace TlsTrust.Paths.Rules;

/// <summary>The rules that look at one certificate in its position, whatever path it is in.</summary>
internal static class CertificateRules
{
    internal static void Check(RuleContext context)
    {
        MalformedRule.Check(context);
        DistrustRule.Check(context);
        BasicConstraintsRule.Check(context);
        KeyUsageRule.Check(context);
        CriticalExtensionsRule.Check(context);
        ExtendedKeyUsageRule.Check(context);
        AlgorithmStrengthRule.Check(context);
        KeyAlgorithmRule.Check(context);
        KeyIdentifierRule.Check(context);
        CriticalityRule.Check(context);
        RootRule.Check(context);
        SubscriberRule.Check(context);
        LeafNamesRule.Check(context);
        NameConstraintsRule.CheckSyntax(context);
        DatesRule.Check(context);
        HostNameRule.Check(context);
    }
}

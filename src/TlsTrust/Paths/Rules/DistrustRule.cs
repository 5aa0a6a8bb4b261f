namespace TlsTrust.Paths.Rules;

/// <summary>
/// A certificate that the platform or the user distrusts is in no path; there is no RFC clause for it, every platform has such a list.
/// </summary>
internal static class DistrustRule
{
    internal static void Check(RuleContext context)
    {
        if (context.Query.Distrusted is { } distrusted && distrusted.Contains(context.Certificate))
        {
            context.Error(PathRule.Distrusted, "it is in the list of distrusted certificates", "platform trust settings");
        }
    }
}

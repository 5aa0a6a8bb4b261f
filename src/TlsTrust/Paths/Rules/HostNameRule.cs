namespace TlsTrust.Paths.Rules;

/// <summary>RFC 9525 §6 and RFC 2818 §3.1: the leaf is for the host asked for, by its subject alternative name alone.</summary>
internal static class HostNameRule
{
    /// <summary>How many names a message lists; a certificate may have hundreds.</summary>
    private const int NamesShown = 8;

    internal static void Check(RuleContext context)
    {
        if (!context.IsLeaf || context.Query.HostName is not { } host || HostNameMatcher.Match(host, context.Certificate))
        {
            return;
        }

        IReadOnlyList<string> names = HostNameMatcher.NamesThatWouldWork(context.Certificate);
        string has = names.Count == 0 ? "it has no subject alternative name that a client could ask for"
            : $"it is for {string.Join(", ", names.Take(NamesShown))}" +
                $"{(names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "")}";
        context.Error(PathRule.NameMismatch, $"not for {host}: {has}", "RFC 9525 §6");
    }
}

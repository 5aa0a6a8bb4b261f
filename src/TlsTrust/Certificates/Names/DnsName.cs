namespace TlsTrust.Certificates.Names;

/// <summary>DNS names as certificates and clients write them.</summary>
internal static class DnsName
{
    private const int MaximumLength = 253;
    private const int MaximumLabelLength = 63;

    /// <summary>
    /// Letters, digits, hyphens and, as every client allows, underscores; labels of 1 to 63, 253 in all (RFC 1034 §3.5, RFC 1123 §2.1).
    /// </summary>
    internal static bool IsValid(ReadOnlySpan<char> name) => IsValid(name, allowUnderscore: true);

    /// <summary>The preferred name syntax that RFC 5280 §4.2.1.6 demands: no underscores.</summary>
    internal static bool IsPreferredSyntax(ReadOnlySpan<char> name) => IsValid(name, allowUnderscore: false);

    /// <summary>True for <c>*.</c> followed by a name.</summary>
    internal static bool IsWildcard(ReadOnlySpan<char> name) => name.StartsWith("*.", StringComparison.Ordinal);

    private static bool IsValid(ReadOnlySpan<char> name, bool allowUnderscore)
    {
        if (name.Length is 0 or > MaximumLength)
        {
            return false;
        }

        int labelStart = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] != '.')
            {
                if (!char.IsAsciiLetterOrDigit(name[i]) && name[i] != '-' && !(allowUnderscore && name[i] == '_'))
                {
                    return false;
                }

                continue;
            }

            int length = i - labelStart;
            if (length is 0 or > MaximumLabelLength || name[labelStart] == '-' || name[i - 1] == '-')
            {
                return false;
            }

            labelStart = i + 1;
        }

        return true;
    }
}

using System.Text.RegularExpressions;
using TlsTrust.Environment.Catalogue;

namespace TlsTrust.Environment.Insecure;

/// <summary>Decides whether a value switches verification off.</summary>
internal static class InsecureMatch
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1); // the patterns are ours, the text is not

    public static bool Matches(InsecureFacts fact, string value) => fact.Match switch
    {
        "present" => true,
        "set" => value.Length == 0 || !IsFalse(value),
        "nonEmpty" => value.Trim().Length > 0,
        "empty" => value.Trim().Length == 0,
        "equals" => fact.Values.Contains(value, StringComparer.Ordinal),
        "equalsIgnoreCase" => fact.Values.Contains(value.Trim(), StringComparer.OrdinalIgnoreCase),
        "matches" => fact.Values.Any(pattern => Regex.IsMatch(value, pattern, RegexOptions.None, PatternLimit)),
        "notMatches" => !fact.Values.Any(pattern => Regex.IsMatch(value, pattern, RegexOptions.None, PatternLimit)),
        _ => false,
    };

    /// <summary>The value without the options that switch verification off.</summary>
    public static string WithoutOptions(InsecureFacts fact, string value)
    {
        foreach (string pattern in fact.Values)
        {
            // One blank goes with the option, so that none is left over.
            value = Regex.Replace(value, $"(?: {pattern}|{pattern} ?)", string.Empty, RegexOptions.None, PatternLimit);
        }

        return value;
    }

    /// <summary>Whether a key of a file is meant; <c>*</c> stands for any text.</summary>
    public static bool KeyMatches(string pattern, string key)
    {
        if (!pattern.Contains('*', StringComparison.Ordinal))
        {
            return key.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        }

        if (pattern.StartsWith("*.", StringComparison.Ordinal) && key.Equals(pattern[2..], StringComparison.OrdinalIgnoreCase))
        {
            return true; // a key before the first section
        }

        // Only "*:" of PowerShell is meant literally.
        string expression = "^"
            + Regex.Escape(pattern).Replace(@"\*:", "\u0001", StringComparison.Ordinal).Replace(@"\*", ".*", StringComparison.Ordinal)
                .Replace("\u0001", @"\*:", StringComparison.Ordinal) + "$";
        return Regex.IsMatch(key, expression, RegexOptions.IgnoreCase, PatternLimit);
    }

    private static bool IsFalse(string value) => value.Trim().ToLowerInvariant() is "false" or "no" or "off" or "0";
}

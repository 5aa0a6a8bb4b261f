using System.Text.RegularExpressions;

namespace TlsTrust.Stores;

/// <summary>Paths with <c>~</c>, names in braces and <c>*</c>, as the tables of places have them.</summary>
internal static class PathPattern
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1); // the patterns are ours, the paths are not

    /// <summary>
    /// The places on a machine: those that exist for a pattern with a star, the one place otherwise; nothing when a name in braces has no
    /// value or the platform has no such path.
    /// </summary>
    public static IEnumerable<string> Expand(string pattern, IMachineEnvironment environment)
    {
        bool windows = environment.Platform == StorePlatform.Windows;
        string? path = Named(pattern, name => Value(name, environment));
        if (path is null || (path.StartsWith('/') && windows))
        {
            return [];
        }

        path = path.StartsWith("~/", StringComparison.Ordinal) ? environment.HomeDirectory.Length == 0 ? null
            : $"{environment.HomeDirectory}/{path[2..]}"
            : path == pattern ? environment.MapPath(path)
            : path;
        return path is null ? [] : Glob(windows ? path.Replace('/', '\\') : path);
    }

    /// <summary>The pattern with its names in braces replaced; null when one has no value.</summary>
    public static string? Named(string pattern, Func<string, string?> value)
    {
        string path = pattern;
        while (path.IndexOf('{', StringComparison.Ordinal) is >= 0 and int open && path.IndexOf('}', open) is > 0 and int close)
        {
            if (value(path[(open + 1)..close]) is not { Length: > 0 } found)
            {
                return null;
            }

            path = path[..open] + found + path[(close + 1)..];
        }

        return path;
    }

    /// <summary>What matches a path with stars; the path itself when it has none.</summary>
    public static IEnumerable<string> Glob(string pattern)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
        {
            yield return pattern;
            yield break;
        }

        int slash = pattern.LastIndexOfAny(['/', '\\'], star);
        int next = pattern.IndexOfAny(['/', '\\'], star);
        string folder = pattern[..Math.Max(slash, 1)];
        string name = next < 0 ? pattern[(slash + 1)..] : pattern[(slash + 1)..next];
        foreach (string entry in Entries(folder, name))
        {
            if (next < 0)
            {
                yield return entry;
                continue;
            }

            string rest = entry + pattern[next..];
            foreach (string match in rest.Contains('*', StringComparison.Ordinal) ? Glob(rest) : File.Exists(rest) || Directory.Exists(rest)
                ? [rest] : [])
            {
                yield return match;
            }
        }
    }

    /// <summary>Whether a path matches; a star stands for any text within one name.</summary>
    public static bool IsMatch(string pattern, string path) =>
        Regex.IsMatch(path, "^" + Regex.Escape(pattern).Replace("\\*", @"[^/\\]*", StringComparison.Ordinal) + "$", RegexOptions.None,
            PatternLimit);

    private static string? Value(string name, IMachineEnvironment environment) => name switch
    {
        "programfiles" =>
            environment.Platform == StorePlatform.Windows ? environment.GetVariable("ProgramFiles") ?? @"C:\Program Files" : null,
        "programdata" => environment.Platform == StorePlatform.Windows ? environment.GetVariable("ProgramData") ?? @"C:\ProgramData" : null,
        _ when name.StartsWith("env:", StringComparison.Ordinal) => environment.GetVariable(name[4..]),
        _ => null,
    };

    private static string[] Entries(string folder, string name)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder, name).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception fault) when (StoreFile.IsFileFault(fault))
        {
            return [];
        }
    }
}

using System.Text;

namespace TlsTrust.Environment.Inspection;

/// <summary>Options in a variable such as <c>JAVA_TOOL_OPTIONS</c>: words divided by blanks, quotes of both kinds kept together.</summary>
internal static class JavaOptions
{
    public const string TrustStore = "javax.net.ssl.trustStore";
    public const string TrustStorePassword = "javax.net.ssl.trustStorePassword";
    public const string TrustStoreType = "javax.net.ssl.trustStoreType";

    /// <summary>The value of a system property, the last that is given; null without one.</summary>
    public static string? Property(string options, string name) =>
        Words(options).LastOrDefault(word => word.StartsWith($"-D{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];

    /// <summary>The options without our three properties.</summary>
    public static string Without(string options) =>
        string.Join(' ', Raw(options).Where(word => !IsStore(word.Plain)).Select(word => word.Written));

    /// <summary>The options that make a JVM use a key store.</summary>
    public static string For(string path, string password)
    {
        bool plain = path.All(c => !char.IsWhiteSpace(c) && c is not ('\'' or '"'));
        string quoted = plain ? path : path.Contains('"', StringComparison.Ordinal) ? $"'{path}'" : $"\"{path}\"";
        return $"-D{TrustStore}={quoted} -D{TrustStorePassword}={password} -D{TrustStoreType}=PKCS12";
    }

    private static bool IsStore(string word) =>
        new[] { TrustStore, TrustStorePassword, TrustStoreType }.Any(name => word.StartsWith($"-D{name}=", StringComparison.Ordinal));

    private static IEnumerable<string> Words(string options) => Raw(options).Select(word => word.Plain);

    private static IEnumerable<(string Plain, string Written)> Raw(string options)
    {
        StringBuilder plain = new();
        int start = -1;
        char quote = '\0';
        for (int i = 0; i <= options.Length; i++)
        {
            if (i == options.Length || (quote == '\0' && char.IsWhiteSpace(options[i])))
            {
                if (start >= 0)
                {
                    yield return (plain.ToString(), options[start..i]);
                }

                plain.Clear();
                start = -1;
                continue;
            }

            start = start < 0 ? i : start;
            char c = options[i];
            if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    plain.Append(c);
                }
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else
            {
                plain.Append(c);
            }
        }
    }
}

namespace TlsTrust.Environment.Inspection;

/// <summary>Keys that hold for one URL, as git has them (git-config(1), "http.&lt;url&gt;.*").</summary>
internal static class UrlScope
{
    /// <summary>
    /// How much a key says about a URL: more for a longer host and path; null when it is for another, or when no URL is asked about.
    /// </summary>
    /// <param name="pattern">The key's pattern, with a star where the URL stands.</param>
    /// <param name="key">The key.</param>
    /// <param name="url">The URL that is asked about.</param>
    public static int? Specificity(string pattern, string key, Uri? url)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        string end = pattern[(star + 1)..];
        if (url is null || star < 0 || key.Length < pattern.Length
            || !Uri.TryCreate(key[star..^end.Length], UriKind.Absolute, out Uri? named))
        {
            return null;
        }

        string path = named.AbsolutePath.TrimEnd('/') + "/";
        return named.Scheme == url.Scheme && named.Port == url.Port && IsHost(named.Host, url.Host)
            && (url.AbsolutePath + "/").StartsWith(path, StringComparison.Ordinal)
            ? (named.Host.Length * 1000) + path.Length
            : null;
    }

    // A star stands for one label.
    private static bool IsHost(string pattern, string host)
    {
        string[] wanted = pattern.Split('.'), labels = host.Split('.');
        return wanted.Length == labels.Length
            && wanted.Zip(labels).All(pair => pair.First == "*" || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}

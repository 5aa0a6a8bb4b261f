using System.Text;

namespace TlsTrust.Environment.Inspection;

/// <summary>
/// Of all clusters that kubeconfig files name, kubectl uses one: that of the current context. Of two with one name the first counts,
/// over all files of the list; so does the first current context (Kubernetes, "Organizing Cluster Access", Merging kubeconfig files).
/// </summary>
internal static class KubeClusters
{
    private const string Clusters = "clusters.", Server = "clusters.cluster.server";

    private const string Data = "clusters.cluster.certificate-authority-data";

    /// <summary>The entries without those of clusters that are not asked.</summary>
    /// <param name="entries">Those of all files, in the order in which they are read.</param>
    /// <param name="url">What is asked about: a cluster of that address comes before the current one; null for the current.</param>
    public static IEnumerable<ConfiguredEntry> OfOne(IReadOnlyList<ConfiguredEntry> entries, Uri? url)
    {
        IGrouping<(string?, int), ConfiguredEntry>[] clusters =
            [.. Items(entries, Clusters).DistinctBy(cluster => Value(cluster, "clusters.name"))];
        string? context = Value(entries, "current-context");
        string? name = Items(entries, "contexts.").FirstOrDefault(item => context is not null && Value(item, "contexts.name") == context)
            is { } current ? Value(current, "contexts.context.cluster") : null;
        IGrouping<(string?, int), ConfiguredEntry>? used = clusters.FirstOrDefault(cluster => name is not null
            && Value(cluster, "clusters.name") == name);
        if (url is not null && !IsAt(used, url))
        {
            used = clusters.FirstOrDefault(cluster => IsAt(cluster, url)) ?? used;
        }

        return entries.Where(entry => !entry.Key.StartsWith(Clusters, StringComparison.Ordinal) || (used?.Contains(entry) ?? false))
            .Select(entry => entry.Key == Data ? entry with { Value = Decoded(entry.Value) } : entry);
    }

    private static IEnumerable<IGrouping<(string?, int), ConfiguredEntry>> Items(IEnumerable<ConfiguredEntry> entries, string list) =>
        entries.Where(entry => entry.Key.StartsWith(list, StringComparison.Ordinal)).GroupBy(entry => (entry.Path, entry.Item));

    private static string? Value(IEnumerable<ConfiguredEntry> entries, string key) =>
        entries.FirstOrDefault(entry => entry.Key == key && entry.Value.Length > 0)?.Value;

    private static bool IsAt(IEnumerable<ConfiguredEntry>? cluster, Uri url) =>
        cluster is not null && Uri.TryCreate(Value(cluster, Server), UriKind.Absolute, out Uri? server)
        && server.Port == url.Port && server.Host.Equals(url.Host, StringComparison.OrdinalIgnoreCase);

    // What is no base64 stays as it is: a text without a certificate.
    private static string Decoded(string value)
    {
        byte[] bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value, bytes, out int length) ? Encoding.Latin1.GetString(bytes, 0, length) : value;
    }
}

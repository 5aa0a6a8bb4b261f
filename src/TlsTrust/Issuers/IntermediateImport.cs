using System.Net;
using System.Net.Sockets;
using TlsTrust.CertificateFiles;
using TlsTrust.Certificates;
using TlsTrust.Connections.Downloads;

namespace TlsTrust.Issuers;

/// <summary>Reads lists of intermediates: any certificate file, or CCADB's CSV reports; from a file or a URL.</summary>
public static class IntermediateImport
{
    /// <summary>64 MiB: CCADB's largest report has 20.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>2 minutes: a list of 20 MB over a slow line.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>The certificates of a list.</summary>
    public static IReadOnlyList<Certificate> Read(ReadOnlyMemory<byte> content) =>
        [.. CertificateFile.Read(CcadbCsv.ToPem(content.Span) is { } pem ? pem : content).Certificates.Select(located =>
            located.Certificate).Distinct()];

    /// <summary>The certificates of a list in a file.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static IReadOnlyList<Certificate> ReadFile(string path) => Read(CertificateFile.ReadBytes(path));

    /// <summary>The certificates of a list that was downloaded: no form that wants a password.</summary>
    public static IReadOnlyList<Certificate> ReadDownload(ReadOnlyMemory<byte> content) =>
        [.. CertificateFile.ReadDownload(CcadbCsv.ToPem(content.Span) is { } pem ? pem : content).Certificates.Select(located =>
            located.Certificate).Distinct()];

    /// <summary>
    /// Fetches a list that the user named: where its host is inside, that inside is open to its redirects too, and no other. The rules for
    /// size and time hold.
    /// </summary>
    public static async Task<FetchedContent> FetchAsync(Uri uri, CertificateUrlOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(options);
        FetchReach reach = FetchReach.Public;
        try
        {
            IReadOnlyList<IPAddress> named = IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out IPAddress? literal)
                ? [literal]
                : await options.Resolver.ResolveAsync(uri.IdnHost, cancellation).ConfigureAwait(false);
            reach = named.Aggregate(reach, (open, address) => open | FetchReaches.OpenedBy(address));
        }
        catch (SocketException)
        {
            // The fetcher says so, or a proxy knows the name.
        }

        using CertificateUrlFetcher fetcher = new(options);
        return await fetcher.FetchAsync(new FetchRequest(uri.AbsoluteUri, MaxBytes, reach), cancellation).ConfigureAwait(false);
    }
}

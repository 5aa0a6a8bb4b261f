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
        [.. CertificateFile.Read(CcadbCsv.ToPem(content.Span) is { } pem ? pem : content).Certificates.Select(located => located.Certificate).Distinct()];

    /// <summary>The certificates of a list in a file.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static IReadOnlyList<Certificate> ReadFile(string path) => Read(CertificateFile.ReadBytes(path));

    /// <summary>Fetches a list that the user named: its address may be private, the rules for size, time and redirects hold.</summary>
    public static async Task<FetchedContent> FetchAsync(Uri uri, CertificateUrlOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uri);
        using CertificateUrlFetcher fetcher = new(options with { AllowPrivateAddress = true });
        return await fetcher.FetchAsync(new FetchRequest(uri.AbsoluteUri, MaxBytes), cancellation).ConfigureAwait(false);
    }
}

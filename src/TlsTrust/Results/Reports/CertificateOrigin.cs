using System.Globalization;
using TlsTrust.Results;

namespace TlsTrust;

/// <summary>What kind of place a certificate comes from.</summary>
public enum CertificateOriginKind
{
    /// <summary>Nobody wrote it down; it counts as the network.</summary>
    Unknown,

    /// <summary>A server sent it.</summary>
    Sent,

    /// <summary>It was downloaded from a URL.</summary>
    Download,

    /// <summary>A file, or one of a folder, that was given.</summary>
    File,

    /// <summary>The trust store in use.</summary>
    Store,

    /// <summary>Another store of this machine.</summary>
    MachineStore,

    /// <summary>An imported intermediate, or the answer of an earlier download.</summary>
    Cache,

    /// <summary>The built-in list of publicly known roots.</summary>
    PublicRoots,

    /// <summary>An object that was handed over.</summary>
    Pipeline,
}

/// <summary>Where a certificate comes from, as data: what is decided by it is decided by these values, never by a text.</summary>
public sealed record CertificateOrigin
{
    /// <summary>What kind of place.</summary>
    public CertificateOriginKind Kind { get; init; }

    /// <summary>The file, store, URL or list; empty for what was sent.</summary>
    public string Location { get; init => field = ShownText.Of(value); } = "";

    /// <summary>Line in the file, from 1; of what was sent the position, from 0; null where there is none.</summary>
    public int? Line { get; init; }

    /// <summary>True when it was in PKCS#7, which not every client that downloads reads.</summary>
    internal bool InPkcs7 { get; init; }

    /// <summary>True when somebody else than this machine's owner says so: a server, a download, or nobody knows who.</summary>
    public bool IsFromNetwork =>
        Kind is CertificateOriginKind.Unknown or CertificateOriginKind.Sent or CertificateOriginKind.Download
            or CertificateOriginKind.Cache;

    /// <summary>What a server sent.</summary>
    /// <param name="position">Position on the wire, from 0.</param>
    public static CertificateOrigin Sent(int position) => new() { Kind = CertificateOriginKind.Sent, Line = position };

    /// <summary>What a file holds.</summary>
    /// <param name="path">The file; with an alias, a comma and the alias behind it.</param>
    /// <param name="line">Line from 1; 0 where the file has none.</param>
    public static CertificateOrigin File(string path, int line = 0) =>
        new() { Kind = CertificateOriginKind.File, Location = path, Line = line > 0 ? line : null };

    /// <summary>What a URL gave.</summary>
    public static CertificateOrigin Download(string url) => new() { Kind = CertificateOriginKind.Download, Location = url };

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        CertificateOriginKind.Sent => string.Create(CultureInfo.InvariantCulture, $"sent at position {Line}"),
        CertificateOriginKind.Store => $"store {Place}",
        _ => Place,
    };

    private string Place => Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{Location}, line {line}") : Location;
}

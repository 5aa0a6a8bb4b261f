using System.Globalization;
using TlsTrust.Connections;
using TlsTrust.Diagnosis.Chains;
using TlsTrust.Issuers;
using TlsTrust.Stores;

namespace TlsTrust.Cli;

/// <summary>Words of a command line that stand for files or endpoints, and files that go with them.</summary>
internal static class CertificateInput
{
    private static readonly string[] _extensions = [".pem", ".crt", ".cer", ".der", ".p7b", ".p7c", ".spc", ".p12", ".pfx", ".jks", ".key", ".cert", ".bundle"];

    /// <summary>A file or folder when it is there or looks like one; else an endpoint is meant.</summary>
    public static bool IsPath(string word) =>
        !word.Contains("://", StringComparison.Ordinal)
        && (File.Exists(word) || Directory.Exists(word) || word.Contains('/', StringComparison.Ordinal) || word.Contains('\\', StringComparison.Ordinal)
            || Array.Exists(_extensions, extension => word.EndsWith(extension, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Reads a file or folder; says on standard error why it can't.</summary>
    public static PresentedCertificates? Read(string path)
    {
        try
        {
            PresentedCertificates presented = PresentedCertificates.FromPath(Path.GetFullPath(path)) with { Origin = path };
            if (presented.Certificates.Count > 0)
            {
                return presented;
            }

            Console.Error.WriteLine($"tlstrust: there is no certificate in '{path}'{string.Concat(presented.Defects.Take(3).Select(defect => $"; {defect}"))}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tlstrust: '{path}' can't be read: {fault.Message}");
        }

        return null;
    }

    /// <summary>The store that is named, or the default one.</summary>
    public static TrustStore Store(string? path) =>
        path is null ? TrustStores.Default(ProcessEnvironment.Instance) : TrustStores.Open(Path.GetFullPath(path));

    /// <summary>The host of --host-name, as endpoints have theirs; false, which is said, where it is none.</summary>
    public static bool TryHostName(string? given, out string? host)
    {
        Endpoint? parsed = given is null ? null : Endpoint.Parse(given);
        host = parsed?.HostName;
        if (parsed?.Error is null)
        {
            return true;
        }

        Console.Error.WriteLine($"tlstrust: --host-name: {parsed.Error}");
        return false;
    }

    /// <summary>The proxies that the environment names, as for every endpoint.</summary>
    public static ProxySetting Proxies => ProxySetting.FromEnvironment(ProcessEnvironment.Instance.GetVariable);

    /// <summary>The certificates of files that are given besides; null where one can't be read, which is said.</summary>
    public static IReadOnlyList<StoredCertificate>? Certificates(IEnumerable<string> files)
    {
        List<StoredCertificate> certificates = [];
        foreach (string file in files)
        {
            if (Read(file) is not { } presented)
            {
                return null;
            }

            certificates.AddRange(presented.Certificates);
        }

        return certificates;
    }

    /// <summary>Files and folders to search; null where one is not there, which is said.</summary>
    public static IReadOnlyList<IssuerSource>? Sources(IReadOnlyList<string> paths)
    {
        string[] absent = [.. paths.Where(path => !File.Exists(path) && !Directory.Exists(path))];
        foreach (string path in absent)
        {
            Console.Error.WriteLine($"tlstrust: there is no file or folder '{path}' to search");
        }

        return absent.Length > 0 ? null : [.. paths.Select(path => MachineSources.OfPath(Path.GetFullPath(path)))];
    }

    /// <summary>A time in ISO 8601, taken as UTC where it names no zone, so that every agent judges alike; false, which is said, where it is none.</summary>
    public static bool TryTime(string? text, out DateTime? at)
    {
        at = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time) ? time : null;
        if (at is not null || text is null)
        {
            return true;
        }

        Console.Error.WriteLine($"tlstrust: '{text}' is no time; give one like 2026-05-31T12:00Z");
        return false;
    }
}

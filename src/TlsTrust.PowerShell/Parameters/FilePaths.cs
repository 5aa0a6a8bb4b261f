using System.Collections.ObjectModel;
using System.Management.Automation;

namespace TlsTrust.PowerShell.Parameters;

/// <summary>Turns what a user writes as a path into files, relative to the shell's location and not to the process's.</summary>
internal static class FilePaths
{
    private static readonly string[] CertificateExtensions =
        [".pem", ".crt", ".cer", ".der", ".p7b", ".p7c", ".spc", ".p12", ".pfx", ".jks", ".key", ".cert", ".bundle", ".ca-bundle"];

    /// <summary>
    /// Existing files and folders for <c>-Path</c> (with wildcards) or <c>-LiteralPath</c>. What can't be resolved is reported by
    /// <paramref name="report"/>, item by item.
    /// </summary>
    public static IEnumerable<string> Resolve(PSCmdlet command, IEnumerable<string> paths, bool literal, Action<ErrorRecord> report)
    {
        foreach (string path in paths)
        {
            foreach (string file in literal ? Literal(command, path, report) : Matching(command, path, report))
            {
                yield return file;
            }
        }
    }

    /// <summary>The one existing file or folder behind a parameter without wildcards.</summary>
    /// <param name="command">Whose location relative paths start from.</param>
    /// <param name="path">What the user wrote.</param>
    /// <param name="fail">Ends the command.</param>
    public static string One(PSCmdlet command, string path, Action<ErrorRecord> fail) => Literal(command, path, fail).First();

    /// <summary>A full path for a file that need not exist; null, and a report, where it is not in the file system.</summary>
    public static string? Destination(PSCmdlet command, string path, Action<ErrorRecord> report) =>
        Destination(command.SessionState, path, report);

    private static string? Destination(SessionState session, string path, Action<ErrorRecord> report)
    {
        try
        {
            string full = session.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (IsFileSystem(provider))
            {
                return OperatingSystem.IsWindows() ? Usual(full) : full;
            }

            report(NotFileSystem(path, provider));
        }
        catch (Exception fault) when (fault is SessionStateException or ArgumentException or NotSupportedException)
        {
            report(NotFound(path, fault));
        }

        return null;
    }

    /// <summary>
    /// Whether a word given where both a file and an endpoint may stand is a file: it exists, has wildcards or a folder in it, or ends
    /// like a certificate file.
    /// </summary>
    public static bool LooksLikePath(PSCmdlet command, string text) => LooksLikePath(command.SessionState, text);

    /// <inheritdoc cref="LooksLikePath(PSCmdlet, string)"/>
    public static bool LooksLikePath(SessionState session, string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return false;
        }

        // "[::1]:443" is an address although its brackets are wildcards.
        bool bracketed = text.StartsWith('[') && text.Contains(']', StringComparison.Ordinal);
        if ((!bracketed && WildcardPattern.ContainsWildcardCharacters(text))
            || text.Contains('/', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal) || text.StartsWith('~')
            || CertificateExtensions.Any(extension => text.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        return Exists(session, text);
    }

    /// <summary>Whether a file or folder of this name exists, relative to the shell's location.</summary>
    public static bool Exists(PSCmdlet command, string text) => Exists(command.SessionState, text);

    /// <summary>The same, where no cmdlet is yet.</summary>
    public static bool Exists(SessionState session, string text)
    {
        string? full = Destination(session, text, static _ => { });
        return full is not null && (File.Exists(full) || Directory.Exists(full));
    }

    private static IEnumerable<string> Literal(PSCmdlet command, string path, Action<ErrorRecord> report)
    {
        string? full = Destination(command, path, report);
        if (full is null)
        {
            return [];
        }

        if (File.Exists(full) || Directory.Exists(full))
        {
            return [full];
        }

        report(NotFound(path, null, "Check the path; it is taken as it is, without wildcards, and relative to the current location."));
        return [];
    }

    private static Collection<string> Matching(PSCmdlet command, string path, Action<ErrorRecord> report)
    {
        try
        {
            Collection<string> files = command.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
            if (!IsFileSystem(provider))
            {
                report(NotFileSystem(path, provider));
                return [];
            }

            if (files.Count == 0)
            {
                report(NotFound(path, null));
            }

            return files;
        }
        catch (Exception fault) when (fault is SessionStateException or ArgumentException or NotSupportedException)
        {
            report(NotFound(path, fault));
            return [];
        }
    }

    // Of a file's many spellings the one that every program opens: no prefix of devices, no short names, no dots or spaces at its end.
    // A name that can't do without its prefix keeps it.
    private static string Usual(string full)
    {
        string plain = full.StartsWith(@"\\?\UNC\", StringComparison.OrdinalIgnoreCase) ? @"\\" + full[8..]
            : full is ['\\', '\\', '?' or '.', '\\', _, ':', '\\', ..] ? full[4..]
            : full;
        string usual = Path.GetFullPath(plain);
        return plain == full || usual == plain ? usual : full;
    }

    private static bool IsFileSystem(ProviderInfo provider) => provider.Name.Equals("FileSystem", StringComparison.OrdinalIgnoreCase);

    private static ErrorRecord NotFound(
        string path,
        Exception? inner,
        string recommendation = "Check the path; wildcards are taken, so a name with [ ] in it is for -LiteralPath.") =>
        inner is System.Management.Automation.DriveNotFoundException
            ? Fault.Record(ErrorId.PathNotFound, inner.Message, "Give a path of the file system; Get-PSDrive lists the drives there are.",
                path, inner) :
        Fault.Record(ErrorId.PathNotFound, $"There is no file or folder '{path}'.", recommendation, path, inner);

    private static ErrorRecord NotFileSystem(string path, ProviderInfo provider) => Fault.Record(
        ErrorId.PathNotFileSystem,
        $"'{path}' is a path of the provider {provider.Name}, not of the file system.",
        "Give a path of the file system.",
        path);
}

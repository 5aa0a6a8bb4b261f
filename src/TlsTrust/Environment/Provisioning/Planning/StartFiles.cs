using System.Text;
using TlsTrust.Environment.Catalogue;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Writing;
using TlsTrust.Files;

namespace TlsTrust.Environment.Provisioning.Planning;

/// <summary>
/// Programs that read neither a variable nor a file of the scope: a start-up file of ours, named by a variable. One adapter for each such
/// variable.
/// </summary>
internal static class StartFiles
{
    private static readonly Dictionary<string, Func<StartFileRequest, StartFile?>> Adapters = new(StringComparer.Ordinal)
    {
        ["WGETRC"] = Wget,
        ["PHP_INI_SCAN_DIR"] = Php,
    };

    /// <summary>Variables that have an adapter.</summary>
    public static IReadOnlyCollection<string> Variables => Adapters.Keys;

    /// <summary>The file for a setting; null where the scope has a better way.</summary>
    public static StartFile? For(SettingFacts setting, StartFileRequest request) => Adapters[setting.Name](request);

    private static StartFile? Wget(StartFileRequest request)
    {
        if (request.Scope != TrustScope.Process)
        {
            return null; // .wgetrc itself is written there
        }

        ConfigurationProvision.DemandCarriable("wgetrc", request.Bundle);
        string path = Path.Combine(request.Folder, FolderNames.Wgetrc);
        string user = request.Before is { Length: > 0 } before ? request.Machine.Locate(before)
            : Path.Combine(request.Machine.Home, ".wgetrc");

        // WGETRC takes the place of the user's file, so that file's lines come along.
        string lines = File.Exists(user) && user != path ? Encoding.Latin1.GetString(InputFile.ReadAllBytes(user)).TrimEnd('\n') + "\n"
            : string.Empty;
        byte[] content =
            Encoding.Latin1.GetBytes(lines + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes($"ca_certificate = {request.Bundle}\n")));
        return new StartFile(path, content, path, "names a start-up file with ca_certificate, which adds");
    }

    private static StartFile? Php(StartFileRequest request)
    {
        string path = Path.Combine(request.Folder, FolderNames.PhpFolder, FolderNames.PhpIni);
        if (path.Contains(Path.PathSeparator, StringComparison.Ordinal) || request.Bundle.Contains('"', StringComparison.Ordinal))
        {
            request.Notes.Add("php-curl: the path has a colon or a quote in it, which PHP_INI_SCAN_DIR or php.ini can't carry");
            return null;
        }

        // An empty element stands for the folder PHP was built with.
        return new StartFile(
            path,
            Encoding.UTF8.GetBytes($"curl.cainfo = \"{request.Bundle}\"\n"),
            $"{request.Before}{Path.PathSeparator}{Path.GetDirectoryName(path)}",
            "adds a folder with curl.cainfo; the public roots are in the bundle");
    }
}

/// <summary>What an adapter is told.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Scope">For whom.</param>
/// <param name="Bundle">The bundle to name.</param>
/// <param name="Folder">The folder for files of ours.</param>
/// <param name="Before">What the variable was before us.</param>
/// <param name="Notes">Takes what to tell.</param>
internal sealed record StartFileRequest(IMachine Machine, TrustScope Scope, string Bundle, string Folder, string? Before,
    List<string> Notes);

/// <summary>A start-up file of ours.</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">What it holds.</param>
/// <param name="Value">What the variable is set to.</param>
/// <param name="Effect">What that does.</param>
internal sealed record StartFile(string Path, byte[] Content, string Value, string Effect);

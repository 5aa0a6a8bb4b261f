using System.Collections.Concurrent;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Machines;

/// <summary>Finds programs as the platform's own search does.</summary>
internal static class ExecutableSearch
{
    /// <summary>What Windows takes for programs where PATHEXT is not set.</summary>
    private const string UsualEndings = ".COM;.EXE;.BAT;.CMD";

    /// <summary>Python's alias of the Microsoft Store ends with it where no Python was installed from there.</summary>
    private const int NothingBehindAlias = 9009;

    /// <summary>Where the Store puts its aliases; each user's folder, and early on the PATH.</summary>
    private const string AliasFolder = @"\Microsoft\WindowsApps\";

    /// <summary>A redirector only prints; a Python on a slow machine takes seconds.</summary>
    private static readonly TimeSpan AliasLimit = TimeSpan.FromSeconds(10);

    private static readonly string[] JavaTools = [.. KnownStores.JavaHomes.Select(home => home + "/bin")];

    // Installers for one user often leave the PATH alone.
    private static readonly (string Name, string[] Folders)[] UserInstalls =
    [
        ("git", ["{env:LOCALAPPDATA}/Programs/Git/cmd", "{programfiles}/Git/cmd"]),
        ("curl", ["{env:SystemRoot}/System32"]),
        ("python", ["{env:LOCALAPPDATA}/Programs/Python/Python3*", "{programfiles}/Python3*"]),
        ("py", ["{env:LOCALAPPDATA}/Programs/Python/Launcher", "{env:SystemRoot}"]),
        ("conda", ["~/miniconda3/Scripts", "~/anaconda3/Scripts", "~/miniforge3/Scripts", "{programdata}/miniconda3/Scripts"]),
        ("node", ["{programfiles}/nodejs", "{env:LOCALAPPDATA}/Programs/nodejs"]),
        ("npm", ["{programfiles}/nodejs", "{env:LOCALAPPDATA}/Programs/nodejs"]),
        ("java", JavaTools),
        ("keytool", JavaTools),
    ];

    // Aliases of the Store are hidden from nobody, and a folder that can't be read has no programs.
    private static readonly EnumerationOptions Quiet = new() { AttributesToSkip = 0 };

    // Each has programs of any name.
    private static readonly string[] LinkFolders = ["~/scoop/shims", "{env:LOCALAPPDATA}/Microsoft/WinGet/Links"];

    private static readonly ConcurrentDictionary<(string Path, DateTime Written), bool> Aliases = new();

    /// <summary>The first file of that name that would be started; null where there is none.</summary>
    public static string? Find(IMachine machine, string name) =>
        machine.Platform == StorePlatform.Windows ? FindOnWindows(machine, name)
            : Folders(machine, ':').Select(folder => Path.Combine(machine.Locate(folder), name))
                .FirstOrDefault(path => File.Exists(path) && IsExecutable(path));

    /// <summary>The elements of a Windows PATH: quotation marks protect semicolons and are no part of a folder.</summary>
    internal static IEnumerable<string> Elements(string path)
    {
        bool quoted = false;
        int start = 0;
        for (int i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] == '"')
            {
                quoted = !quoted;
            }
            else if (i == path.Length || (path[i] == ';' && !quoted))
            {
                string element = path[start..i].Replace("\"", string.Empty, StringComparison.Ordinal).Trim();
                start = i + 1;
                if (element.Length > 0)
                {
                    yield return element;
                }
            }
        }
    }

    private static string? FindOnWindows(IMachine machine, string name)
    {
        string[] endings = (machine.Variable("PATHEXT") ?? UsualEndings).Split(';',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool isWhole = endings.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
        IEnumerable<string> installs = UserInstalls.Where(install => install.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(install => install.Folders).Concat(LinkFolders).SelectMany(machine.Expand);
        return Elements(machine.Variable("PATH") ?? string.Empty).Select(machine.Locate).Concat(installs)
            .SelectMany(folder => isWhole ? [Path.Combine(folder, name)] : Endings(folder, name, endings))
            .FirstOrDefault(path => File.Exists(path) && !IsEmptyAlias(machine, path));
    }

    // One look into a folder: to ask for each of a dozen endings takes seconds on a long PATH.
    private static IEnumerable<string> Endings(string folder, string name, string[] endings)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        string[] there = [.. Directory.EnumerateFiles(folder, name + ".*", Quiet)];
        return endings.SelectMany(ending =>
            there.Where(path => Path.GetFileName(path).Equals(name + ending, StringComparison.OrdinalIgnoreCase)));
    }

    private static string[] Folders(IMachine machine, char separator) =>
        machine.Variable("PATH")?.Split(separator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    // An alias looks like the program: only its answer tells that nothing is behind it.
    private static bool IsEmptyAlias(IMachine machine, string path) =>
        path.Contains(AliasFolder, StringComparison.OrdinalIgnoreCase)
        && Path.GetFileName(path).StartsWith("python", StringComparison.OrdinalIgnoreCase)
        && Aliases.GetOrAdd((path, File.GetLastWriteTimeUtc(path)),
            _ => machine.Run(path, ["--version"], AliasLimit) is not { } answer || answer.ExitCode == NothingBehindAlias);

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0;
    }
}

using TlsTrust.Files;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Machines;

/// <summary>Paths as a machine sees them.</summary>
public static class MachinePaths
{
    /// <summary>How paths compare: without case on Windows, where one file has many spellings.</summary>
    public static StringComparison PathComparison(this IMachine machine) =>
        machine.Platform == StorePlatform.Windows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>As <see cref="PathComparison"/>, for sets.</summary>
    public static StringComparer PathComparer(this IMachine machine) => StringComparer.FromComparison(machine.PathComparison());

    /// <summary>A variable that is set and not empty, or null.</summary>
    public static string? Variable(this IMachine machine, string name) =>
        machine.GetVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>Where an absolute path of the machine really lies; relative ones count from its working directory.</summary>
    public static string Locate(this IMachine machine, string path)
    {
        if (machine.Platform == StorePlatform.Windows || machine.Root is "/" or "")
        {
            return Path.IsPathRooted(path) ? path : Path.Combine(machine.WorkingDirectory, path);
        }

        if (!path.StartsWith('/'))
        {
            return Path.Combine(machine.WorkingDirectory, path);
        }

        // What already lies inside the made root, or in the home made for it, is a real path.
        return IsInside(path, machine.Root) || IsInside(path, machine.Home) || IsInside(path, machine.WorkingDirectory)
            ? path
            : machine.Root.TrimEnd('/') + path;
    }

    /// <summary>The XDG configuration folder, or what plays it.</summary>
    public static string ConfigurationFolder(this IMachine machine) =>
        machine.Variable("XDG_CONFIG_HOME") is { } set && Path.IsPathRooted(set) ? set : Path.Combine(machine.Home, ".config");

    /// <summary>Where programs keep what a user would not edit.</summary>
    public static string DataFolder(this IMachine machine, bool forMachine) => (machine.Platform, forMachine) switch
    {
        (StorePlatform.Windows, true) => Path.Combine(machine.Variable("ProgramData") ?? @"C:\ProgramData", "TlsTrust"),
        (StorePlatform.Windows, false) =>
            Path.Combine(machine.Variable("LOCALAPPDATA") ?? Path.Combine(machine.Home, "AppData", "Local"), "TlsTrust"),
        (StorePlatform.MacOS, true) => machine.Locate("/Library/Application Support/TlsTrust"),
        (StorePlatform.MacOS, false) => Path.Combine(machine.Home, "Library", "Application Support", "TlsTrust"),
        (_, true) => machine.Locate("/var/lib/tlstrust"),
        _ => Path.Combine(machine.Variable("XDG_DATA_HOME") is { } set && Path.IsPathRooted(set) ? set
            : Path.Combine(machine.Home, ".local", "share"), "tlstrust"),
    };

    /// <summary>The places of a pattern with <c>~</c>, <c>./</c>, names in braces and <c>*</c>; those that exist for a pattern with
    /// <c>*</c>, the one place otherwise. Nothing when a name in braces has no value.</summary>
    public static IEnumerable<string> Expand(this IMachine machine, string pattern)
    {
        if (PathPattern.Named(pattern, name => Named(machine, name)) is not { } path)
        {
            return [];
        }

        path = path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(machine.Home, path[2..])
            : path.StartsWith("./", StringComparison.Ordinal) ? Path.Combine(machine.WorkingDirectory, path[2..])
            : machine.Locate(path);
        path = machine.Platform == StorePlatform.Windows ? path.Replace('/', '\\') : path;
        return PathPattern.Glob(path)
            .Concat(machine.PlannedPaths.Where(planned =>
                path.Contains('*', StringComparison.Ordinal) && !File.Exists(planned) && PathPattern.IsMatch(path, planned)));
    }

    private static string? Named(IMachine machine, string name) => name switch
    {
        "config" => machine.ConfigurationFolder(),
        "configdefault" => machine.Variable("XDG_CONFIG_HOME") is null ? Path.Combine(machine.Home, ".config") : null,
        "cargo" => machine.Variable("CARGO_HOME") ?? Path.Combine(machine.Home, ".cargo"),
        "appdata" => machine.Variable("APPDATA") ?? Path.Combine(machine.Home, "AppData", "Roaming"),
        "programdata" => machine.Variable("ProgramData"),
        "programfiles" => machine.Variable("ProgramFiles"),
        "documents" => Documents(machine),
        "git" => GitFolder(machine),
        _ when name.StartsWith("env:", StringComparison.Ordinal) => machine.Variable(name[4..]),
        _ => null,
    };

    // Git for Windows lies wherever it was installed; git.exe is in its cmd, bin or mingw64\bin.
    private static string? GitFolder(IMachine machine)
    {
        string? folder = machine.FindExecutable("git") is { } git ? Path.GetDirectoryName(Resolved(git)) : null;
        while (folder is not null
            && Path.GetFileName(folder).ToUpperInvariant() is "CMD" or "BIN" or "MINGW64" or "MINGW32" or "CLANGARM64")
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }

    // OneDrive moves the folder, and says where in its variable; the system itself says it of the user who runs this only.
    private static string Documents(IMachine machine) =>
        new[] { machine.Variable("OneDriveCommercial"), machine.Variable("OneDrive") }.OfType<string>()
            .Select(folder => Path.Combine(folder, "Documents")).FirstOrDefault(Directory.Exists)
        ?? (System.Environment.GetFolderPath(System.Environment.SpecialFolder.MyDocuments) is { Length: > 0 } own
            && machine.Platform == StorePlatform.Windows
            && machine.Home.Equals(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), machine.PathComparison())
                ? own : Path.Combine(machine.Home, "Documents"));

    /// <summary>True for a file that is there, or that a plan would make.</summary>
    internal static bool HasFile(this IMachine machine, string path) => File.Exists(path) || machine.PlannedContent(path) is not null;

    /// <summary>The first program of that name on the PATH, on Windows also where installers put it besides; null for none.</summary>
    public static string? FindExecutable(this IMachine machine, string name) => ExecutableSearch.Find(machine, name);

    /// <summary>
    /// The file behind symbolic links, those of its folders included: a relative link counts from where its folder really is.
    /// </summary>
    public static string Resolved(string path) => OperatingSystem.IsWindows() ? ResolvedOnWindows(path)
        : Resolved(Path.GetFullPath(path), LongestLinkChain);

    // As many as Linux follows.
    private const int LongestLinkChain = 40;

    private static string Resolved(string path, int left)
    {
        string real = "/";
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            real = parts[i] == ".." ? Path.GetDirectoryName(real) ?? "/" : Path.Combine(real, parts[i]);
            if (left > 0 && new FileInfo(real).LinkTarget is { } target)
            {
                string from = Path.IsPathRooted(target) ? target : Path.GetDirectoryName(real) + "/" + target;
                return Resolved(string.Join('/', parts.Skip(i + 1).Prepend(from)), left - 1);
            }
        }

        return real;
    }

    /// <summary>True for a file of the user's: in the home, however the path is written and whatever links lead there.</summary>
    internal static bool IsInHome(this IMachine machine, string path) =>
        Path.IsPathFullyQualified(path) && (IsInside(Path.GetFullPath(path), Path.GetFullPath(machine.Home), machine.PathComparison())
            || IsInside(Resolved(path), Resolved(machine.Home), machine.PathComparison()));

    private static bool IsInside(string path, string folder, StringComparison comparison = StringComparison.Ordinal) =>
        folder is not ("" or "/") && (path.Equals(folder, comparison)
            || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, comparison));

    // winget's links, the folders that scoop calls "current", and scoop's shims, which name the program in a file beside them.
    private static string ResolvedOnWindows(string path)
    {
        string shim = Path.ChangeExtension(path, ".shim");
        string? named = !File.Exists(shim) ? null
            : InputFile.ReadAllLines(shim).Select(line => line.Split('=', 2))
                .Where(parts => parts is [var key, _] && key.Trim().Equals("path", StringComparison.OrdinalIgnoreCase))
                .Select(parts => parts[1].Trim(' ', '"')).FirstOrDefault();
        string target = named is not null && File.Exists(named) ? named : path;
        try
        {
            return File.ResolveLinkTarget(target, returnFinalTarget: true)?.FullName ?? target;
        }
        catch (IOException)
        {
            return target; // not there, or an alias of the Store, which is no link
        }
    }
}

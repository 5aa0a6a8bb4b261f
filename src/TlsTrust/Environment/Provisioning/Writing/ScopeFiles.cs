using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Writing;

/// <summary>The files in which a scope's variables are set, outside of Windows.</summary>
internal static class ScopeFiles
{
    private const string EnvironmentDName = "60-tlstrust.conf";

    private static readonly string[] UserShellFiles = [".profile", ".bash_profile", ".bash_login", ".zprofile", ".zshenv"];
    private static readonly string[] BashLoginFiles = [".bash_profile", ".bash_login"];
    private static readonly string[] ZshFiles = [".zprofile", ".zshrc", ".zshenv"];

    /// <summary>The files and the lines that belong into each.</summary>
    public static IReadOnlyList<(string Path, IReadOnlyList<string> Lines)> For(IMachine machine, TrustScope scope,
        IReadOnlyDictionary<string, string> variables, bool services = false)
    {
        string[] shell = [.. variables.Select(variable => VariableText.Bash(variable.Key, variable.Value))];
        if (machine.Platform == StorePlatform.MacOS)
        {
            return ForMacOS(machine, scope, variables, shell);
        }

        string[] systemd = [.. variables.Select(variable => VariableText.EnvironmentD(variable.Key, variable.Value))];
        if (scope == TrustScope.Machine)
        {
            return
            [
                (machine.Locate("/etc/profile.d/tlstrust.sh"), shell),
                (machine.Locate("/etc/environment.d/" + EnvironmentDName), systemd),
                .. services ? ForServices(machine, variables) : [],
            ];
        }

        List<(string, IReadOnlyList<string>)> files = [.. LoginFiles(machine).Select(path => (path, (IReadOnlyList<string>)shell))];
        files.Add((Path.Combine(machine.ConfigurationFolder(), "environment.d", EnvironmentDName), systemd));
        string fish = Path.Combine(machine.ConfigurationFolder(), "fish");
        if (Directory.Exists(fish))
        {
            files.Add((Path.Combine(fish, "conf.d", "tlstrust.fish"),
                [.. variables.Select(variable => VariableText.Fish(variable.Key, variable.Value))]));
        }

        return files;
    }

    /// <summary>Every file in which a block of ours may be, known from a record or not.</summary>
    public static IEnumerable<string> Known(IMachine machine, TrustScope scope) =>
        For(machine, scope, new Dictionary<string, string>(), services: true).Select(file => file.Path)
            .Concat(scope == TrustScope.User ? UserShellFiles.Select(name => Path.Combine(machine.Home, name)) : [])
            .Distinct();

    /// <summary>The permissions that a file must have; null for the usual. sudo refuses what others may read or write.</summary>
    public static UnixFileMode? Mode(string path) =>
        path.Contains("/sudoers.d/", StringComparison.Ordinal) ? UnixFileMode.UserRead | UnixFileMode.GroupRead : null;

    /// <summary>A command that checks a file's content before it is put there: <c>{}</c> stands for it.</summary>
    public static IReadOnlyList<string>? Check(string path) =>
        path.Contains("/sudoers.d/", StringComparison.Ordinal) ? ["visudo", "-c", "-q", "-f", "{}"] : null;

    // What a login shell doesn't reach: sessions of PAM (ssh, cron on Debian), services, jobs of the system's crontab, what sudo starts.
    private static IEnumerable<(string Path, IReadOnlyList<string> Lines)> ForServices(IMachine machine,
        IReadOnlyDictionary<string, string> variables)
    {
        yield return (machine.Locate("/etc/environment"),
            [.. variables.Select(variable => VariableText.PamEnvironment(variable.Key, variable.Value))]);
        yield return (machine.Locate("/etc/systemd/system.conf.d/" + EnvironmentDName),
            ["[Manager]", $"DefaultEnvironment=" +
                $"{string.Join(' ', variables.Select(variable => SystemdText.Assignment(variable.Key, variable.Value)))}"]);
        string crontab = machine.Locate("/etc/crontab");
        if (File.Exists(crontab))
        {
            yield return (crontab, [.. variables.Select(variable => CronText.Assignment(variable.Key, variable.Value))]);
        }

        if (Directory.Exists(machine.Locate("/etc/sudoers.d")))
        {
            yield return (machine.Locate("/etc/sudoers.d/60-tlstrust"), [$"Defaults env_keep += \"{string.Join(' ', variables.Keys)}\""]);
        }
    }

    /// <summary>Where in a file of others our block goes; null for its end. cron reads a variable for the jobs below it.</summary>
    public static int? At(string path) => Path.GetFileName(path) == "crontab" ? 0 : null;

    // bash reads the first of these three that exists at login; a block in another one would never be seen.
    private static IEnumerable<string> LoginFiles(IMachine machine)
    {
        yield return Path.Combine(machine.Home, ".profile"); // dash, ksh and most display managers
        if (BashLoginFile(machine) is { } bash)
        {
            yield return bash;
        }

        string zsh = ZshFolder(machine);
        if (ZshFiles.Any(name => File.Exists(Path.Combine(zsh, name))))
        {
            yield return Path.Combine(zsh, ".zprofile");
        }
    }

    private static string? BashLoginFile(IMachine machine) =>
        BashLoginFiles.Select(name => Path.Combine(machine.Home, name)).FirstOrDefault(File.Exists);

    private static string ZshFolder(IMachine machine) => machine.Variable("ZDOTDIR") ?? machine.Home;

    private static List<(string, IReadOnlyList<string>)> ForMacOS(IMachine machine, TrustScope scope,
        IReadOnlyDictionary<string, string> variables, string[] shell)
    {
        const string Label = "io.github.tlstrust.environment";
        List<string> plist =
        [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">",
            $"<plist version=\"1.0\"><dict><key>Label</key><string>{Label}</string><key>RunAtLoad</key><true/>",
            "<key>ProgramArguments</key><array><string>/bin/sh</string><string>-c</string>",
            $"<string>{VariableText.Xml(
                string.Join("; ",
                    variables.Select(variable =>
                        $"launchctl setenv {variable.Key} {VariableText.Bash(variable.Key,
                            variable.Value)[("export ".Length + variable.Key.Length + 1)..]}")))}</string>",
            "</array></dict></plist>",
        ];
        return scope == TrustScope.Machine
            ? [(machine.Locate("/etc/zprofile"), shell), (machine.Locate("/etc/profile"), shell),
                (machine.Locate($"/Library/LaunchAgents/{Label}.plist"), plist)]
            : [(Path.Combine(ZshFolder(machine), ".zprofile"), shell),
                (BashLoginFile(machine) ?? Path.Combine(machine.Home, ".profile"), shell),
                (Path.Combine(machine.Home, "Library", "LaunchAgents", $"{Label}.plist"), plist)];
    }

    /// <summary>A property list is a whole file of ours: a marked block would make it invalid.</summary>
    public static bool IsWholeFile(string path) => path.EndsWith(".plist", StringComparison.Ordinal);
}

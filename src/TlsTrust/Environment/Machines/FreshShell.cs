using TlsTrust.Stores;

namespace TlsTrust.Environment.Machines;

/// <summary>The machine as a shell sees it that is started anew: with the variables of a login, and none of this process.</summary>
internal static class FreshShell
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20); // profiles of large installations load modules

    // What a login gives a shell before it reads any file.
    private static readonly string[] Given = ["HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "TERM"];

    /// <summary>The machine; null when no shell answered.</summary>
    public static IMachine? Of(IMachine machine)
    {
        Dictionary<string, string> variables = new(LocalMachine.VariableNames);
        if (machine.Platform == StorePlatform.Windows)
        {
            foreach ((string name, StoredVariable value) in machine.StoredVariables(machine: true)
                .Concat(machine.StoredVariables(machine: false)))
            {
                variables[name] = value.Value; // the user's before the machine's, but for PATH, which is joined
            }

            foreach (string name in new[] { "PATH", "SystemRoot", "USERPROFILE", "TEMP", "TMP", "ProgramFiles", "ProgramData",
                "LOCALAPPDATA", "APPDATA", "ComSpec", "PATHEXT" })
            {
                if (machine.Variable(name) is { } value)
                {
                    variables[name] = value;
                }
            }

            return new LocalMachine(variables) { WorkingDirectory = machine.WorkingDirectory, Root = machine.Root };
        }

        Dictionary<string, string?> changes = machine.Variables.Keys.Where(name => !Given.Contains(name))
            .ToDictionary(name => name, _ => (string?)null);
        string shell = machine.Variable("SHELL") is { } own && File.Exists(own) ? own : "/bin/sh";
        if (machine.Run(shell, ["-lc", "env -0"], Limit, changes) is not { ExitCode: 0 } answer)
        {
            return null;
        }

        // A profile may print before.
        foreach (string pair in answer.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            string line = pair[(pair.LastIndexOf('\n', Math.Max(pair.IndexOf('=', StringComparison.Ordinal), 0)) + 1)..];
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                variables[line[..equals]] = line[(equals + 1)..];
            }
        }

        return new LocalMachine(variables) { WorkingDirectory = machine.WorkingDirectory, Root = machine.Root };
    }
}

using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Machines;

/// <summary>The machine this process runs on, as it is or seen with other variables, another home or another root.</summary>
public sealed class LocalMachine : IMachine
{
    /// <summary>Most of what a child says is never shown; the rest is not kept.</summary>
    private const int MaximumChildOutput = 64 * 1024;

    private readonly Dictionary<string, string>? _variables;

    /// <summary>This machine and this process.</summary>
    public LocalMachine()
    {
    }

    /// <summary>
    /// This machine seen with other variables: those of another process, or made ones. They are kept here and nothing of this process
    /// changes.
    /// </summary>
    public LocalMachine(IReadOnlyDictionary<string, string> variables)
    {
        _variables = new Dictionary<string, string>(variables, VariableNames);
    }

    /// <summary>How names of variables compare here.</summary>
    public static StringComparer VariableNames => OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <inheritdoc/>
    public StorePlatform Platform =>
        OperatingSystem.IsWindows() ? StorePlatform.Windows : OperatingSystem.IsMacOS() ? StorePlatform.MacOS : StorePlatform.Linux;

    /// <inheritdoc/>
    public string Root { get; init; } = "/";

    /// <inheritdoc/>
    public string Home => this.Variable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME")
        ?? System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);

    /// <inheritdoc/>
    public string WorkingDirectory { get; init; } = Directory.GetCurrentDirectory();

    /// <inheritdoc/>
    public int ProcessId { get; init; } = System.Environment.ProcessId;

    /// <inheritdoc/>
    public bool IsAdministrator => System.Environment.IsPrivilegedProcess;

    /// <inheritdoc/>
    public bool CanSetVariables { get; init; } = true;

    /// <inheritdoc/>
    public DateTime UtcNow => Time.GetUtcNow().UtcDateTime;

    /// <summary>Where the time comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Variables => _variables ?? Snapshot(System.Environment.GetEnvironmentVariables());

    /// <inheritdoc/>
    public string? GetVariable(string name) =>
        _variables is null ? System.Environment.GetEnvironmentVariable(name) : _variables.GetValueOrDefault(name);

    /// <summary>This machine with the variables of another process (Linux, same user or root).</summary>
    /// <exception cref="IOException">There is no such process, or it can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform has no way to read it.</exception>
    public static LocalMachine OfProcess(int id)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("The variables of another process can be read on Linux only.");
        }

        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (string pair in File.ReadAllText($"/proc/{id}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                variables.TryAdd(pair[..equals], pair[(equals + 1)..]);
            }
        }

        string folder = Directory.ResolveLinkTarget($"/proc/{id}/cwd", returnFinalTarget: false)?.FullName ?? "/";
        string root = Directory.ResolveLinkTarget($"/proc/{id}/root", returnFinalTarget: false)?.FullName ?? "/";
        return new LocalMachine(variables) { CanSetVariables = false, ProcessId = id, WorkingDirectory = folder, Root = root == "/" ? "/"
            : $"/proc/{id}/root" };
    }

    /// <inheritdoc/>
    public void SetVariable(string name, string? value)
    {
        if (!CanSetVariables)
        {
            throw new InvalidOperationException("The variables of another process can't be set.");
        }

        if (_variables is null)
        {
            System.Environment.SetEnvironmentVariable(name, value);
        }
        else if (value is null)
        {
            _variables.Remove(name);
        }
        else
        {
            _variables[name] = value;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredVariable> StoredVariables(bool machine) =>
        OperatingSystem.IsWindows() ? WindowsVariables.Read(machine) : new Dictionary<string, StoredVariable>();

    /// <inheritdoc/>
    public void StoreVariable(bool machine, string name, StoredVariable? value)
    {
        if (!OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Only Windows keeps variables outside of files.");
        }

        WindowsVariables.Write(machine, name, value);
    }

    /// <inheritdoc/>
    public string? StoredForeign(bool machine, string name) =>
        OperatingSystem.IsWindows() ? WindowsVariables.ReadForeign(machine, name) : null;

    /// <inheritdoc/>
    public bool KeepsVariables(bool machine) => !OperatingSystem.IsWindows() || WindowsVariables.HasKey(machine);

    /// <inheritdoc/>
    public void ForgetStoredVariables(bool machine)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsVariables.DeleteEmptyKey(machine);
        }
    }

    /// <inheritdoc/>
    public void TellStoredVariablesChanged()
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsVariables.Broadcast();
        }
    }

    /// <inheritdoc/>
    public ChildResult? Run(string executable, IReadOnlyList<string> arguments, TimeSpan limit,
        IReadOnlyDictionary<string, string?>? changes = null, string? workingDirectory = null)
    {
        ProcessStartInfo start = new(executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = workingDirectory ?? WorkingDirectory,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (_variables is not null)
        {
            start.Environment.Clear();
            foreach ((string name, string value) in _variables)
            {
                start.Environment[name] = value;
            }
        }

        foreach ((string name, string? value) in changes ?? new Dictionary<string, string?>())
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            ChildOutput output = new(process.StandardOutput), error = new(process.StandardError);
            if (!process.WaitForExit(limit))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            // A grandchild may hold the pipes open; what has come by now is enough.
            Task.WaitAll([output.End, error.End], TimeSpan.FromSeconds(1));
            return new ChildResult(process.ExitCode, output.Text, error.Text);
        }
        catch (Win32Exception)
        {
            return null; // not there, or not for this machine
        }
    }

    private static Dictionary<string, string> Snapshot(IDictionary source)
    {
        Dictionary<string, string> copy = new(VariableNames);
        foreach (DictionaryEntry entry in source)
        {
            copy[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        return copy;
    }

    /// <summary>What a child says, read on a thread of its own: a busy thread pool must not lose it.</summary>
    private sealed class ChildOutput
    {
        private readonly StringBuilder _text = new();

        public ChildOutput(StreamReader reader) =>
            End = Task.Factory.StartNew(() => Read(reader), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        public Task End { get; }

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        private void Read(StreamReader reader)
        {
            char[] buffer = new char[4096];
            try
            {
                for (int read = reader.Read(buffer); read > 0; read = reader.Read(buffer))
                {
                    lock (_text)
                    {
                        _text.Append(buffer, 0, Math.Min(read, MaximumChildOutput - _text.Length));
                    }
                }
            }
            catch (Exception fault) when (fault is IOException or ObjectDisposedException)
            {
                // The child was given up, and its pipe with it.
            }
        }
    }
}

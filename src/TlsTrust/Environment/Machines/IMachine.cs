using TlsTrust.Certificates;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Machines;

/// <summary>Everything the inspection and provisioning of trust asks of the machine, so that it can also be pointed at a folder
/// that plays a machine, or at the environment of another process.</summary>
public interface IMachine
{
    /// <summary>Whose rules count.</summary>
    public StorePlatform Platform { get; }

    /// <summary>Folder that plays the root of the file system; <c>/</c> for the real one. Not used on Windows.</summary>
    public string Root { get; }

    /// <summary>The user's home.</summary>
    public string Home { get; }

    /// <summary>The folder whose project files count.</summary>
    public string WorkingDirectory { get; }

    /// <summary>Id of the process that process scope is about.</summary>
    public int ProcessId { get; }

    /// <summary>True when this user may change the machine.</summary>
    public bool IsAdministrator { get; }

    /// <summary>True when variables of the process can be set (not for another process's).</summary>
    public bool CanSetVariables { get; }

    /// <summary>The time that records carry.</summary>
    public DateTime UtcNow { get; }

    /// <summary>All variables of the process.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>One of them; null for one that is not set.</summary>
    public string? GetVariable(string name) => Variables.GetValueOrDefault(name);

    /// <summary>Sets a variable of the process; null deletes it.</summary>
    public void SetVariable(string name, string? value);

    /// <summary>Variables that the system keeps for new processes (Windows registry); empty elsewhere.</summary>
    public IReadOnlyDictionary<string, StoredVariable> StoredVariables(bool machine);

    /// <summary>
    /// Sets or deletes such a variable (Windows only). Running programs are told by <see cref="TellStoredVariablesChanged"/>.
    /// </summary>
    public void StoreVariable(bool machine, string name, StoredVariable? value);

    /// <summary>What the registry has under a name that is no text, which no program sees; null for text, and for nothing.</summary>
    public string? StoredForeign(bool machine, string name) => null;

    /// <summary>Whether the place where the system keeps variables is there at all.</summary>
    public bool KeepsVariables(bool machine) => true;

    /// <summary>Deletes that place, made for ours, where nothing is left in it.</summary>
    public void ForgetStoredVariables(bool machine)
    {
    }

    /// <summary>Tells running programs, once for all that was stored (Windows only).</summary>
    public void TellStoredVariablesChanged();

    /// <summary>Paths of files and folders that a plan would make or change; empty for a machine as it is.</summary>
    public IReadOnlyCollection<string> PlannedPaths => [];

    /// <summary>What a file would hold by the plan; null for a file that the plan leaves alone.</summary>
    public byte[]? PlannedContent(string path) => null;

    /// <summary>What a store would hold by the plan; null for a store that the plan leaves alone.</summary>
    public IReadOnlyList<Certificate>? PlannedAnchors(string path) => null;

    /// <summary>Runs a program with the process's variables (and some changes to them) and waits for it.</summary>
    /// <returns>Null when it can't be started or took longer than allowed.</returns>
    public ChildResult? Run(string executable, IReadOnlyList<string> arguments, TimeSpan limit,
        IReadOnlyDictionary<string, string?>? changes = null, string? workingDirectory = null);
}

/// <summary>A variable as the registry keeps it.</summary>
/// <param name="Text">As written, with <c>%NAMES%</c> in it where it expands.</param>
/// <param name="Expands">True for REG_EXPAND_SZ: programs see the text with its names replaced.</param>
/// <param name="Foreign">A value that is no text, as <see cref="IMachine.StoredForeign"/> gave it; null for text.</param>
public sealed record StoredVariable(string Text, bool Expands = false, string? Foreign = null)
{
    /// <summary>As programs see it.</summary>
    public string Value => Expands ? System.Environment.ExpandEnvironmentVariables(Text) : Text;
}

/// <summary>What a child process answered.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output, at most 64 KiB.</param>
/// <param name="Error">Standard error, at most 64 KiB.</param>
public sealed record ChildResult(int ExitCode, string Output, string Error);

using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment;

/// <summary>A made machine that says it is a Mac and writes down which programs would be run; there is no Mac to run them on.</summary>
internal sealed class MacMachine(IMachine machine) : IMachine
{
    public List<string[]> Commands { get; } = [];

    /// <summary>What the programs say; without it each succeeds in silence.</summary>
    public Func<string[], ChildResult?>? Answer { get; set; }

    public StorePlatform Platform => StorePlatform.MacOS;

    public string Root => machine.Root;

    public string Home => machine.Home;

    public string WorkingDirectory => machine.WorkingDirectory;

    public int ProcessId => machine.ProcessId;

    public bool IsAdministrator => true;

    public bool CanSetVariables => true;

    public DateTime UtcNow => machine.UtcNow;

    public IReadOnlyDictionary<string, string> Variables => machine.Variables;

    public void SetVariable(string name, string? value) => machine.SetVariable(name, value);

    public IReadOnlyDictionary<string, StoredVariable> StoredVariables(bool forMachine) => new Dictionary<string, StoredVariable>();

    public void StoreVariable(bool forMachine, string name, StoredVariable? value) => throw new PlatformNotSupportedException();

    public void TellStoredVariablesChanged() => throw new PlatformNotSupportedException();

    public ChildResult? Run(string executable, IReadOnlyList<string> arguments, TimeSpan limit,
        IReadOnlyDictionary<string, string?>? changes = null, string? workingDirectory = null)
    {
        string[] command = [executable, .. arguments];
        Commands.Add(command);
        return Answer is null ? new ChildResult(0, string.Empty, string.Empty) : Answer(command);
    }
}

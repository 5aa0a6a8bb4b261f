using TlsTrust.Environment.Machines;
using TlsTrust.Stores;

namespace TlsTrust.Tests.Environment;

/// <summary>This machine, which is a Windows one, with a registry of its own.</summary>
internal sealed class WindowsMachine(LocalMachine machine, MadeRegistry registry) : IMachine
{
    public StorePlatform Platform => machine.Platform;

    public string Root => machine.Root;

    public string Home => machine.Home;

    public string WorkingDirectory => machine.WorkingDirectory;

    public int ProcessId => machine.ProcessId;

    public bool IsAdministrator => machine.IsAdministrator;

    public bool CanSetVariables => machine.CanSetVariables;

    public DateTime UtcNow => machine.UtcNow;

    public IReadOnlyDictionary<string, string> Variables => machine.Variables;

    public void SetVariable(string name, string? value) => machine.SetVariable(name, value);

    public IReadOnlyDictionary<string, StoredVariable> StoredVariables(bool forMachine)
    {
        lock (registry)
        {
            return new Dictionary<string, StoredVariable>(registry.Of(forMachine), LocalMachine.VariableNames);
        }
    }

    public void StoreVariable(bool forMachine, string name, StoredVariable? value)
    {
        lock (registry)
        {
            registry.Of(forMachine).Remove(name);
            if (value is not null)
            {
                registry.Of(forMachine)[name] = value;
            }
        }
    }

    public void TellStoredVariablesChanged()
    {
    }

    public ChildResult? Run(string executable, IReadOnlyList<string> arguments, TimeSpan limit,
        IReadOnlyDictionary<string, string?>? changes = null, string? workingDirectory = null) =>
        machine.Run(executable, arguments, limit, changes, workingDirectory);
}

using TlsTrust.Certificates;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Machines;

/// <summary>What a plan would change, so that a machine can be looked at as if it had been carried out.</summary>
internal sealed record AssumedChanges
{
    /// <summary>Variables of the process; null for one that goes.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>Variables that the system keeps, of the user or the machine.</summary>
    public IReadOnlyDictionary<(bool Machine, string Name), string> Stored { get; init; } = new Dictionary<(bool, string), string>();

    /// <summary>Files by path, with what they would hold.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>Stores by path, with what they would hold.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Certificate>> Stores { get; init; } =
        new Dictionary<string, IReadOnlyList<Certificate>>();
}

/// <summary>A machine as it would be after a plan. Nothing is changed through it.</summary>
internal sealed class AssumedMachine(IMachine machine, AssumedChanges changes) : IMachine
{
    private readonly Dictionary<string, string> _variables = Changed(machine.Variables, changes.Variables);

    /// <inheritdoc/>
    public StorePlatform Platform => machine.Platform;

    /// <inheritdoc/>
    public string Root => machine.Root;

    /// <inheritdoc/>
    public string Home => machine.Home;

    /// <inheritdoc/>
    public string WorkingDirectory => machine.WorkingDirectory;

    /// <inheritdoc/>
    public int ProcessId => machine.ProcessId;

    /// <inheritdoc/>
    public bool IsAdministrator => machine.IsAdministrator;

    /// <inheritdoc/>
    public bool CanSetVariables => false;

    /// <inheritdoc/>
    public DateTime UtcNow => machine.UtcNow;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> PlannedPaths => [.. changes.Files.Keys, .. changes.Stores.Keys];

    /// <inheritdoc/>
    public byte[]? PlannedContent(string path) => changes.Files.GetValueOrDefault(path);

    /// <inheritdoc/>
    public IReadOnlyList<Certificate>? PlannedAnchors(string path) => changes.Stores.GetValueOrDefault(path);

    /// <inheritdoc/>
    public void SetVariable(string name, string? value) => throw Frozen();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredVariable> StoredVariables(bool forMachine)
    {
        Dictionary<string, StoredVariable> stored = new(machine.StoredVariables(forMachine), LocalMachine.VariableNames);
        foreach (((bool ofMachine, string name), string value) in changes.Stored)
        {
            if (ofMachine == forMachine)
            {
                stored[name] = new StoredVariable(value);
            }
        }

        return stored;
    }

    /// <inheritdoc/>
    public void StoreVariable(bool machine, string name, StoredVariable? value) => throw Frozen();

    /// <inheritdoc/>
    public void TellStoredVariablesChanged() => throw Frozen();

    /// <inheritdoc/>
    public ChildResult? Run(string executable, IReadOnlyList<string> arguments, TimeSpan limit,
        IReadOnlyDictionary<string, string?>? changes = null, string? workingDirectory = null) =>
        machine.Run(executable, arguments, limit, changes, workingDirectory);

    private static InvalidOperationException Frozen() => new("A machine as a plan would leave it can't be changed.");

    private static Dictionary<string, string> Changed(IReadOnlyDictionary<string, string> variables,
        IReadOnlyDictionary<string, string?> changed)
    {
        Dictionary<string, string> all = new(variables, LocalMachine.VariableNames);
        foreach ((string name, string? value) in changed)
        {
            all.Remove(name);
            if (value is not null)
            {
                all[name] = value;
            }
        }

        return all;
    }
}

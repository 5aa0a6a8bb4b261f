using TlsTrust.Environment.Machines;

namespace TlsTrust.Tests.Environment;

/// <summary>
/// The variables that a made Windows machine keeps. The registry of the real one is every test's at once; tests/Windows holds scenarios
/// with it.
/// </summary>
internal sealed class MadeRegistry
{
    private readonly Dictionary<string, StoredVariable>[] _stored = [new(LocalMachine.VariableNames), new(LocalMachine.VariableNames)];

    /// <summary>All of it, to compare.</summary>
    public Dictionary<string, string> Contents => new[] { false, true }
        .SelectMany(machine => Of(machine).Select(stored =>
            (Name: $"registry {(machine ? "machine" : "user")} {stored.Key}", stored.Value)))
        .ToDictionary(stored => stored.Name, stored => stored.Value.ToString());

    public Dictionary<string, StoredVariable> Of(bool machine) => _stored[machine ? 1 : 0];
}

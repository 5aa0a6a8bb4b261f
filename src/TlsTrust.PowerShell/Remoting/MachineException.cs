namespace TlsTrust.PowerShell.Remoting;

/// <summary>Ends the work on one machine, and becomes its row.</summary>
internal sealed class MachineException(MachineFault fault, string message, string remedy, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What kind of end it is.</summary>
    public MachineFault Fault { get; } = fault;

    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;
}

using System.Collections;

namespace TlsTrust.PowerShell.Remoting;

/// <summary>What is to run on each machine.</summary>
/// <param name="Command">The cmdlet.</param>
/// <param name="Parameters">Its parameters, as CLIXML.</param>
/// <param name="Certificates">Certificates as DER, by the name of the parameter that takes them.</param>
internal sealed record MachineCall(string Command, string Parameters, Hashtable Certificates);

/// <summary>A machine as the call knows it.</summary>
/// <param name="Name">What its rows are called by.</param>
/// <param name="Session">The session that leads there.</param>
/// <param name="Call">What is to run there.</param>
internal sealed record CalledMachine(string Name, System.Management.Automation.Runspaces.PSSession Session, MachineCall Call);

/// <summary>How patient a call is. Each is a limit with its reason.</summary>
internal static class Patience
{
    /// <summary>A lost session is opened again within this time, or the machine is a row: ssh itself gives up after two minutes.</summary>
    public static readonly TimeSpan Opening = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A machine that says nothing for so long is a row. The longest silence of a healthy one is a program being asked to verify, or a
    /// scan of every store: under a minute each.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    /// <summary>Ctrl+C waits so long for what runs on other machines to end.</summary>
    public static readonly TimeSpan Stopping = TimeSpan.FromSeconds(3);
}

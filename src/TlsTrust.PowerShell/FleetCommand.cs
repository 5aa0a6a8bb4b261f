using System.Management.Automation;
using System.Management.Automation.Runspaces;
using TlsTrust.PowerShell.Remoting;

namespace TlsTrust.PowerShell;

/// <summary>What runs here or, given sessions, on other machines.</summary>
public abstract class FleetCommand : TlsTrustCommand
{
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public PSSession[] Session { get; set; } = [];

    [Parameter]
    [ValidateRange(1, 1024)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public int ThrottleLimit { get; set; } = 32;

    /// <inheritdoc cref="Fleet.Of"/>
    private protected Fleet? FleetOf(params string[] gathered) => Fleet.Of(this, Session, ThrottleLimit, gathered);
}

using System.Management.Automation;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.PowerShell.Remoting;

namespace TlsTrust.PowerShell;

/// <summary>What acts on what was provisioned for a scope earlier: shows the plan, asks, carries it out.</summary>
public abstract class ProvisionedScopeCommand : FleetCommand
{
    [Parameter(Position = 0)]
    [ValidateSet("Process", "User", "Machine")]
    public string Scope { get; set; } = "Process";

    private protected abstract string Action { get; }

    private protected abstract IReadOnlyList<TrustEnvironmentChange> Change(IMachine machine, TrustScope scope, bool apply);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (FleetOf() is { } fleet)
        {
            Drain(fleet.RunAsync(WriteObject, $"{Action} ({Scope} scope)", StopToken), reply => reply());
            return;
        }

        IMachine machine = ThisMachine.Open(this);
        TrustScope scope = Enum.Parse<TrustScope>(Scope);
        try
        {
            IReadOnlyList<TrustEnvironmentChange> planned = Change(machine, scope, apply: false);
            if (planned.Count == 0)
            {
                WriteVerbose($"nothing was provisioned for the scope {Scope}");
                return;
            }

            bool apply =
                ShouldProcess($"{Scope} scope: {string.Join(", ", planned.Select(change => change.File ?? change.Setting).Distinct())}",
                    Action);
            foreach (TrustEnvironmentChange change in apply ? Change(machine, scope, apply: true) : planned)
            {
                WriteObject(change);
                if (change.Verified == ChangeCheck.Failed)
                {
                    WriteWarning(string.Join(": ", new[] { change.File, change.Setting, change.VerifiedDetail }.OfType<string>()));
                }
            }
        }
        catch (ProvisioningException fault)
        {
            WriteError(Refused.Record(fault, Scope));
        }
    }
}

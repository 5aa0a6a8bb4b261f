using System.Management.Automation;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.PowerShell;

/// <summary>Takes back what Set-TrustBundleEnvironment did, byte for byte.</summary>
[Cmdlet(VerbsCommon.Remove, "TrustBundleEnvironment", HelpUri = HelpPage.Root + "Remove-TrustBundleEnvironment.md",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(TrustEnvironmentChange), typeof(MachineFailure))]
public sealed class RemoveTrustBundleEnvironmentCommand : ProvisionedScopeCommand
{
    private protected override string Action => "Restore what was there before";

    private protected override IReadOnlyList<TrustEnvironmentChange> Change(IMachine machine, TrustScope scope, bool apply) =>
        new TrustRemoval(machine).Remove(scope, apply);
}

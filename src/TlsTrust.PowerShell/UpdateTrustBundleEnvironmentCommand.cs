using System.Management.Automation;
using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.PowerShell;

/// <summary>Makes provisioned bundles anew when the system's roots have changed.</summary>
[Cmdlet(VerbsData.Update, "TrustBundleEnvironment", HelpUri = HelpPage.Root + "Update-TrustBundleEnvironment.md",
    SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(TrustEnvironmentChange), typeof(MachineFailure))]
public sealed class UpdateTrustBundleEnvironmentCommand : ProvisionedScopeCommand
{
    private protected override string Action => "Renew from the system's roots";

    private protected override IReadOnlyList<TrustEnvironmentChange> Change(IMachine machine, TrustScope scope, bool apply) =>
        new TrustRenewal(machine).Update(scope, apply);
}

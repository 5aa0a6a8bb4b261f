using System.Management.Automation;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.PowerShell;

/// <summary>Makes provisioned bundles anew when the system's roots have changed.</summary>
[Cmdlet(VerbsData.Update, "TrustBundleEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(TrustEnvironmentChange))]
public sealed class UpdateTrustBundleEnvironmentCommand : TlsTrustCommand
{
    [Parameter(Position = 0)]
    [ValidateSet("Process", "User", "Machine")]
    public string Scope { get; set; } = "Process";

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        TrustRemoval provisioned = new(ThisMachine.Open(this));
        TrustScope scope = Enum.Parse<TrustScope>(Scope);
        try
        {
            IReadOnlyList<TrustEnvironmentChange> planned = provisioned.Update(scope, apply: false);
            if (planned.Count == 0)
            {
                WriteVerbose($"nothing was provisioned for the scope {Scope}");
                return;
            }

            bool apply = ShouldProcess($"{Scope} scope: {string.Join(", ", planned.Select(change => change.File))}", "Renew from the system's roots");
            WriteObject(apply ? provisioned.Update(scope, apply: true) : planned, enumerateCollection: true);
        }
        catch (ProvisioningException fault)
        {
            WriteError(Refused.Record(fault, Scope));
        }
    }
}

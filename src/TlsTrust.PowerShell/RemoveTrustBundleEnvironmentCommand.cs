using System.Management.Automation;
using TlsTrust.Environment.Provisioning;

namespace TlsTrust.PowerShell;

/// <summary>Takes back what Set-TrustBundleEnvironment did, byte for byte.</summary>
[Cmdlet(VerbsCommon.Remove, "TrustBundleEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(TrustEnvironmentChange))]
public sealed class RemoveTrustBundleEnvironmentCommand : TlsTrustCommand
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
            IReadOnlyList<TrustEnvironmentChange> planned = provisioned.Remove(scope, apply: false);
            if (planned.Count == 0)
            {
                WriteVerbose($"nothing was provisioned for the scope {Scope}");
                return;
            }

            bool apply = ShouldProcess($"{Scope} scope: {string.Join(", ", planned.Select(change => change.File ?? change.Setting).Distinct())}", "Restore what was there before");
            WriteObject(apply ? provisioned.Remove(scope, apply: true) : planned, enumerateCollection: true);
        }
        catch (ProvisioningException fault)
        {
            WriteError(Refused.Record(fault, Scope));
        }
    }
}

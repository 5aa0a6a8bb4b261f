using TlsTrust.Environment.Machines;
using TlsTrust.Environment.Provisioning.Requests;
using TlsTrust.Stores;

namespace TlsTrust.Environment.Provisioning.Records;

/// <summary>What removal and renewal have in common: who may, from which record, and how a change is told.</summary>
internal sealed class ScopeRecords(IMachine machine)
{
    /// <summary>The record of a scope: one that nobody else could have written, and that names only what is written here.</summary>
    public ProvisionRecord? OwnRecord(TrustScope scope)
    {
        RecordGuard.DemandOwn(machine, scope);
        ProvisionRecord? record = ProvisionRecord.Read(machine, scope);
        if (record is not null)
        {
            RecordGuard.DemandConfined(machine, record);
        }

        return record;
    }

    /// <summary>Refuses the machine's scope to whoever may not change it.</summary>
    public void RequirePermission(TrustScope scope)
    {
        if (scope == TrustScope.Machine && machine.Root is "/" or "" && !machine.IsAdministrator)
        {
            throw new ProvisioningException(Refusal.PermissionDenied, "The scope Machine is every user's.",
                machine.Platform == StorePlatform.Windows ? "Run it as administrator (an elevated PowerShell)." : "Run it as root (sudo).");
        }
    }

    /// <summary>A change of what was provisioned; a fault is what was found when it was read back.</summary>
    public static TrustEnvironmentChange Change(TrustScope scope, string setting, string? file, string? before, string? after,
        string effect, bool done, string? fault = null) => new()
    {
        Program = "all",
        Setting = setting,
        File = file,
        Scope = scope,
        Before = before,
        After = after,
        Effect = effect,
        Verified = fault is not null ? ChangeCheck.Failed : done ? ChangeCheck.ReadBack : ChangeCheck.NotChecked,
        VerifiedDetail = fault,
    };
}

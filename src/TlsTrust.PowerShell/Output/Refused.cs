using System.Management.Automation;
using TlsTrust.Environment.Provisioning.Requests;

namespace TlsTrust.PowerShell.Output;

/// <summary>Refusals of the engine as error records.</summary>
internal static class Refused
{
    /// <summary>The record; its target is what was refused.</summary>
    public static ErrorRecord Record(ProvisioningException fault, object? target) =>
        Fault.Record(Id(fault.Refusal), fault.Message, fault.Recommendation, target, fault);

    private static ErrorId Id(Refusal refusal) => refusal switch
    {
        Refusal.NoCertificate or Refusal.NotAnAuthority or Refusal.Intermediate => ErrorId.NoCertificateFound,
        Refusal.FingerprintRequired => ErrorId.FingerprintRequired,
        Refusal.PublicRootsLost or Refusal.AnchorsLost => ErrorId.StoreUnusable,
        Refusal.WorldWritable or Refusal.PermissionDenied or Refusal.RecordOfOthers => ErrorId.PermissionDenied,
        Refusal.DestinationExists => ErrorId.FileExists,
        Refusal.FileNotWritable => ErrorId.FileNotWritable,
        _ => ErrorId.InvalidCombination,
    };
}

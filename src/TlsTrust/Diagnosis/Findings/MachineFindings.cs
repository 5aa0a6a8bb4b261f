using TlsTrust.Stores;

namespace TlsTrust.Diagnosis.Findings;

/// <summary>What is wrong with the machine that judges: the trust store in use, and verification that is switched off.</summary>
internal static class MachineFindings
{
    /// <summary>One finding for all faults of a store: an error where no anchor is left, else a warning.</summary>
    public static IEnumerable<Finding> OfStore(TrustStore store)
    {
        StoreFault[] faults = [.. store.Faults.Where(fault => fault.Severity != Severity.Information)];
        if (store.IsUsable && faults.Length == 0)
        {
            yield break;
        }

        yield return new Finding
        {
            Id = FindingId.StoreUnusable,
            Severity = store.IsUsable ? Severity.Warning : Severity.Error,
            Message = store.IsUsable
                ? $"A part of the trust store can't be used: {Words(faults[0])}."
                : $"The trust store {store.Name} holds no usable anchor{(faults.Length > 0 ? $": {Words(faults[0])}" : "")}.",
            Evidence = [.. faults.Take(20).Select(fault => fault.ToString()), .. faults.Length > 20 ? [$"and {faults.Length - 20} more"]
                : Array.Empty<string>()],
            Remedy = Remedy(store),
            RemedyFor = RemedyParty.Client,
        };
    }

    // A file that is there can be mended; where there is none at all, a package brings one.
    private static string Remedy(TrustStore store) => store.IsUsable || store.Lost.Count > 0 || !store.Faults.All(fault => fault.IsMissing)
        ? "Mend the file (Test-PemBundle shows each defect, Repair-PemBundle mends them), or remove the variable or setting that " +
            "points to it."
        : "There is no trust store there. Install the package that brings one (ca-certificates on Debian, Ubuntu, Fedora, Alpine and " +
            "their kin; ca-certificates-mozilla on openSUSE), name another with -TrustStore, or remove the variable or setting that " +
            "points to it.";

    // Reasons of the operating system end with a full stop, our own do not.
    private static string Words(StoreFault fault) => fault.ToString().TrimEnd('.');

    /// <summary>One finding for all switches that turn verification off for programs started from here.</summary>
    public static IEnumerable<Finding> OfSettings(IReadOnlyList<string> insecureSettings)
    {
        if (insecureSettings.Count > 0)
        {
            yield return new Finding
            {
                Id = FindingId.InsecureSetting,
                Severity = Severity.Warning,
                Message = "Verification is switched off for other programs started from here: that they connect proves nothing.",
                Evidence = [.. insecureSettings],
                Remedy = "Switch verification on again: Get-TrustBundleEnvironment -Insecure | Repair-TrustBundleEnvironment.",
                RemedyFor = RemedyParty.Client,
            };
        }
    }
}

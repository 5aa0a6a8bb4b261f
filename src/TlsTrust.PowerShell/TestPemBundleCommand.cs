using System.Management.Automation;
using TlsTrust.Bundles;

namespace TlsTrust.PowerShell;

/// <summary>Says what is wrong with PEM files, line by line, and which clients it breaks; changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PemBundle", DefaultParameterSetName = PathSet)]
[OutputType(typeof(PemRepairReport), ParameterSetName = [PathSet, LiteralPathSet])]
[OutputType(typeof(bool), ParameterSetName = [PathSet, LiteralPathSet])]
public sealed class TestPemBundleCommand : PemBundleCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == LiteralPathSet;
        foreach (string file in Files(literal ? LiteralPath : Path, literal))
        {
            Guarded(file, () =>
            {
                PemRepairReport report = Await(BundleRepair.PlanAsync(file, Options, finder: null, store: null, StopToken)).Report;
                WriteObject(Quiet ? report.IsSound : report);
            });
        }
    }
}
